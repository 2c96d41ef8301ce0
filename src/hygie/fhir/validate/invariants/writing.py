"""Writes the lines that evaluate R4's own invariants, for generated checks.

    environment, resource = report.environment, report.resource
    if "contained" in value:
        try:
            found = keeps_dom_2(value, environment, resource)
        …

Only rules that the structural check does not enforce by itself are evaluated.
"""

from collections.abc import Iterator
from typing import Final

from hygie.fhir.definitions import Registry, TypeDefinition
from hygie.fhir.definitions.model import Invariant
from hygie.fhir.path.model import guard
from hygie.fhir.validate.invariants.compiled import lenient, needed_member

NATIVE: Final = frozenset({"bdl-7", "dom-3", "ele-1", "ext-1", "ref-1", "txt-1", "txt-2"})
"""Enforced by other checks, which say more: of bundles, empty elements, extensions, references and
narrative."""
INDENT: Final = "    "
Rules = dict[str, tuple[Invariant, str]]
"""Of each rule that the source calls, by the name it has there: the rule, and the type it is of.

Of `per_1_Period`, the source calls `keeps_per_1_Period` and names `rule_per_1_Period`.
"""


def of_type(registry: Registry, definition: TypeDefinition, called: Rules) -> Iterator[str]:
    """Lines that check `value`, an object of the type, against all rules of the type."""
    rules = [rule for rule in registry.invariants(definition.name) if rule.key not in NATIVE]
    if rules:
        yield "environment, resource = report.environment, report.resource"
    for rule in rules:
        lines = _rule(rule, definition.name, called, "value", "place")
        if rule.best_practice:
            lines = _under("report.context.best_practice", lines)
        if member := needed_member(lenient(rule.expression)):
            lines = _under(f'"{member}" in value', lines)
        yield from lines


def of_element(
    registry: Registry, path: str, type_name: str, place: str, called: Rules
) -> Iterator[str]:
    """Lines that check `item`, a value of one element, against the rules of that element alone.

    Not what is of another type, which the structure's check has reported.
    """
    number = type_name == "decimal"
    fit = "type(item) is int or is_decimal(item)" if number else guard(registry, type_name, "item")
    for rule in () if path in registry.types else registry.invariants(path):
        if rule.key not in NATIVE:
            yield "environment, resource = report.environment, report.resource"
            lines = _rule(rule, type_name, called, "item", place)
            yield from _under(fit, lines)


def _rule(rule: Invariant, type_name: str, called: Rules, value: str, place: str) -> Iterator[str]:
    name = f"{rule.key}_{type_name}".replace("-", "_").replace(".", "_")
    called[name] = (rule, type_name)
    yield "try:"
    yield f"{INDENT}found = keeps_{name}({value}, environment, resource)"
    yield "except Refused as refused:"
    yield f"{INDENT}not_evaluated(rule_{name}, refused, {place}, report)"
    yield "else:"
    yield f"{INDENT}if found and found[0] is False:"
    yield f"{INDENT}{INDENT}broken(rule_{name}, {place}, report)"


def _under(condition: str, lines: Iterator[str]) -> Iterator[str]:
    yield f"if {condition}:"
    yield from (INDENT + line for line in lines)
