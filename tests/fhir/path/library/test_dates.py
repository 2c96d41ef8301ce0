"""Guards against parts of dates and times, and against a clock that is read twice."""

from decimal import Decimal
from typing import Any

import pytest
from tests.fhir.path.answers import answers

from hygie.fhir.path.environment import Environment
from hygie.fhir.path.values import DateTime

EXAMPLES: list[tuple[str, list[Any]]] = [
    ("@2012-01-05T12:30:40.002-07:00.yearOf()", [2012]),
    ("@2012-03.monthOf() | @2012.monthOf()", [3]),
    ("@2012-03-05.dayOf()", [5]),
    ("@2012-01-01T16:30:40.002-07:00.hourOf() | @2012-01-01.hourOf()", [16]),
    ("@T12:31.minuteOf() | @T12.minuteOf()", [31]),
    ("@T12:30:40.002.secondOf() | @T12:30.secondOf()", [40]),
    ("@T12:30:40.0029.millisecondOf() | @T12:30:40.millisecondOf()", [2]),
    ("@2012-01-01T12:30:00.000+08:45.timezoneOffsetOf()", [Decimal("8.75")]),
    ("@2012-01-01T12:30:00.000-07:00.timezoneOffsetOf()", [Decimal(-7)]),
    ("@2012-01-01T12:30:00.timezoneOffsetOf()", []),
    ("@2012-01-01T12:30:00.000-07:00.dateOf() | @2012.dateOf()", ["2012-01-01", "2012"]),
    ("@2012-01-01T12:30:00.timeOf() | @2012T.timeOf() | @T10.timeOf()", ["12:30:00"]),
    ("'2012'.yearOf() | {}.yearOf()", []),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_parts_of_dates_and_times(text: str, expected: list[Any]) -> None:
    """Danger: a part that a date does not have is made up."""
    assert answers(text) == expected


def test_the_clock_is_the_one_handed_in() -> None:
    """Danger: an expression is not the same when it is evaluated again, to be verified."""
    environment = Environment(now=DateTime.parse("2026-11-22T12:00:00.5+01:00"))
    text = "now() | today() | timeOfDay()"
    assert answers(text, environment=environment) == [
        "2026-11-22T12:00:00.5+01:00",
        "2026-11-22",
        "12:00:00.5",
    ]
