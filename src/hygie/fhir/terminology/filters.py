"""Filters of ValueSet.compose: whether a concept is one that they keep (R4 §4.9.7.1)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from hygie.fhir.path.library.patterns import matches_full
from hygie.fhir.path.values.units import unit_of
from hygie.fhir.terminology.code_system import (
    PROPERTIES,
    CodeSystem,
    Concept,
    is_whole,
    same_code,
)
from hygie.fhir.terminology.membership import Membership, certain
from hygie.fhir.terminology.patience import go_on
from hygie.fhir.terminology.reading import Json, as_written, text
from hygie.refusal import Refused

Filter = Callable[[CodeSystem, Concept, str, str], bool]
"""System, concept, property, value of the filter -> whether the concept is kept."""


def passes(system: CodeSystem, concept: Concept, condition: Json) -> Membership:
    """Whether a concept passes one filter. What a system holds in part it cannot deny."""
    name, operator, value = (text(condition, key) for key in ("property", "op", "value"))
    if operator not in FILTERS or not is_known_property(system, name):
        return Membership.UNKNOWN
    go_on()
    try:
        answer = keeps(system, concept, name, operator, value)
    except Refused:  # a pattern that is none
        return Membership.UNKNOWN
    return certain(answer) if answer or is_whole(system) else Membership.UNKNOWN


def keeps(system: CodeSystem, concept: Concept, name: str, operator: str, value: str) -> bool:
    """Whether a concept passes a filter of a known operator and property.

    Refused when the value is a pattern that is none.
    """
    return FILTERS[operator](system, concept, name, value)


def measures(code: str, condition: Json) -> Membership:
    """Whether a unit passes a filter of UCUM: `canonical`, what it comes to in base units."""
    name, operator, value = (text(condition, key) for key in ("property", "op", "value"))
    unit, base = unit_of(code), unit_of(value)
    if (name, operator) != ("canonical", "=") or base is None:
        return Membership.UNKNOWN
    return certain(unit is not None and unit.dimension == base.dimension)


def is_known_property(system: CodeSystem, name: str) -> bool:
    """Whether a filter of a system can be about it: declared there, or FHIR's own."""
    return name in OWN or name in system.properties.values() or PROPERTIES + name in STANDARD


def _is_a(system: CodeSystem, concept: Concept, name: str, value: str) -> bool:
    return same_code(system, concept.code, value) or _descends(system, concept, name, value)


def _descends(system: CodeSystem, concept: Concept, _: str, value: str) -> bool:
    return any(same_code(system, code, value) for code in system.above(concept.code))


def _child(system: CodeSystem, concept: Concept, _: str, value: str) -> bool:
    """A concept that says it is its own parent is no child."""
    is_below = any(same_code(system, code, value) for code in concept.parents)
    return is_below and not same_code(system, concept.code, value)


def _is_not_a(system: CodeSystem, concept: Concept, name: str, value: str) -> bool:
    return not _is_a(system, concept, name, value)


def _generalizes(system: CodeSystem, concept: Concept, _: str, value: str) -> bool:
    below = system.find(value)
    if below is None:
        return False
    return below.code == concept.code or concept.code in system.above(below.code)


def _equals(system: CodeSystem, concept: Concept, name: str, value: str) -> bool:
    if name in CODES:
        return same_code(system, concept.code, value)
    return any(as_written(item) == value for item in _values(system, concept, name))


def _one_of(system: CodeSystem, concept: Concept, name: str, value: str) -> bool:
    return any(_equals(system, concept, name, item.strip()) for item in value.split(","))


def _none_of(system: CodeSystem, concept: Concept, name: str, value: str) -> bool:
    return not _one_of(system, concept, name, value)


def _matches(system: CodeSystem, concept: Concept, name: str, value: str) -> bool:
    texts = [concept.code] if name in CODES else list(_values(system, concept, name))
    return any(matches_full(as_written(item), value) for item in texts)


def _exists(system: CodeSystem, concept: Concept, name: str, value: str) -> bool:
    has = name in CODES or next(_values(system, concept, name), None) is not None
    return has is (value == "true")


def _values(system: CodeSystem, concept: Concept, name: str) -> Iterator[Any]:
    """The values of a property, as a filter sees it; parents and children are properties."""
    if name == "display":
        yield from filter(None, [concept.display])
    elif name == "parent":
        yield from concept.parents
    elif name == "child":
        yield from system.children(concept.code)
    else:
        yield from concept.values(name)


FILTERS: Final[Mapping[str, Filter]] = {
    "=": _equals,
    "is-a": _is_a,
    "descendent-of": _descends,
    "child-of": _child,
    "is-not-a": _is_not_a,
    "regex": _matches,
    "in": _one_of,
    "not-in": _none_of,
    "generalizes": _generalizes,
    "exists": _exists,
}
CODES: Final = frozenset({"concept", "code"})
OWN: Final = CODES | {"display", "parent", "child"}
"""Names that any system answers to (R4 §4.9.7.1, "concept"; codesystem-concept-properties)."""
STANDARD: Final = frozenset(
    PROPERTIES + name for name in ("inactive", "deprecated", "notSelectable", "status")
)
