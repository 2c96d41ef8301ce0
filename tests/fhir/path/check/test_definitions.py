"""The expressions of the standards themselves: right ones pass, and what passes is true of data."""

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.fhir.path.oracle import interpret
from tests.fhir.path.suite import cases, resource

from hygie.fhir.definitions import Registry, r4
from hygie.fhir.path import parse
from hygie.fhir.path.check import examine
from hygie.fhir.path.items import Element, Item, TypeInfo
from hygie.fhir.path.library.singleton import VALUE_TYPES
from hygie.refusal import Refused

SHARED = Path(os.environ.get("HYGIE_SHARED", Path(__file__).parents[4].parent / "shared"))
FR_CORE = SHARED / "suites" / "fr-core-2.2.0" / "package"
EXAMPLES = SHARED / "suites" / "r4-examples"
WRONG = {
    "part-agree": "a parameter of Patient whose path starts from DocumentReference",
    "cid-0": "ChargeItemDefinition has no name in R4: the rule was copied from other resources",
}
"""Expressions of R4 that are really wrong, by their code or key."""
NEVER = {
    "con-3": "category, a CodeableConcept, is compared with a string",
    "que-7": "`is Boolean` names the type of the language, which no answer of R4 has",
    "vs-2": "speaks of the value of an Observation, also for blood pressures, which have none",
}
"""Those of R4 and FR Core that can never match, which strictness alone refuses."""
Case = tuple[str, str, frozenset[str], Registry]


def parameters() -> Iterator[Case]:
    for parameter in r4().search_parameters:
        for base in parameter.base if parameter.expression else ():
            context = frozenset({base})
            yield parameter.code, parameter.expression, context, r4()
            items = examine(parse(parameter.expression), context, r4()).shape.types or ()
            for component in parameter.components:
                yield parameter.code, component.expression, frozenset(items), r4()


def invariants(registry: Registry, start: int = 0) -> Iterator[Case]:
    for rule in registry.all_invariants[start:]:
        for path in rule.paths:
            if types := registry.types_at(path):
                yield rule.key, rule.expression, frozenset(types), registry


@cache
def french() -> Registry:
    if not FR_CORE.is_dir():
        pytest.skip("no FR Core package beside the repository (HYGIE_SHARED)")
    files = sorted(FR_CORE.glob("StructureDefinition-*.json"))
    return r4().with_profiles(json.loads(file.read_bytes()) for file in files)


def at_fault(found: Iterator[Case], *, strict: bool = False) -> set[str]:
    return {
        name
        for name, text, context, registry in found
        if examine(parse(text), context, registry, strict=strict).issues
    }


def test_search_parameters_of_r4_are_right() -> None:
    """Danger: search loses a parameter to a false alarm."""
    assert at_fault(parameters()) == {"part-agree"} <= WRONG.keys()


def test_invariants_of_r4_are_right() -> None:
    """Danger: a rule of the standard is never run, for a false alarm."""
    assert at_fault(invariants(r4())) == {"cid-0"} <= WRONG.keys()
    strictly = at_fault(invariants(r4()), strict=True)
    assert strictly == {"cid-0", "con-3", "que-7"} <= WRONG.keys() | NEVER.keys()


def test_invariants_of_french_profiles_are_right() -> None:
    """Danger: what a profile narrows makes its own rules look wrong."""
    start = len(r4().all_invariants)
    assert at_fault(invariants(french(), start)) == set()
    assert at_fault(invariants(french(), start), strict=True) == {"vs-2"} <= NEVER.keys()


@pytest.mark.parametrize(
    ("text", "types", "many"),
    [
        ("extension('{url}-patient-death-place').value", {"Address"}, False),
        ("extension('{url}-patient-nationality').extension('period').value", {"Period"}, True),
        ("name.family", {"string"}, True),
        ("extension('http://example.org/other').value.start", {"dateTime"}, True),
    ],
)
def test_a_profile_narrows_extensions(text: str, types: set[str], many: bool) -> None:
    """Danger: a column on a French extension is thought to be of any of fifty types."""
    base = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core"
    found = examine(parse(text.replace("{url}", base)), f"{base}-patient", french())
    kept = {french().types[name].constrains or name for name in found.shape.types or ()}
    assert (found.issues, kept, found.shape.many) == ((), types, many)


def test_a_profile_has_no_value_that_it_excludes() -> None:
    """Danger: a path into a type that a French extension never has is thought right."""
    base = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core"
    text = f"extension('{base}-patient-death-place').value.unit"
    assert examine(parse(text), f"{base}-patient", french()).issues
    assert not examine(parse(text), "Patient", r4()).issues


def test_the_suite_agrees_on_what_is_wrong() -> None:
    """Danger: the checker and the standard disagree on what an expression may be."""
    found = [case for case in cases() if case.invalid != "syntax"]
    if not found:
        pytest.skip("no fhirpath-r4 suite beside the repository (HYGIE_SHARED)")
    for case in found:
        try:
            node = parse(case.text)
        except Refused:
            assert case.invalid, case
            continue
        context = resource(case.input)["resourceType"]
        issues = examine(node, context, r4(), strict=case.invalid == "semantic").issues
        assert case.invalid or not issues, case
        assert case.invalid != "semantic" or issues, case


# --- what is told is true -----------------------------------------------------------------
def type_of(item: Item) -> str:
    if isinstance(item, Element):
        return item.type
    name = "TypeInfo" if isinstance(item, TypeInfo) else VALUE_TYPES[type(item)]
    return f"System.{name}"


def holds(text: str, data: dict[str, Any]) -> bool:
    """Whether what the checker tells of an expression is true of what it yields; False: skipped."""
    found = examine(parse(text), data["resourceType"], r4())
    if found.issues:
        return False
    try:
        items = interpret(text, data, r4())
    except Refused:
        return False
    shape = found.shape
    assert shape.many or len(items) <= 1, text
    assert len(items) >= shape.least, text
    types = shape.types
    assert types is None or all(_covered(type_of(item), types) for item in items), text
    return True


def _covered(name: str, types: frozenset[str]) -> bool:
    return name in types or (bool(types & {"Resource", "DomainResource"}) and name[0].isupper())


def test_what_is_told_is_true_of_the_suite() -> None:
    """Danger: a type or a cardinality told of an expression that its answers do not have."""
    found = []
    for case in cases():
        try:
            found.append(holds(case.text, resource(case.input)))
        except Refused:
            found.append(False)
    if not found:
        pytest.skip("no fhirpath-r4 suite beside the repository (HYGIE_SHARED)")
    assert sum(found) > 800


def test_what_is_told_is_true_of_search_parameters() -> None:
    """Danger: an index built on a type that the data does not have."""
    files = sorted(EXAMPLES.glob("*.json"))[::12]
    if not files:
        pytest.skip("no R4 examples beside the repository (HYGIE_SHARED)")
    held = 0
    for file in files:
        data = json.loads(file.read_bytes(), parse_float=Decimal)
        for parameter in r4().parameters(data["resourceType"]).values():
            if parameter.expression:
                held += holds(parameter.expression, data)
    assert held > 500
