"""What a drug order says of dose, timing and quantity, in every version. Pure.

RXE and RXO (amount, unit), TQ1 (2.5 and later) or TQ in ORC-7 and RXE-1 (before), RXR (route). The
repeat patterns are those of table 0335: Q8H, BID, QOD, PRN, C.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from hygie.hl7v2.message import Field, Segment
from hygie.hl7v2.timestamps import date_time, time_of_day
from hygie.intake.mapping import concepts, numbers
from hygie.intake.mapping.engine import Context, Scope

Element = dict[str, Any]
_EVERY: Final = re.compile(r"Q(\d{1,3})?([SMHDWL])\Z")
_UNITS: Final = {"S": "s", "M": "min", "H": "h", "D": "d", "W": "wk", "L": "mo"}
_DAILY: Final = {"BID": 2, "TID": 3, "QID": 4, "QAM": 1, "QPM": 1, "QHS": 1}
_TIMES_DAILY: Final = re.compile(r"(\d{1,2})ID\Z")
_DURATION: Final = re.compile(r"([SMHDWL])(\d{1,4})\Z")
_UNKNOWN_DOSE: Final = "999"


def dosage(scope: Scope, context: Context) -> list[Element]:
    """One Dosage, or none when nothing is said of it."""
    detail, route = _first(scope, "RXE", "RXO"), _first(scope, "RXR")
    found: Element = {"text": _instruction(scope), **_timed(scope, context)}
    if route is not None:
        found |= {
            "route": concepts.concept(route.field(1)),
            "site": concepts.concept(route.field(2)),
            "method": concepts.concept(route.field(4)),
        }
    if detail is not None and (amounts := _amounts(detail)):
        found["doseAndRate"] = [amounts]
    kept = {name: value for name, value in found.items() if value not in ("", {}, [], None)}
    return [kept] if kept else []


def dispensed(scope: Scope, _context: Context) -> Element:
    """How much is dispensed: RXD-4, 5; how much is to be: RXE-10, 11, RXO-11, 12."""
    for name, number in (("RXD", 4), ("RXE", 10), ("RXO", 11)):
        segment = _first(scope, name)
        if segment is not None and segment.text(number):
            return _quantity(segment, number, number + 1)
    return {}


def given(scope: Scope, _context: Context) -> Element:
    """RXA-6, 7: the dose; 999 says that it is not known."""
    rxa = _first(scope, "RXA")
    if rxa is None or rxa.text(6) in ("", _UNKNOWN_DOSE):
        return {}
    return _quantity(rxa, 6, 7)


def _amounts(detail: Segment) -> Element:
    """RXE-3, 4, 5 and 23, 24; RXO-2, 3, 4: a dose, or its range, and a rate."""
    low, high, unit = (3, 4, 5) if detail.name == "RXE" else (2, 3, 4)
    found: Element = {}
    if detail.text(low) and detail.text(high) not in ("", detail.text(low)):
        found["doseRange"] = {
            "low": _quantity(detail, low, unit), "high": _quantity(detail, high, unit),
        }  # fmt: skip
    elif detail.text(low):
        found["doseQuantity"] = _quantity(detail, low, unit)
    if detail.name == "RXE" and detail.text(23):
        found["rateQuantity"] = _quantity(detail, 23, 24)
    return found


def _quantity(segment: Segment, number: int, unit: int) -> Element:
    value = numbers.decimal(segment.text(number), segment.place(number))
    return {"value": value, **concepts.unit(segment.field(unit))}


def _instruction(scope: Scope) -> str:
    """What is to be done, in the words of the order."""
    for name, number, component in (("TQ1", 11, 1), ("RXE", 7, 2), ("RXE", 7, 1), ("RXO", 7, 2),
                                    ("RXO", 7, 1), ("ORC", 7, 8)):  # fmt: skip
        segment = _first(scope, name)
        if segment is not None and (text := segment.text(number, component)):
            return text
    return ""


def _timed(scope: Scope, context: Context) -> Element:
    patterns, repeat = list(_patterns(scope)), _bounds(scope, context)
    as_needed = any(pattern.startswith("PRN") for pattern, _ in patterns)
    timing: Element = {}
    for pattern, field in patterns:
        read = _repeated(pattern)
        repeat |= read
        if not read and pattern and not pattern.startswith("PRN"):
            timing["code"] = {"text": field.text(2) or pattern}
    if times := _times(scope):
        repeat["timeOfDay"] = times
    if repeat:
        timing["repeat"] = repeat
    return {"timing": timing} | ({"asNeededBoolean": True} if as_needed else {})


def _patterns(scope: Scope) -> Iterator[tuple[str, Field]]:
    """The repeat patterns: TQ1-3.1, else the interval of ORC-7.2 or RXE-1.2."""
    timed = scope.get("TQ1", ())
    for segment in timed:
        for field in segment.repetitions(3):
            yield field.text(1).upper(), field
    if not timed:
        for name, number in (("RXE", 1), ("ORC", 7)):
            older = _first(scope, name)
            if older is not None and older.text(number, 2):
                yield older.text(number, 2).upper(), older.field(number)
                return


def _repeated(pattern: str) -> Element:
    """How often: Q8H is once in 8 hours, TID three times a day. Empty when it is none of these."""
    if pattern == "QOD":
        return {"frequency": 1, "period": 2, "periodUnit": "d"}
    times = _DAILY.get(pattern) or int((_TIMES_DAILY.match(pattern) or ("", "0"))[1])
    if times:
        return {"frequency": times, "period": 1, "periodUnit": "d"}
    every = _EVERY.match(pattern)
    if every is None or every[1] == "0":
        return {}
    return {"frequency": 1, "period": int(every[1] or 1), "periodUnit": _UNITS[every[2]]}


def _bounds(scope: Scope, context: Context) -> Element:
    """From when to when: TQ1-7, 8; ORC-7.4, 5 and RXE-1.4, 5 before. Else how long."""
    timed = _first(scope, "TQ1")
    places = [(timed, (7, 1), (8, 1)), (_first(scope, "RXE"), (1, 4), (1, 5)),
              (_first(scope, "ORC"), (7, 4), (7, 5))]  # fmt: skip
    for segment, start, end in places:
        if segment is None:
            continue
        period = {
            name: date_time(text, context.zone, segment.place(number))
            for name, (number, component) in (("start", start), ("end", end))
            if (text := segment.text(number, component))
        }
        if period:
            return {"boundsPeriod": period}
    return _long(scope)


def _long(scope: Scope) -> Element:
    """RXE-1.3, ORC-7.3: "D7" is seven days."""
    for name, number in (("RXE", 1), ("ORC", 7)):
        segment = _first(scope, name)
        match = _DURATION.match(segment.text(number, 3).upper() if segment else "")
        if match:
            unit = {"system": concepts.UCUM, "code": _UNITS[match[1]], "unit": _UNITS[match[1]]}
            return {"boundsDuration": {"value": int(match[2]), **unit}}
    return {}


def _times(scope: Scope) -> list[str]:
    """TQ1-4: at these times of day."""
    return [
        time_of_day(field.text(1), field.place(1))
        for segment in scope.get("TQ1", ())
        for field in segment.repetitions(4)
        if field.text(1)
    ]


def _first(scope: Scope, *names: str) -> Segment | None:
    return next((segment for name in names for segment in scope.get(name, ())), None)
