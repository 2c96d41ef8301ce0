"""Contexts and invariants of extensions in FHIRPath, evaluated on the element that has them."""

from typing import Any

from msgspec.structs import replace

from hygie.fhir.definitions import r4
from hygie.fhir.path.items import Element
from hygie.fhir.validate.extensions import phrases
from hygie.fhir.validate.extensions.definitions import Entry
from hygie.fhir.validate.extensions.places import type_at
from hygie.fhir.validate.invariants import compile_invariant
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.refusal import Refused

CHOICE = ".ofType("


def is_allowed(paths: tuple[str, ...], place: Place, report: Report) -> bool:
    """Whether one of the expressions, from the resource, leads to what has the extension.

    An expression that cannot be evaluated forbids nothing.
    """
    holder = _members(place, report)[0] if paths else None
    for path in paths:
        try:
            found = _led_to(path, report)
        except Refused:
            return True
        if id(holder) in found:
            return True
    return False


def _led_to(path: str, report: Report) -> frozenset[int]:
    """What an expression leads to in the resource, by identity: evaluated once for all uses."""
    known = report.kept.setdefault("places of extensions", {})
    key = id(report.resource), path
    if key not in known:
        type_name = str(report.resource.get("resourceType"))
        found = compile_invariant(path, type_name, r4())(report.resource, report.environment)
        values = (item.value if type(item) is Element else item for item in found)
        known[key] = frozenset(map(id, values))
    places: frozenset[int] = known[key]
    return places


def keep_invariants(entry: Entry, value: Any, place: Place, report: Report) -> None:
    """The rules on what has the extension; `%extension` is the extension itself."""
    holder, steps = _members(place, report)
    owner = str(report.resource.get("resourceType"))
    type_name = type_at(r4(), owner, steps)
    variables = {**report.environment.variables, "extension": [Element(value, "Extension")]}
    environment = replace(report.environment, variables=variables)
    for rule in entry.invariants:
        try:
            path = compile_invariant(rule, type_name, r4(), owner)
            broken = path(holder, environment, report.resource) == [False]
        except Refused:
            details = {"url": excerpt(entry.url), "expression": excerpt(rule)}
            name = "extension.not-evaluated"
            report.say("warning", "processing", name, phrases.NOT_EVALUATED, place, **details)
            continue
        if broken:
            details = {"url": excerpt(entry.url), "expression": excerpt(rule)}
            report.add("invariant", "extension.invariant", phrases.INVARIANT, place, **details)


def _members(place: Place, report: Report) -> tuple[Any, tuple[str, ...]]:
    """The value that has the extension at `place`, and the steps to it from its resource."""
    steps: list[tuple[str, int]] = []
    step = place[0]
    while step is not None and step is not report.home:
        steps.append((step[1], step[2]))
        step = step[0]
    steps.reverse()
    value: Any = report.resource
    for name, index in steps:
        stem, _, chosen = name.partition(CHOICE)
        member = stem + chosen[:1].upper() + chosen[1:-1] if chosen else name
        value = value.get(member) if type(value) is dict else None
        if index >= 0:
            value = value[index] if type(value) is list and index < len(value) else None
    return value, tuple(name for name, _ in steps)
