"""Units of time: those of the calendar, and how they stand to UCUM's definite ones.

FHIRPath, Time-valued Quantities, and Unit Conversions of 3.0.0: from the week down a calendar unit
equals the definite one; a calendar year or month is only equivalent to `'a'` or `'mo'`.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final


@dataclass(frozen=True, slots=True, eq=False)
class Duration:
    """A calendar unit; each is one object, compared by identity."""

    name: str
    definite: str
    """The UCUM unit that corresponds to it."""
    seconds: Fraction
    """Of a week and below; of a month and a year, what 30 and 365 days have."""
    exact: bool
    """Whether it equals its definite unit."""


_DAY: Final = 86_400
YEAR: Final = Duration("year", "a", Fraction(365 * _DAY), exact=False)
MONTH: Final = Duration("month", "mo", Fraction(30 * _DAY), exact=False)
WEEK: Final = Duration("week", "wk", Fraction(7 * _DAY), exact=True)
DAY: Final = Duration("day", "d", Fraction(_DAY), exact=True)
HOUR: Final = Duration("hour", "h", Fraction(3600), exact=True)
MINUTE: Final = Duration("minute", "min", Fraction(60), exact=True)
SECOND: Final = Duration("second", "s", Fraction(1), exact=True)
MILLISECOND: Final = Duration("millisecond", "ms", Fraction(1, 1000), exact=True)
DURATIONS: Final = (YEAR, MONTH, WEEK, DAY, HOUR, MINUTE, SECOND, MILLISECOND)
"""From the longest to the shortest."""

CALENDAR: Final = {f"{d.name}{end}": d for d in DURATIONS for end in ("", "s")}
"""The keywords. None of them is a UCUM unit."""
DEFINITE: Final = {d.definite: d for d in DURATIONS}
LONG_DEFINITE: Final = frozenset({"a", "a_t", "a_j", "a_g", "mo", "mo_s", "mo_j", "mo_g"})
"""Definite years and months: not to be compared with the calendar's units."""


def ratio(unit: Duration, other: Duration) -> Fraction:
    """How many of `other` there are in one `unit`, by the calendar (toQuantity's table).

    Not transitive: a year has 12 months of 30 days, and 365 days.
    """
    if unit is YEAR and other is MONTH:
        return Fraction(12)
    if unit is MONTH and other is YEAR:
        return Fraction(1, 12)
    return unit.seconds / other.seconds
