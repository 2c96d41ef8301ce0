"""DateTime: from a year to an instant, with or without a time zone (FHIRPath, DateTime)."""

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Final

from hygie.fhir.path.values import spans, time_of_day
from hygie.fhir.path.values.date import CACHED, Date, date_text
from hygie.fhir.path.values.date import FORM as DATED
from hygie.fhir.path.values.spans import Span
from hygie.fhir.path.values.time_of_day import Time, clock_text, read_clock
from hygie.limits import MAX_MOMENT_CHARACTERS

EAST: Final = 14 * 60
"""Minutes of the zone whose day begins first, +14:00; offsets go as far either way (R4 instant)."""
WEST: Final = 12 * 60
"""Minutes behind Greenwich of the zone whose day ends last, -12:00."""
_TIMED: Final = re.compile(
    rf"(\d{{4}})-(\d\d)-(\d\d)T{time_of_day.FORM}(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_DATED: Final = re.compile(DATED, re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class DateTime:
    """A date and time of the years 1 to 9999, as precise as it was written.

    `zone` is the text of the offset: `Z`, `+02:00`, or empty where none is known. Python's `==`
    holds where FHIRPath's `=` is true, and hashes agree with it.
    """

    year: int
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: Decimal | None = None
    zone: str = ""
    span: Span = field(init=False, repr=False)
    """In universal time when the zone is known, else as a clock there showed it."""

    def __post_init__(self) -> None:
        if self.hour is None:
            span = spans.days(self.year, self.month, self.day)
        else:
            midnight = spans.midnight(self.year, self.month or 1, self.day or 1)
            minutes = midnight - (self.offset or 0)
            span = spans.clock(self.hour, self.minute, self.second, minutes)
        object.__setattr__(self, "span", span)

    @staticmethod
    def parse(text: str) -> "DateTime | None":
        """A FHIR `dateTime` or `instant`, or a FHIRPath one without `@`, as `2015-02-04T14`.

        None for anything else, whatever its type.
        """
        if type(text) is str and len(text) <= MAX_MOMENT_CHARACTERS:
            return _parsed(text)
        return None

    @staticmethod
    def of(moment: dt.datetime) -> "DateTime":
        """To the millisecond, with its offset if it has one."""
        shift = moment.utcoffset()
        zone = "" if shift is None else zone_text(shift // dt.timedelta(minutes=1))
        second = time_of_day.seconds(moment.second, moment.microsecond)
        clock = (moment.hour, moment.minute, second)
        return DateTime(moment.year, moment.month, moment.day, *clock, zone)

    @staticmethod
    def at(day: Date) -> "DateTime":
        """The same date, its time unknown."""
        return DateTime(day.year, day.month, day.day)

    @property
    def offset(self) -> int | None:
        """Minutes ahead of universal time; None where no zone is known."""
        return offset_of(self.zone) if self.zone else None

    @property
    def precision(self) -> int:
        """Digits of the value, its zone apart: 4, 6, 8, 10, 12, 14, or 14 and the fraction's."""
        if self.hour is None:
            return 4 if self.month is None else 6 if self.day is None else 8
        return 8 + time_of_day.clock_digits(self.minute, self.second)

    @property
    def date(self) -> Date:
        """The date part, as precise as it is known."""
        return Date(self.year, self.month, self.day)

    @property
    def time(self) -> Time | None:
        """The time part, where there is one."""
        return None if self.hour is None else Time(self.hour, self.minute, self.second)

    def __str__(self) -> str:
        text = date_text(self.year, self.month, self.day)
        if self.hour is None:
            return text
        return f"{text}T{clock_text(self.hour, self.minute, self.second)}{self.zone}"

    def __eq__(self, other: object) -> bool:
        if type(other) is not DateTime:
            return NotImplemented
        return self.span == other.span and self.zoned is other.zoned

    def __hash__(self) -> int:
        return hash(self.span)

    @property
    def zoned(self) -> bool:
        return self.zone != ""


def offset_of(zone: str) -> int:
    """Minutes of an offset that matched its form."""
    if zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:])
    return -minutes if zone[0] == "-" else minutes


def zone_text(offset: int) -> str:
    sign = "-" if offset < 0 else "+"
    return f"{sign}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"


@lru_cache(maxsize=CACHED)
def _parsed(text: str) -> DateTime | None:
    try:
        return _timed(text) if "T" in text else _dated(text)
    except ValueError:  # a month or a day that does not exist, or the year 0
        return None


def _dated(text: str) -> DateTime | None:
    found = _DATED.fullmatch(text)
    return DateTime.at(Date(*(int(part) for part in found.groups() if part))) if found else None


def _timed(text: str) -> DateTime | None:
    found = _TIMED.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    clock = read_clock(hour, minute, second)
    if clock is None or (zone and not _is_zone(zone)):
        return None
    return DateTime(int(year), int(month), int(day), *clock, zone or "")


def _is_zone(zone: str) -> bool:
    return zone[4:] <= "59" and abs(offset_of(zone)) <= EAST
