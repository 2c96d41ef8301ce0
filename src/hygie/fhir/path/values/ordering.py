"""Before and after: `<`, `<=`, `>`, `>=` and `comparable()` (FHIRPath, Comparison)."""

from decimal import Decimal
from typing import Final

from hygie.fhir.path.values import spans
from hygie.fhir.path.values.date import Date
from hygie.fhir.path.values.date_time import EAST, WEST, DateTime
from hygie.fhir.path.values.measures import coarse
from hygie.fhir.path.values.phrases import mismatch
from hygie.fhir.path.values.quantity import Quantity, as_quantities
from hygie.fhir.path.values.spans import Span
from hygie.fhir.path.values.time_of_day import Time

_NUMBERS: Final = frozenset({int, Decimal})
_DATED: Final = (Date, DateTime)


def order(left: object, right: object) -> int | None:
    """-1, 0 or 1 as `left` is less than, equal to or greater than `right`.

    None when it cannot be told: dates of different precision that overlap, or whose zone is known
    on one side only and which are less than a day apart; quantities of different dimensions.
    Raises Refused for values of types that are not ordered, or not together.
    """
    kind, other = type(left), type(right)
    if (kind in _NUMBERS and other in _NUMBERS) or (kind is str and other is str):
        return -1 if left < right else 1 if left > right else 0  # type: ignore[operator]
    pair = moments(left, right)
    if pair is not None:
        return spans.order(*pair)
    quantities = as_quantities(left, right)
    if quantities is None:
        raise mismatch("<", left, right)
    return _order_quantities(*quantities)


def comparable(left: Quantity, right: Quantity) -> bool:
    """Whether `=` and `<` have an answer for the two."""
    return _order_quantities(left, right) is not None


def moments(left: object, right: object) -> tuple[Span, Span] | None:
    """What two dates, or two times, are compared by; None when they are not two of a kind.

    A date is taken as a DateTime where the other is one. Where only one side has a time zone, the
    other's span is widened to all the zones there are.
    """
    if isinstance(left, Date) and isinstance(right, Date):  # what most are
        return left.span, right.span
    if isinstance(left, Time) and isinstance(right, Time):
        return left.span, right.span
    if not isinstance(left, _DATED) or not isinstance(right, _DATED):
        return None
    zoned = _zoned(left)
    if zoned is _zoned(right):
        return left.span, right.span
    if zoned:
        return left.span, _anywhere(right.span)
    return _anywhere(left.span), right.span


def _zoned(moment: Date | DateTime) -> bool:
    return type(moment) is DateTime and moment.zoned


def _anywhere(span: Span) -> Span:
    """In universal time, when the clock that showed it may stand anywhere on Earth."""
    return span.moved(-EAST, WEST)


def _order_quantities(left: Quantity, right: Quantity) -> int | None:
    if left.unit == right.unit:
        return (left.value > right.value) - (left.value < right.value)
    pair = coarse(left, right)
    return None if pair is None else (pair.left > pair.right) - (pair.left < pair.right)
