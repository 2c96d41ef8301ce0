"""Dates that cannot be, and dates that are not whole."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from hygie.fhir.validate.reading import Json, text_of
from hygie.fhir.validate.report import Report


def is_past(member: str) -> Callable[[Json, Json, Report], bool]:
    """The check that a date is not after tomorrow. Where the day is not known, all dates are past.

    After tomorrow, not after today: the day has begun at La Réunion when it is evening in Paris,
    and the evening before in Cayenne.
    """

    def check(resource: Json, _whole: Json, report: Report) -> bool:
        day = text_of(resource, member)[:10]
        if not day or report.today is None:
            return True
        return day <= _tomorrow(report.today)[: len(day)]

    return check


def is_whole(member: str) -> Callable[[Json, Json, Report], bool]:
    """The check that a date is there, with its month and day."""

    def check(resource: Json, _whole: Json, _report: Report) -> bool:
        return len(text_of(resource, member)) == len("YYYY-MM-DD")

    return check


@lru_cache(maxsize=4)
def _tomorrow(day: date) -> str:
    return (day + timedelta(days=1)).isoformat()
