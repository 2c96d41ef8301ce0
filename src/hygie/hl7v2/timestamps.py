"""HL7 dates and times (DT, TM, TS, DTM; v2.5 §2.A.22) to FHIR, precision kept.

A time without offset is read in the establishment's zone. FHIR wants seconds where there are
minutes: "202106060931" becomes "2021-06-06T09:31:00+02:00".
"""

import re
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from hygie.hl7v2 import phrases
from hygie.hl7v2.message import Segment
from hygie.refusal import Category, Refused, refuse

_STAMP = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>\d\d)(?:(?P<day>\d\d)(?:(?P<hour>\d\d)"
    r"(?:(?P<minute>\d\d)(?:(?P<second>\d\d)(?:\.(?P<fraction>\d{1,6}))?)?)?)?)?)?"
    r"(?P<offset>[+-]\d{4})?\Z",
    re.ASCII,
)
_LONGEST = 40
"""Characters of a moment: 26, and blanks around. Longer ones are none, and are not remembered."""
_TIME = re.compile(r"(\d\d)(\d\d)?(\d\d)?(?:\.(\d{1,6}))?(?:[+-]\d{4})?\Z", re.ASCII)


def date_time(text: str, zone: ZoneInfo, place: str) -> str:
    """A FHIR dateTime of the same precision (hour becomes minute and second 0)."""
    found = _date_time(text, zone) if len(text) <= _LONGEST else None
    if found is None:
        raise wrong_time(text, place)
    return found


@lru_cache(maxsize=1024)
def _date_time(text: str, zone: ZoneInfo) -> str | None:
    """None when it is no time. The results of a report repeat a few moments again and again."""
    match = _STAMP.match(text.strip())
    if match is None:
        return None
    try:
        return _format(match, zone)
    except (ValueError, OverflowError):
        return None


def day(text: str, place: str) -> str:
    """A FHIR date: the time of day, if any, is left out."""
    match = _STAMP.match(text.strip())
    if match is None:
        raise wrong_time(text, place)
    try:
        return _date_part(match)
    except ValueError:
        raise wrong_time(text, place) from None


def time_of_day(text: str, place: str) -> str:
    """A FHIR time, "09:31:00"."""
    match = _TIME.match(text.strip())
    if match is None:
        raise wrong_time(text, place)
    hour, minute, second, fraction = match.groups()
    try:
        whole = time(int(hour), int(minute or 0), int(second or 0)).isoformat("seconds")
    except ValueError:
        raise wrong_time(text, place) from None
    return f"{whole}.{fraction}" if fraction else whole


def field_date_time(segment: Segment, number: int, zone: ZoneInfo, component: int = 1) -> str:
    """A segment's field as dateTime, or empty when it has no value."""
    text = segment.text(number, component)
    return date_time(text, zone, segment.place(number)) if text else ""


def wrong_time(text: str, place: str) -> Refused:
    return refuse(
        Category.INVALID, "hl7.time", phrases.WRONG_TIME, code="value", location=place,
        found=text[:30],
    )  # fmt: skip


def _format(match: re.Match[str], zone: ZoneInfo) -> str:
    whole_day = _date_part(match)
    if match["hour"] is None:
        return whole_day
    year, month, number = (int(part) for part in whole_day.split("-"))
    clock = time(int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0))
    instant = datetime.combine(date(year, month, number), clock, _offset(match["offset"]) or zone)
    fraction = f".{match['fraction']}" if match["fraction"] else ""
    text = instant.isoformat("T", "seconds")
    return f"{text[:19]}{fraction}{text[19:]}"


def _date_part(match: re.Match[str]) -> str:
    """YYYY, YYYY-MM or YYYY-MM-DD, checked against the calendar."""
    parts = [part for part in (match["year"], match["month"], match["day"]) if part is not None]
    numbers = [int(part) for part in parts] + [1, 1]
    date(*numbers[:3])
    return "-".join(parts)


def _offset(text: str | None) -> timezone | None:
    if not text:
        return None
    minutes = int(text[1:3]) * 60 + int(text[3:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
