"""A date or time, and a duration added to it (FHIRPath, Date/Time Arithmetic).

Calendar steps: a month after January 31 is the last day of February. Fractions of anything longer
than a second are ignored. A duration finer than what is known of the date is first brought, cut
to a whole, to the finest unit known: 23 months after 2014 is 2015.
"""

import datetime as dt
import math
from calendar import monthrange
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeGuard

from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.values.date import Date
from hygie.fhir.path.values.date_time import DateTime
from hygie.fhir.path.values.durations import (
    CALENDAR,
    DAY,
    DEFINITE,
    DURATIONS,
    HOUR,
    MILLISECOND,
    MINUTE,
    MONTH,
    SECOND,
    WEEK,
    YEAR,
    Duration,
    ratio,
)
from hygie.fhir.path.values.numbers import EXACT
from hygie.fhir.path.values.phrases import CALENDAR_RANGE, DURATION, UNKNOWN, type_name
from hygie.fhir.path.values.quantity import Quantity
from hygie.fhir.path.values.spans import DAY_MINUTES
from hygie.fhir.path.values.time_of_day import Clock, Time

Moment = Date | DateTime | Time
_DATED: Final = (YEAR, MONTH, WEEK, DAY)
_TIMED: Final = (HOUR, MINUTE, SECOND, MILLISECOND)
_ALLOWED: Final = {Date: _DATED, DateTime: DURATIONS, Time: _TIMED}
_CALENDAR: Final = {4: YEAR, 6: MONTH, 8: DAY, 10: HOUR, 12: MINUTE, 14: SECOND}
_CLOCK: Final = {2: HOUR, 4: MINUTE, 6: SECOND}
"""Digits written -> the unit of the last."""
_ZERO: Final = Decimal(0)
_LONGEST: Final = 10**15
"""Of any unit: beyond, even milliseconds leave the calendar."""


def is_moment(value: object) -> TypeGuard[Moment]:
    return isinstance(value, Date | DateTime | Time)


def moved(moment: Moment, duration: Quantity, sign: int) -> Moment:
    """The moment so much later, or earlier for a `sign` of -1; a Time goes round the clock.

    Raises Refused for a duration that is none, or not for that type, and for a date that leaves
    the calendar.
    """
    unit = _unit(moment, duration, "+" if sign > 0 else "-")
    if abs(duration.value) > _LONGEST:
        raise wrong("range", CALENDAR_RANGE, UNKNOWN)
    amount, unit = _steps(duration.value * sign, unit, _finest(moment))
    if isinstance(moment, Time):
        _, clock = _turned(moment, amount, unit)
        return Time(*clock)
    try:
        return _later(moment, amount, unit)
    except (ValueError, OverflowError):
        raise wrong("range", CALENDAR_RANGE, UNKNOWN) from None


def _unit(moment: Moment, duration: Quantity, operator: str) -> Duration:
    """The unit of the duration. Definite years and months are not for calendars (3.0.0, 6.7)."""
    unit = CALENDAR.get(duration.unit) or DEFINITE.get(duration.unit)
    allowed = _ALLOWED[type(moment)]
    if unit is None or unit not in allowed or not (unit.exact or duration.calendar):
        names = {"left": type_name(moment), "units": ", ".join(f"{d.name}s" for d in allowed)}
        raise wrong("duration", DURATION, UNKNOWN, operator=operator, **names)
    return unit


def _finest(moment: Moment) -> Duration:
    """The finest unit known of a moment; seconds and their fraction are one."""
    if isinstance(moment, Time):
        return _CLOCK[min(moment.precision, 6)]
    return _CALENDAR[min(moment.precision, 14)]


def _steps(value: Decimal, unit: Duration, finest: Duration) -> tuple[Decimal, Duration]:
    """The duration in years, months, days, hours, minutes or seconds; whole, except for these."""
    if unit is MILLISECOND:
        value, unit = EXACT.scaleb(value, -3), SECOND
    elif unit is not SECOND:
        value = Decimal(int(value))
    if unit is WEEK:
        value, unit = value * 7, DAY
    if unit.seconds >= finest.seconds:
        return value, unit
    return Decimal(int(Fraction(value) * ratio(unit, finest))), finest


def _later(moment: Date | DateTime, amount: Decimal, unit: Duration) -> Date | DateTime:
    if unit in {YEAR, MONTH}:
        months = int(amount) * (12 if unit is YEAR else 1)
        return _with_date(moment, *_months_later(moment, months))
    if isinstance(moment, DateTime) and moment.hour is not None and unit is not DAY:
        time = Time(moment.hour, moment.minute, moment.second)
        days, clock = _turned(time, amount, unit)
        day = _days_later(moment, days)
        return DateTime(day.year, day.month, day.day, *clock, moment.zone)
    day = _days_later(moment, int(amount))
    return _with_date(moment, day.year, day.month, day.day)


def _months_later(moment: Date | DateTime, months: int) -> tuple[int, int, int]:
    """The same day so many months on, or the last of that month."""
    year, month = divmod(moment.year * 12 + (moment.month or 1) - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise OverflowError
    return year, month + 1, min(moment.day or 1, monthrange(year, month + 1)[1])


def _days_later(moment: Date | DateTime, days: int) -> dt.date:
    first = dt.date(moment.year, moment.month or 1, moment.day or 1)
    return dt.date.fromordinal(first.toordinal() + days)


def _with_date(moment: Date | DateTime, year: int, month: int, day: int) -> Date | DateTime:
    """Another date, to the precision of the moment, with its time if it has one."""
    parts = (
        year,
        None if moment.month is None else month,
        None if moment.day is None else day,
    )
    if isinstance(moment, Date):
        return Date(*parts)
    return DateTime(*parts, moment.hour, moment.minute, moment.second, moment.zone)


def _turned(time: Time, amount: Decimal, unit: Duration) -> tuple[int, Clock]:
    """Midnights passed, and the clock then, to the precision of the time."""
    minutes = time.hour * 60 + (time.minute or 0)
    second = _ZERO if time.second is None else time.second
    if unit is SECOND:
        second = EXACT.add(second, amount)
        passed = math.floor(second) // 60
        second = EXACT.subtract(second, Decimal(passed * 60))
    else:
        passed = int(amount) * (60 if unit is HOUR else 1)
    days, minutes = divmod(minutes + passed, DAY_MINUTES)
    hour, minute = divmod(minutes, 60)
    return days, (
        hour,
        None if time.minute is None else minute,
        None if time.second is None else second,
    )
