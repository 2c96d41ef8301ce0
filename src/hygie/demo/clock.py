"""Local time of the clinic, as HL7 v2 and FHIR write it.

The clinic's clock is Europe/Paris without offset, as French HL7 v2 feeds send it; no event falls
in the hour that summer time skips or repeats.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Paris")


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def after(moment: datetime, *, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    """A later local moment, to the second, moved out of the hour from 2 to 3 at night."""
    span = timedelta(days=days, hours=hours, minutes=minutes)
    result = (moment + timedelta(seconds=round(span.total_seconds()))).replace(microsecond=0)
    return result + timedelta(hours=1, minutes=10) if result.hour == 2 else result


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, second))


def hl7(moment: datetime) -> str:
    return moment.strftime("%Y%m%d%H%M%S")


def hl7_day(day: date) -> str:
    return day.strftime("%Y%m%d")


def instant(moment: datetime) -> str:
    """A FHIR dateTime with its offset."""
    return moment.replace(tzinfo=ZONE).isoformat()


def french(moment: date) -> str:
    return moment.strftime("%d/%m/%Y")


def age_in_years(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
