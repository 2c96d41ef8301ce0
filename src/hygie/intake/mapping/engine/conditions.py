"""Conditions of rows and of adaptations: a place, a comparison, values.

`PID-11.7 != BDL`, `PV1-2 in I B`, `event in A01 A04`, `PV1-19 present`, `PID-30 empty`.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Final

from hygie.hl7v2.message import Field, Message, Segment
from hygie.intake.mapping.engine.context import Scope
from hygie.intake.mapping.engine.model import wrong
from hygie.intake.mapping.engine.references import Place, read_place

Test = Callable[[Segment | None, Field | None, Scope, Message], bool]
"""Of the repetition that is read, if any, else of the first that the place names."""
Reader = Callable[[Segment | None, Field | None, Scope, Message], str]
_WITHOUT_VALUE: Final = ("present", "empty")
_WITH_VALUE: Final = ("=", "!=", "in", "not-in")


def compile_test(text: str, own: Place | None, where: str) -> Test:
    """A condition, ready; `own` is the place that the row reads. Refused at `where`."""
    words = text.split()
    if len(words) < 2:
        raise wrong(where, _shape(text))
    read, comparison, values = _reader(words[0], own, where), words[1], words[2:]
    if comparison in _WITHOUT_VALUE and not values:
        wanted = comparison == "present"
        return lambda segment, field, scope, message: (
            bool(read(segment, field, scope, message)) is wanted
        )
    if comparison not in _WITH_VALUE or not values:
        raise wrong(where, _shape(text))
    known = frozenset([" ".join(values)] if comparison in ("=", "!=") else values)
    inside = comparison in ("=", "in")
    return lambda segment, field, scope, message: (
        (read(segment, field, scope, message) in known) is inside
    )


def compile_tests(texts: Sequence[str], own: Place | None, where: str) -> Test | None:
    """Several conditions as the one that all of them hold; None of none."""
    tests = [compile_test(text, own, where) for text in texts]
    return reduce(_both, tests) if tests else None


def _both(one: Test, other: Test) -> Test:
    return lambda segment, field, scope, message: (
        one(segment, field, scope, message) and other(segment, field, scope, message)
    )


def _reader(name: str, own: Place | None, where: str) -> Reader:
    if name == "event":
        return lambda _segment, _field, _scope, message: message.event
    if name == "type":
        return lambda _segment, _field, _scope, message: message.type
    place = read_place(name, where)
    if own is not None and own.field == place.field:
        return lambda _segment, field, _scope, _message: place.of(field) if field else ""
    return _elsewhere(place)


def _elsewhere(place: Place) -> Reader:
    def read(segment: Segment | None, _field: Field | None, scope: Scope, message: Message) -> str:
        if segment is None or segment.name != place.segment:
            found = scope.get(place.segment)
            segment = found[0] if found else message.first(place.segment)
        return place.within(segment) if segment else ""

    return read


def _shape(text: str) -> str:
    return f"« {text[:60]} » ≠ SEG-1.2 (= | != | in | not-in) …, SEG-1.2 (present | empty)"
