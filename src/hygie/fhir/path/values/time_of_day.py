"""Time: an hour, a minute or an instant of any day (FHIRPath, Time)."""

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Final

from hygie.fhir.path.values import spans
from hygie.fhir.path.values.date import CACHED
from hygie.fhir.path.values.spans import Span
from hygie.limits import MAX_MOMENT_CHARACTERS

FORM: Final = r"(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?"
_TIME: Final = re.compile(FORM, re.ASCII)
Clock = tuple[int, int | None, Decimal | None]
"""Hour, minute, second with its fraction."""


@dataclass(frozen=True, slots=True, eq=False)
class Time:
    """A time of day, as precise as it was written; it has no time zone.

    Python's `==` holds where FHIRPath's `=` is true, and hashes agree with it.
    """

    hour: int
    minute: int | None = None
    second: Decimal | None = None
    span: Span = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "span", spans.clock(self.hour, self.minute, self.second))

    @staticmethod
    def parse(text: str) -> "Time | None":
        """`14`, `14:34`, `14:34:28`, `14:34:28.123`; None for anything else, whatever its type."""
        if type(text) is str and len(text) <= MAX_MOMENT_CHARACTERS:
            return _parsed(text)
        return None

    @staticmethod
    def of(moment: dt.time) -> "Time":
        """To the millisecond."""
        return Time(moment.hour, moment.minute, seconds(moment.second, moment.microsecond))

    @property
    def precision(self) -> int:
        """Digits of the value: 2, 4, 6, or 6 and those of the fraction."""
        return clock_digits(self.minute, self.second)

    def __str__(self) -> str:
        return clock_text(self.hour, self.minute, self.second)

    def __eq__(self, other: object) -> bool:
        return self.span == other.span if type(other) is Time else NotImplemented

    def __hash__(self) -> int:
        return hash(self.span)


def seconds(second: int, microsecond: int) -> Decimal:
    """Seconds to the millisecond, what is finer cut off."""
    return Decimal(second * 1000 + microsecond // 1000).scaleb(-3)


def read_clock(hour: str, minute: str | None, second: str | None) -> Clock | None:
    """The parts of a time that matched its form; None for 24:00 or 12:60. A leap second is one."""
    if hour > "23" or (minute or "") > "59" or (second is not None and Decimal(second) >= 61):
        return None
    return int(hour), int(minute) if minute else None, Decimal(second) if second else None


def clock_digits(minute: int | None, second: Decimal | None) -> int:
    if second is None:
        return 2 if minute is None else 4
    return 6 + fraction_digits(second)


def fraction_digits(number: Decimal) -> int:
    """Digits written after the decimal point."""
    exponent = number.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def clock_text(hour: int, minute: int | None, second: Decimal | None) -> str:
    text = f"{hour:02d}"
    if minute is not None:
        text += f":{minute:02d}"
        if second is not None:
            text += f":0{second:f}" if second < 10 else f":{second:f}"
    return text


@lru_cache(maxsize=CACHED)
def _parsed(text: str) -> Time | None:
    found = _TIME.fullmatch(text)
    parts = read_clock(*found.groups()) if found else None
    return Time(*parts) if parts else None
