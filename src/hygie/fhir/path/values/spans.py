"""The stretch of time a date or time stands for, and what it tells of before and after.

A value written to the second is a point: seconds and their fraction are one precision (FHIRPath,
Date/Time Equality). Anything coarser is the stretch from its first instant to its last.
"""

from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

Edge = tuple[int, Decimal]
"""Minutes since the first midnight there is, and seconds within the minute."""

START: Final = Decimal(0)
END: Final = Decimal(60)
"""After every instant of its minute, before the next minute; a leap second falls on it."""
DAY_MINUTES: Final = 1440


class Span(NamedTuple):
    """From `first` to `last`, both within; a point when they are the same."""

    first: Edge
    last: Edge

    def moved(self, first_minutes: int, last_minutes: int) -> "Span":
        """The span whose ends are moved by so many minutes."""
        return Span(
            (self.first[0] + first_minutes, self.first[1]),
            (self.last[0] + last_minutes, self.last[1]),
        )


def days(year: int, month: int | None, day: int | None) -> Span:
    """A year, a month or a day, whole. Raises ValueError for one that does not exist."""
    first = midnight(year, 1 if month is None else month, 1 if day is None else day)
    if day is not None:
        return Span((first, START), (first + DAY_MINUTES - 1, END))
    end = 12 if month is None else month
    last = midnight(year, end, monthrange(year, end)[1])
    return Span((first, START), (last + DAY_MINUTES - 1, END))


def midnight(year: int, month: int, day: int) -> int:
    return date(year, month, day).toordinal() * DAY_MINUTES


def clock(hour: int, minute: int | None, second: Decimal | None, start: int = 0) -> Span:
    """An hour or a minute, whole, or an instant, of the day that starts at a minute."""
    first = start + hour * 60
    if minute is None:
        return Span((first, START), (first + 59, END))
    first += minute
    if second is None:
        return Span((first, START), (first, END))
    return Span((first, second), (first, second))


def order(left: Span, right: Span) -> int | None:
    """-1, 0 or 1 for before, the same and after; None where the two overlap without being one."""
    if left.last < right.first:
        return -1
    if right.last < left.first:
        return 1
    return 0 if left == right else None
