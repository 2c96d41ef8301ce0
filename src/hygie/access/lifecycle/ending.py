"""The day on which an account ends, as people write it: the last one on which it is good. Pure."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hygie.access.phrases import BAD_FACT
from hygie.refusal import Category, refuse


def read_end(text: str, zone: ZoneInfo) -> datetime | None:
    """Of "2027-03-31", "31/03/2027", or a moment with its zone; None of nothing. Raises
    `Refused`."""
    text = text.strip()
    if not text:
        return None
    try:
        if len(text) > len("31/03/2027"):
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                return moment
        else:
            day = _day(text) + timedelta(days=1)
            return datetime(day.year, day.month, day.day, tzinfo=zone)
    except (ValueError, OverflowError):
        pass
    raise refuse(Category.INVALID, "access.until", BAD_FACT["until"], code="value")


def say_end(until: datetime | None, zone: ZoneInfo) -> str:
    """What `read_end` reads back."""
    if until is None:
        return ""
    local = until.astimezone(zone)
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        return (local.date() - timedelta(days=1)).isoformat()
    return local.isoformat()


def _day(text: str) -> date:
    if text[2:3] == "/":
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
    return date.fromisoformat(text)
