"""FHIR dates and times, said in French: « 3 févr. 1951 », « 22 nov. 2026, 14 h 05 », « 75 ans »."""

import re
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

NBSP = "\u00a0"
MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin",
    "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip

Precision = Literal["year", "month", "day", "time"]
_PRECISIONS: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}
_PADDING = "0001-01-01"


class Moment(msgspec.Struct, frozen=True, order=True):
    """A point on the calendar, as precise as it was given; `at` is in the establishment's zone."""

    at: datetime
    precision: Precision = "time"

    @property
    def day(self) -> date:
        return self.at.date()


def read_moment(text: object, zone: ZoneInfo) -> Moment | None:
    """A FHIR date, dateTime or instant (R4 §2.24.0.1); None when it is not one."""
    if not isinstance(text, str):
        return None
    precision: Precision | None = "time" if text[10:11] == "T" else _PRECISIONS.get(len(text))
    if precision is None:
        return None
    try:
        at = datetime.fromisoformat(text + _PADDING[len(text) :])
        local = at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        return None
    return Moment(local, precision)


def say_day(moment: Moment) -> str:
    """« 3 févr. 1951 », « févr. 1951 », « 1951 »."""
    at = moment.at
    if moment.precision == "year":
        return f"{at.year:04}"
    month_year = f"{MONTHS[at.month - 1]}{NBSP}{at.year:04}"
    if moment.precision == "month":
        return month_year
    return f"{'1er' if at.day == 1 else at.day}{NBSP}{month_year}"


def say_hour(moment: Moment) -> str:
    """« 14 h 05 », or empty when no time was given."""
    if moment.precision != "time":
        return ""
    return f"{moment.at.hour}{NBSP}h{NBSP}{moment.at.minute:02}"


def say_moment(moment: Moment) -> str:
    hour = say_hour(moment)
    return f"{say_day(moment)}, {hour}" if hour else say_day(moment)


def say_since(moment: Moment) -> str:
    """« depuis le 18 nov. 2026 », « depuis mai 2009 »."""
    day = say_day(moment)
    return f"depuis {day}" if moment.precision in ("year", "month") else f"depuis le {day}"


def machine(moment: Moment) -> str:
    """The value of a `<time datetime>` attribute."""
    if moment.precision == "time":
        return moment.at.isoformat(timespec="minutes")
    return moment.at.date().isoformat()[: {"year": 4, "month": 7, "day": 10}[moment.precision]]


def whole_months(birth: date, on: date) -> int:
    """Completed months between two days; someone born on the 31st ages on the 1st if need be."""
    return (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)


def say_age(birth: Moment, on: date) -> str:
    """Age in the unit clinicians use: days in the first month, months until two years, years."""
    months = whole_months(birth.day, on)
    if on < birth.day:
        return ""
    if birth.precision == "year":
        return f"environ {_years(on.year - birth.at.year)}"
    if months < 1:
        days = (on - birth.day).days
        return f"{days}{NBSP}jour{'s' if days > 1 else ''}"
    return f"{months}{NBSP}mois" if months < 24 else _years(months // 12)


def _years(count: int) -> str:
    return f"{count}{NBSP}an{'s' if count > 1 else ''}"


def say_duration(length: timedelta) -> str:
    """« 45 min », « 5 h », « 3 j »: how long a stay or a step lasted, in its largest unit."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return f"{max(minutes, 0)}{NBSP}min"
    return f"{minutes // 60}{NBSP}h" if minutes < 48 * 60 else f"{minutes // 1440}{NBSP}j"


_TYPED = re.compile(r"(\d{1,2})[\s/.\-]+(\d{1,2})[\s/.\-]+(\d{4}|\d{2})")
_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def parse_typed_date(text: str, today: date) -> date | None:
    """A birth date as people type it: 03/02/1951, 03021951, 3.2.51, 1951-02-03. None if not one.

    A year of two digits is the latest one that does not lie in the future.
    """
    typed = text.strip()
    if iso := _ISO.fullmatch(typed):
        year, month, day = (int(part) for part in iso.groups())
        return _real(year, month, day)
    found = _TYPED.fullmatch(typed) or _DIGITS.fullmatch(typed)
    if not found:
        return None
    day, month, year = (int(part) for part in found.groups())
    if len(found[3]) == 4:
        return _real(year, month, day)
    century = today.year - today.year % 100
    recent = _real(century + year, month, day)
    return recent if recent and recent <= today else _real(century - 100 + year, month, day)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
