"""Dates and times as expressions write them, after `@` (FHIRPath, appendix B)."""

from hygie.fhir.path.values.date import Date
from hygie.fhir.path.values.date_time import DateTime
from hygie.fhir.path.values.time_of_day import Time


def read_literal(text: str) -> Date | DateTime | Time | None:
    """`2015` is a Date, `2015T` and `2015-02-04T14` a DateTime, `T14` a Time.

    None for what is none of them, or does not exist.
    """
    if text.startswith("T"):
        return Time.parse(text[1:])
    if "T" not in text:
        return Date.parse(text)
    day, _, clock = text.partition("T")
    return DateTime.parse(text if clock else day)
