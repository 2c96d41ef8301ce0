"""Parts of dates and times, and the clock (§5.10).

A part that the value has not, by its type or its precision, is empty.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from hygie.fhir.path.environment import Evaluation
from hygie.fhir.path.items import Item
from hygie.fhir.path.library import phrases
from hygie.fhir.path.library.signature import Signature
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.values import Date, DateTime, Time


# --- parts --------------------------------------------------------------------------------
def _part(name: str, *types: type) -> Callable[[Item], Any]:
    """The function that reads a part of values of those types."""

    def read(value: Item) -> Any:
        return getattr(value, name) if isinstance(value, types) else None

    return read


def second_of(value: Item) -> int | None:
    """Without its fraction."""
    if not isinstance(value, DateTime | Time) or value.second is None:
        return None
    return int(value.second)


def millisecond_of(value: Item) -> int | None:
    """Empty when the seconds were written without a fraction; what is finer is cut off."""
    if not isinstance(value, DateTime | Time) or value.second is None:
        return None
    exponent = value.second.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= 0:
        return None
    return int(value.second * 1000) % 1000


def timezone_offset_of(value: Item) -> Decimal | None:
    """Hours ahead of universal time: 8.75 for +08:45."""
    if not isinstance(value, DateTime) or value.offset is None:
        return None
    return Decimal(value.offset) / 60


def date_of(value: Item) -> Date | None:
    """As precise as the value is."""
    if isinstance(value, Date):
        return value
    return value.date if isinstance(value, DateTime) else None


def time_of(value: Item) -> Time | None:
    return value.time if isinstance(value, DateTime) else None


# --- the clock ----------------------------------------------------------------------------
def now(evaluation: Evaluation) -> DateTime:
    """The same moment as often as it is asked in an evaluation."""
    moment = evaluation.environment.now
    if moment is None:
        raise wrong("not-provided", phrases.NOT_PROVIDED, -1, name="now", what="now()")
    return moment


def today(evaluation: Evaluation) -> Date:
    return now(evaluation).date


def time_of_day(evaluation: Evaluation) -> Time | None:
    return now(evaluation).time


FUNCTIONS: Final = (
    Signature("yearOf", "Any", "Integer", _part("year", Date, DateTime)),
    Signature("monthOf", "Any", "Integer", _part("month", Date, DateTime)),
    Signature("dayOf", "Any", "Integer", _part("day", Date, DateTime)),
    Signature("hourOf", "Any", "Integer", _part("hour", DateTime, Time)),
    Signature("minuteOf", "Any", "Integer", _part("minute", DateTime, Time)),
    Signature("secondOf", "Any", "Integer", second_of),
    Signature("millisecondOf", "Any", "Integer", millisecond_of),
    Signature("timezoneOffsetOf", "Any", "Decimal", timezone_offset_of),
    Signature("dateOf", "Any", "Date", date_of),
    Signature("timeOf", "Any", "Time", time_of),
    Signature("now", "nothing", "DateTime", now, evaluation=True),
    Signature("today", "nothing", "Date", today, evaluation=True),
    Signature("timeOfDay", "nothing", "Time", time_of_day, evaluation=True),
)
