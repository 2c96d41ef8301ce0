"""The rules of StructureDefinitions (ElementDefinition.constraint), each kept once.

A snapshot repeats on every element the rules of its type (`ele-1` stands 6,676 times in R4).
Here a rule stands where it is declared: on a type, whose values and descendants all obey it, or
on an element, when it is said of that element alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hygie.fhir.definitions.model import Invariant, TypeDefinition

BEST_PRACTICE = "http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice"
Json = dict[str, Any]
Rule = tuple[str, str]
"""What tells one rule from another: its key and its expression."""


def invariants_of(
    definitions: Iterable[Json], types: Mapping[str, TypeDefinition]
) -> tuple[Invariant, ...]:
    """The rules of these definitions, in the order of their first path."""
    declared: dict[str, dict[Rule, Json]] = {}
    for definition in definitions:
        if definition["kind"] == "logical" or definition.get("derivation") == "constraint":
            continue
        for element in definition["snapshot"]["element"]:
            rules = {rule_of(c): c for c in element.get("constraint", ())}
            if rules:
                declared[element["path"]] = rules
    return each_once({path: _own(path, rules, declared, types) for path, rules in declared.items()})


def _own(
    path: str,
    rules: dict[Rule, Json],
    declared: Mapping[str, Mapping[Rule, Json]],
    types: Mapping[str, TypeDefinition],
) -> list[Json]:
    """Without those that come from the types of the element, or from what a type descends from."""
    names = [types[path].base] if path in types else types_at(path, types) or ("Element",)
    inherited = {rule for name in names for rule in _of_type(name, declared, types)}
    return [constraint for rule, constraint in rules.items() if rule not in inherited]


def types_at(path: str, types: Mapping[str, TypeDefinition]) -> tuple[str, ...]:
    """The types of what is at a path: a type's own name, or those of an element that is none.

    A part of a profile is named `URL#element id`.
    """
    if path in types:
        return (path,)
    owner, _, name = path.rpartition(".")
    if owner not in types:
        owner = owner.partition("#")[0]
    elements = types[owner].elements if owner in types else ()
    found = (e for e in elements if e.name == name.removesuffix("[x]"))
    return tuple(ref.narrowest for element in found for ref in element.types)


def _of_type(
    name: str, declared: Mapping[str, Mapping[Rule, Json]], types: Mapping[str, TypeDefinition]
) -> Iterator[Rule]:
    while name:
        yield from declared.get(name, ())
        name = types[name].base if name in types else ""


def rule_of(constraint: Json) -> Rule:
    return constraint["key"], constraint.get("expression", "")


def each_once(declared: Mapping[str, list[Json]]) -> tuple[Invariant, ...]:
    """The rules found at each path, without those that only XPath or prose tells."""
    paths: dict[Rule, list[str]] = {}
    first: dict[Rule, Json] = {}
    for path, constraints in declared.items():
        for constraint in constraints:
            rule = rule_of(constraint)
            first.setdefault(rule, constraint)
            paths.setdefault(rule, []).append(path)
    return tuple(_invariant(first[rule], tuple(paths[rule])) for rule in first if rule[1])


def _invariant(constraint: Json, paths: tuple[str, ...]) -> Invariant:
    extensions = {e["url"]: e for e in constraint.get("extension", ())}
    return Invariant(
        key=constraint["key"],
        severity=constraint["severity"],
        human=constraint["human"],
        expression=constraint["expression"],
        paths=paths,
        best_practice=extensions.get(BEST_PRACTICE, {}).get("valueBoolean", False),
    )
