"""Prefixes over ranges: the table of R4 §3.1.1.4.6, read literally.

A search value is a range, what is searched is a range; both come from the precision in which they
are written. Dates are whole microseconds, closed on both sides. Numbers are half-open, [low, high).
"""

from decimal import Decimal

from hygie.fhir.search.entry import NumberEntry, QuantityEntry
from hygie.fhir.search.query import NumberValue, Prefix, QuantityValue

Interval = tuple[int, int]


def compare_dates(prefix: Prefix, asked: Interval, found: Interval) -> bool:  # noqa: PLR0911
    """Whether a found interval stands to the one asked as the prefix says.

    For `ap` the interval asked is already the approximate one.
    """
    low, high = asked
    first, last = found
    within = low <= first and last <= high
    match prefix:
        case "eq":
            return within
        case "ne":
            return not within
        case "gt":
            return last > high
        case "ge":
            return last > high or within
        case "lt":
            return first < low
        case "le":
            return first < low or within
        case "sa":
            return first > high
        case "eb":
            return last < low
        case "ap":
            return first <= high and last >= low


def compare_numbers(asked: NumberValue | QuantityValue, entry: NumberEntry | QuantityEntry) -> bool:
    """Whether a number stands to the one asked as the prefix says.

    With an order (gt, lt, ge, le, sa, eb) what is asked is exact, whatever its digits
    (§3.1.1.4.8); a plain number found is itself, and a measured range is its bounds.
    """
    low, high = entry.low, entry.high
    if asked.prefix in ("eq", "ne", "ap"):
        return _compare_ranges(asked, low, high)
    return _compare_exact(asked.prefix, asked.value, low, high)


def _compare_ranges(asked: NumberValue | QuantityValue, low: Decimal, high: Decimal) -> bool:
    if asked.prefix == "ap":
        return low <= asked.high and high >= asked.low
    within = asked.low <= low and (high < asked.high or high == asked.value)
    return within is (asked.prefix == "eq")


def _compare_exact(prefix: Prefix, point: Decimal, low: Decimal, high: Decimal) -> bool:
    match prefix:
        case "gt":
            return high > point
        case "ge":
            return high >= point
        case "lt":
            return low < point
        case "le":
            return low <= point
        case "sa":
            return low > point
        case _:
            return high < point
