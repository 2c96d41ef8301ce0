"""Date: a year, a month or a day (FHIRPath, Date)."""

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from hygie.fhir.path.values import spans
from hygie.fhir.path.values.spans import Span
from hygie.limits import MAX_MOMENT_CHARACTERS

CACHED: Final = 8_192
"""Texts whose value is remembered, for each of the three types."""
FORM: Final = r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
_DATE: Final = re.compile(FORM, re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class Date:
    """A date of the years 1 to 9999, as precise as it was written.

    Python's `==` holds where FHIRPath's `=` is true, and hashes agree with it.
    """

    year: int
    month: int | None = None
    day: int | None = None
    span: Span = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "span", spans.days(self.year, self.month, self.day))

    @staticmethod
    def parse(text: str) -> "Date | None":
        """`2015`, `2015-02` or `2015-02-04`; None for anything else, whatever its type."""
        if type(text) is str and len(text) <= MAX_MOMENT_CHARACTERS:
            return _parsed(text)
        return None

    @staticmethod
    def of(day: dt.date) -> "Date":
        return Date(day.year, day.month, day.day)

    @property
    def precision(self) -> int:
        """Digits of the value: 4, 6 or 8."""
        return 4 if self.month is None else 6 if self.day is None else 8

    def __str__(self) -> str:
        return date_text(self.year, self.month, self.day)

    def __eq__(self, other: object) -> bool:
        return self.span == other.span if type(other) is Date else NotImplemented

    def __hash__(self) -> int:
        return hash(self.span)


def date_text(year: int, month: int | None, day: int | None) -> str:
    text = f"{year:04d}"
    if month is not None:
        text += f"-{month:02d}"
        if day is not None:
            text += f"-{day:02d}"
    return text


@lru_cache(maxsize=CACHED)
def _parsed(text: str) -> Date | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        return Date(*(int(part) for part in found.groups() if part))
    except ValueError:  # a month or a day that does not exist, or the year 0
        return None
