"""Dates and times of any precision -> closed intervals of microseconds (R4 §3.1.1.4.7)."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from hygie.fhir.search.entry import DATE_MAX, DATE_MIN

Interval = tuple[int, int]
"""First and last microsecond since 1970-01-01 UTC, both within."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
SECOND: Final = 1_000_000
DAY: Final = 86_400 * SECOND
_COMMON_LENGTH: Final = 40
"""Longer texts are read each time: an unbounded fraction of a second fills no memory."""
_TIMED: Final = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_DATED: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


def interval(text: str, zone: ZoneInfo) -> Interval | None:
    """The time a date, dateTime or instant covers; None if it is none (2021-02-30).

    What has no time zone is read in `zone`. A leap second (":60") is its minute's last second.
    """
    return _cached(text, zone) if len(text) <= _COMMON_LENGTH else _read(text, zone)


def _read(text: str, zone: ZoneInfo) -> Interval | None:
    try:
        return _timed(text, zone) if len(text) > 10 else _dated(text, zone)
    except (ValueError, OverflowError):
        return None


_cached = lru_cache(maxsize=8_192)(_read)


def _timed(text: str, zone: ZoneInfo) -> Interval | None:
    found = _TIMED.fullmatch(text)
    if found is None:
        return None
    minute, seconds, fraction, offset = found.groups()
    local = datetime.fromisoformat(minute + (offset or ""))
    low = _micros(local if offset else local.replace(tzinfo=zone))
    if seconds is None:
        return _bounded(low, 60 * SECOND)
    if int(seconds) > 60:
        return None
    low += min(int(seconds), 59) * SECOND
    if fraction is None:
        return _bounded(low, SECOND)
    digits = fraction[:6]
    return _bounded(low + int(digits.ljust(6, "0")), 10 ** (6 - len(digits)))


def _bounded(low: int, width: int) -> Interval:
    high = low + width - 1
    return min(max(low, DATE_MIN), DATE_MAX), min(max(high, DATE_MIN), DATE_MAX)


def _dated(text: str, zone: ZoneInfo) -> Interval | None:
    """A year, month or day: from local midnight to the next one's eve."""
    found = _DATED.fullmatch(text)
    if found is None:
        return None
    year, month, day = found.groups()
    first = datetime(int(year), int(month or 1), int(day or 1), tzinfo=zone)
    return _midnight(first), _eve(first, month, day)


def _eve(first: datetime, month: str | None, day: str | None) -> int:
    """The last microsecond of a year, month or day."""
    try:
        if day:
            return _midnight(first + timedelta(days=1)) - 1
        if month:
            december = first.month == 12
            year, following = first.year + december, first.month % 12 + 1
            return _midnight(first.replace(year=year, month=following)) - 1
        return _midnight(first.replace(year=first.year + 1)) - 1
    except (ValueError, OverflowError):
        return DATE_MAX


def _midnight(moment: datetime) -> int:
    """Microseconds of an aware moment, within what an entry can hold."""
    return min(max(_micros(moment), DATE_MIN), DATE_MAX + 1)


def _micros(moment: datetime) -> int:
    # Wall time less offset, so that year 1 east of Greenwich does not overflow.
    offset = moment.utcoffset() or timedelta()
    return (moment.replace(tzinfo=UTC) - EPOCH) // MICROSECOND - offset // MICROSECOND
