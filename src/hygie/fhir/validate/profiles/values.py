"""Rules of one value: fixed[x], pattern[x], minValue[x], maxValue[x], maxLength (R4 §2.26.7).

A check is `(value, sibling, place, report)`: the JSON of an item, and of a primitive the object
with its id and extensions, if any.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from hygie.fhir.definitions import Registry
from hygie.fhir.path.items import QUANTITIES, is_primitive_json, plain, quantity
from hygie.fhir.path.values import order
from hygie.fhir.validate.profiles import phrases
from hygie.fhir.validate.profiles.model import Said
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.refusal import Phrase, Refused

Check = Callable[[Any, Any, Place, Report], None]
SHOWN_CHARACTERS: Final = 200
BELOW, ABOVE = -1, 1


def value_checks(said: Said, registry: Registry) -> Iterator[Check]:
    """What an element definition says of its values by themselves."""
    if fixed := said.value("fixed"):
        yield _fixed(fixed[1])
    if pattern := said.value("pattern"):
        yield _pattern(pattern[1])
    for stem, wrong, phrase, rule in BOUNDS:
        if limit := said.value(stem):
            yield _bound(*limit, wrong, phrase, rule, registry)
    if said.max_length >= 0:
        yield _length(said.max_length)


BOUNDS: Final = (
    ("minValue", BELOW, phrases.LOW, "profile.minimum-value"),
    ("maxValue", ABOVE, phrases.HIGH, "profile.maximum-value"),
)


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are one, in the same order; numbers by their value."""
    if type(one) is dict and type(other) is dict:
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if type(one) is list and type(other) is list:
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) and (type(one) is bool) is (type(other) is bool)


def pattern_test(pattern: Any) -> Callable[[Any], bool]:
    """Whether a value has all that a pattern has: in arrays, some item for each of its items.

    Made once for the pattern: it is asked of every item of a slicing, for each of its slices.
    """
    if type(pattern) is str:
        return lambda value: type(value) is str and value == pattern
    if type(pattern) is dict:
        return _typed(dict, _all_members([(n, pattern_test(part)) for n, part in pattern.items()]))
    if type(pattern) is list:
        return _typed(list, _all_items([pattern_test(part) for part in pattern]))
    return lambda value: same(value, pattern)


def _typed(wanted: type, test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: type(value) is wanted and test(value)


def _all_members(tests: list[tuple[str, Callable[[Any], bool]]]) -> Callable[[Any], bool]:
    if not tests:
        return lambda _: True
    (name, test), *others = tests
    if not others:
        return lambda value: name in value and test(value[name])
    rest = _all_members(others)
    return lambda value: name in value and test(value[name]) and rest(value)


def _all_items(tests: list[Callable[[Any], bool]]) -> Callable[[Any], bool]:
    if len(tests) == 1:
        only = tests[0]
        return lambda value: any(map(only, value))
    return lambda value: all(any(map(test, value)) for test in tests)


def _fixed(expected: Any) -> Check:
    told = shown(expected)

    def check(value: Any, _sibling: Any, place: Place, report: Report) -> None:
        if value != expected or not same(value, expected):
            details = {"expected": told, "found": excerpt(shown(value))}
            report.add("value", "profile.fixed", phrases.FIXED, place, **details)

    return check


def _pattern(expected: Any) -> Check:
    told, matches = shown(expected), pattern_test(expected)

    def check(value: Any, _sibling: Any, place: Place, report: Report) -> None:
        if not matches(value):
            details = {"expected": told, "found": excerpt(shown(value))}
            report.add("value", "profile.pattern", phrases.PATTERN, place, **details)

    return check


def _bound(
    label: str, limit: Any, wrong: int, phrase: Phrase, rule: str, registry: Registry
) -> Check:
    type_name = label if label in registry.types else label[:1].lower() + label[1:]
    bound = _ordered(limit, type_name)
    told = shown(limit)

    def check(value: Any, _sibling: Any, place: Place, report: Report) -> None:
        found = _ordered(value, type_name)
        if found is not None and bound is not None and _order(found, bound) == wrong:
            report.add("value", rule, phrase, place, found=excerpt(shown(value)), limit=told)

    return check


def _ordered(value: Any, type_name: str) -> Any:
    """The value of FHIRPath that is ordered among its kind; None when it is none."""
    if type(value) is dict:
        return quantity(value) if type_name in QUANTITIES else None
    return plain(value, type_name) if is_primitive_json(value, type_name) else None


def _order(found: Any, bound: Any) -> int | None:
    try:
        return order(found, bound)
    except Refused:
        return None


def _length(limit: int) -> Check:
    def check(value: Any, _sibling: Any, place: Place, report: Report) -> None:
        if type(value) is str and len(value) > limit:
            details = {"count": str(len(value)), "limit": str(limit)}
            report.add("too-long", "profile.maximum-length", phrases.LONG, place, **details)

    return check


def shown(value: Any) -> str:
    """A value in a sentence: a text as it is, what has parts as JSON, cut when it is long."""
    text = value if type(value) is str else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
