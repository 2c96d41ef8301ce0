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
    """A year, a month or a day, whole."""
    first = date(year, month or 1, day or 1).toordinal() * DAY_MINUTES
    end_month = month or 12
    end_day = day or monthrange(year, end_month)[1]
    last = date(year, end_month, end_day).toordinal() * DAY_MINUTES
    return Span((first, START), (last + DAY_MINUTES - 1, END))


def clock(hour: int, minute: int | None, second: Decimal | None, midnight: int = 0) -> Span:
    """An hour or a minute, whole, or an instant, of the day whose midnight is given."""
    first = midnight + hour * 60
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
