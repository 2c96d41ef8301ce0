"""Calendar buckets: the years, months and days that dates are filed under.

Dates that identify people have no ordered column, only these: each is filed under every year it
touches, and the month and day that hold it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

FIRST_YEAR: Final = 1850
LAST_YEAR: Final = 2049
"""Years beyond are filed under these."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Bucket(NamedTuple):
    """The narrowest calendar unit that holds an interval; `whole` when it is all of it."""

    name: str
    whole: bool


def moment(microseconds: int, zone: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(microseconds=microseconds)).astimezone(zone)


def years(low: int, high: int) -> range:
    """The years an interval touches, UTC, within the bounds; a day of margin covers any zone."""
    first = (_clamped(low) - timedelta(days=1)).year
    last = (_clamped(high) + timedelta(days=1)).year
    return range(max(FIRST_YEAR, min(first, LAST_YEAR)), max(FIRST_YEAR, min(last, LAST_YEAR)) + 1)


def filed_under(low: int, high: int, zone: ZoneInfo) -> Iterator[str]:
    """Names of the buckets an entry is filed under."""
    touched = years(low, high)
    yield from (f"year {year}" for year in touched)
    yield from dict.fromkeys(f"decade {year // 10}" for year in touched)
    yield from (bucket.name for bucket in holding(low, high, zone))


def holding(low: int, high: int, zone: ZoneInfo) -> list[Bucket]:
    """The calendar year, month and day that hold the interval, widest first; those that exist."""
    start, end = moment_or_none(low, zone), moment_or_none(high, zone)
    if start is None or end is None:
        return []
    after = moment_or_none(high + 1, zone) or end  # where time ends, the end itself
    ends = start, after
    midnights = all(m.hour == m.minute == m.second == m.microsecond == 0 for m in ends)
    firsts = midnights and all(m.day == 1 for m in ends)
    found: list[Bucket] = []
    if start.year == end.year:
        whole = firsts and all(m.month == 1 for m in ends)
        found.append(Bucket(f"in {start.year:04}", whole))
        if start.month == end.month:
            found.append(Bucket(f"month {start.year:04}-{start.month:02}", firsts))
            if start.day == end.day:
                day = f"day {start.year:04}-{start.month:02}-{start.day:02}"
                found.append(Bucket(day, midnights))
    return found


def moment_or_none(microseconds: int, zone: ZoneInfo) -> datetime | None:
    try:
        return moment(microseconds, zone)
    except OverflowError:
        return None


def _clamped(microseconds: int) -> datetime:
    low, high = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)
    span = timedelta(microseconds=microseconds)
    return min(max(_EPOCH + max(min(span, high - _EPOCH), low - _EPOCH), low), high)


def asked(prefix: str, low: int, high: int) -> list[str]:
    """Buckets under which whatever may answer a comparison is filed: decades, and years."""
    wanted = _years_asked(prefix, low, high)
    names, year = [], wanted.start
    while year < wanted.stop:
        whole = year % 10 == 0 and year + 10 <= wanted.stop
        names.append(f"decade {year // 10}" if whole else f"year {year}")
        year += 10 if whole else 1
    return names


def _years_asked(prefix: str, low: int, high: int) -> range:
    touched = years(low, high)
    if prefix in ("gt", "ge", "sa"):
        return range(touched.start, LAST_YEAR + 1)
    if prefix in ("lt", "le", "eb"):
        return range(FIRST_YEAR, touched.stop)
    return touched if prefix in ("eq", "ap") else range(FIRST_YEAR, LAST_YEAR + 1)
