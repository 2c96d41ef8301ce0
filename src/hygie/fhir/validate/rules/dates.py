"""Dates that cannot be: compared with the clock that a validation is handed, if it is."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from hygie.fhir.path.environment import Environment
from hygie.fhir.validate.rules.reading import Json, text


def is_past(member: str) -> Callable[[Json, Json, Environment], bool]:
    """The check that a date is not after tomorrow. Without a clock, every date is past.

    After tomorrow, not after today: the day has begun at La Réunion when it is evening in Paris,
    and the evening before in Cayenne.
    """

    def check(resource: Json, _whole: Json, environment: Environment) -> bool:
        day = text(resource, member)[:10]
        now = environment.now
        if not day or now is None or now.month is None or now.day is None:
            return True
        return day <= _tomorrow(now.year, now.month, now.day)[: len(day)]

    return check


def is_whole(member: str) -> Callable[[Json, Json, Environment], bool]:
    """The check that a date is there, with its month and day."""

    def check(resource: Json, _whole: Json, _environment: Environment) -> bool:
        return len(text(resource, member)) == len("YYYY-MM-DD")

    return check


@lru_cache(maxsize=4)
def _tomorrow(year: int, month: int, day: int) -> str:
    return (date(year, month, day) + timedelta(days=1)).isoformat()
