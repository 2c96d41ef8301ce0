"""Which of two answers comes first: for bounds, and for the conditions of enableWhen.

Dates are compared by the first instant they stand for, as the reference validator does: 2022-06-30
is after 2022-06. Where only one of the two has a time zone, they are compared only if the answer
is the same in every zone.
"""

from decimal import Decimal
from typing import Any, Final

from hygie.fhir.path.values import Date, DateTime, Quantity, Time, order, spans
from hygie.fhir.path.values.date_time import EAST, WEST
from hygie.fhir.path.values.spans import Span
from hygie.fhir.validate.reading import Json, Value, text

UCUM: Final = "http://unitsofmeasure.org"
NUMBERS: Final = frozenset({"integer", "decimal", "positiveInt", "unsignedInt"})
MOMENTS: Final = frozenset({"date", "dateTime", "instant"})
TEXTS: Final = frozenset({"string", "text", "uri", "url", "code", "markdown"})


def compare(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; None when the two cannot be compared."""
    kinds = {left[0], right[0]}
    if kinds <= NUMBERS:
        return _ordered(number(left[1]), number(right[1]))
    if kinds <= MOMENTS:
        return _compare_moments(left[1], right[1])
    if kinds == {"time"}:
        one, other = Time.parse(left[1]), Time.parse(right[1])
        return _ordered(one.span.first, other.span.first) if one and other else None
    if kinds == {"Quantity"}:
        return compare_quantities(left[1], right[1])
    same_kind = kinds <= TEXTS and isinstance(left[1], str) and isinstance(right[1], str)
    return _ordered(left[1], right[1]) if same_kind else None


def compare_quantities(left: Any, right: Any) -> int | None:
    """By their formal units, converted if need be; by their values where neither has one."""
    if not isinstance(left, dict) or not isinstance(right, dict):
        return None
    one, other = number(left.get("value")), number(right.get("value"))
    if one is None or other is None:
        return None
    if unit(left) == unit(right):
        return _ordered(one, other)
    if not unit(left)[0] == unit(right)[0] == UCUM:
        return None
    return order(Quantity(one, unit(left)[1]), Quantity(other, unit(right)[1]))


def unit(quantity: Json) -> tuple[str, str]:
    """System and code of a unit; ("", its text) when it has no formal one."""
    system, code = text(quantity.get("system")), text(quantity.get("code"))
    return (system, code) if system and code else ("", text(quantity.get("unit")))


def number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    exact = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    return exact if exact.is_finite() else None


def _compare_moments(left: Any, right: Any) -> int | None:
    one, other = _moment(left), _moment(right)
    if one is None or other is None:
        return None
    if _zoned(one) is _zoned(other):
        return _ordered(one.span.first, other.span.first)
    return spans.order(_begins(one), _begins(other))


def _moment(value: Any) -> Date | DateTime | None:
    return Date.parse(value) or DateTime.parse(value)


def _begins(moment: Date | DateTime) -> Span:
    """Its first instant in universal time; all that it may be, where no zone is known."""
    point = Span(moment.span.first, moment.span.first)
    return point if _zoned(moment) else point.moved(-EAST, WEST)


def _zoned(moment: Date | DateTime) -> bool:
    return isinstance(moment, DateTime) and moment.zoned


def _ordered(left: Any, right: Any) -> int | None:
    return None if left is None or right is None else (left > right) - (left < right)
