"""Silence: what is usual at an hour, and when it is not."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.intake.sources.silence import LEAST, allowed, reached, usual

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2026, 6, 1, tzinfo=UTC)
"""A Monday."""
MINUTE = timedelta(minutes=1)


def arrivals(rule, days: int = 28, start=START) -> list[datetime]:
    """At every minute (of Paris) for which the rule says so."""
    moments = (start + MINUTE * n for n in range(days * 24 * 60))
    return [moment for moment in moments if rule(moment.astimezone(PARIS))]


def office(here) -> bool:
    """Every ten minutes from 8 to 18, from Monday to Friday."""
    return here.weekday() < 5 and 8 <= here.hour < 18 and here.minute % 10 == 0


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-06-29T10:30", timedelta(minutes=10)),
        ("2026-06-29T03:30", timedelta(hours=58, minutes=10)),
        ("2026-06-30T03:30", timedelta(hours=10, minutes=10)),
        ("2026-07-04T12:30", timedelta(hours=19, minutes=10)),
    ],
)
def test_what_is_usual_depends_on_the_hour_and_the_day(moment, expected):
    """Guards: an alert every night, every week-end; or none on Monday morning."""
    assert usual(reached(arrivals(office)), at(moment), PARIS) == expected


def test_one_outage_teaches_nothing():
    """Guards: a source that may be silent for a day since it was silent for a day."""
    every = arrivals(lambda here: here.minute % 5 == 0)
    gap = [m for m in every if not at("2026-06-10T00:00") < m < at("2026-06-11T00:00")]
    assert usual(reached(gap), at("2026-07-01T12:30"), PARIS) == timedelta(minutes=5)


def test_a_public_holiday_is_as_silent_as_a_sunday():
    """Guards: an alert about every feed of the office on the morning of the 14th of July."""
    known = reached(arrivals(office, start=datetime(2026, 6, 15, tzinfo=UTC)))
    holiday, tuesday = at("2026-07-14T10:30"), at("2026-07-07T10:30")
    assert usual(known, tuesday, PARIS) == timedelta(minutes=10)
    assert usual(known, holiday, PARIS) >= timedelta(hours=40)


def test_summer_time_changes_nothing():
    """Guards: hours of the clock learnt an hour off for a month after the change."""
    start = datetime(2026, 3, 16, tzinfo=UTC)
    known = reached(arrivals(office, start=start))
    assert usual(known, at("2026-04-13T08:30"), PARIS) <= timedelta(hours=62, minutes=10)
    assert usual(known, at("2026-04-13T09:30"), PARIS) == timedelta(minutes=10)


def test_a_new_source_is_given_time():
    """Guards: an alert on the first evening of a feed."""
    assert usual(reached(arrivals(office, days=2)), at("2026-06-03T10:30"), PARIS) is None
    assert usual(reached([]), START, PARIS) is None
    assert allowed(None, 0) is None


def test_a_young_source_is_held_against_all_working_days():
    """Guards: three weeks of a new feed in which nobody is told of anything."""
    known = reached(arrivals(office, days=5))
    assert usual(known, at("2026-06-08T10:30"), PARIS) == timedelta(minutes=10)
    assert usual(known, at("2026-06-13T10:30"), PARIS) is None


def test_what_was_declared_comes_first():
    """Guards: a technician who knows better, and is not heard."""
    assert allowed(timedelta(hours=9), 30) == timedelta(minutes=30)
    assert allowed(timedelta(minutes=1), 0) == LEAST


def test_messages_at_random_make_no_noise():
    """Guards: alerts that nobody reads any more, since there is one every day."""
    chance = Random(7)
    moment, times = START, []
    while moment < START + timedelta(days=128):
        moment += timedelta(hours=chance.expovariate(10))
        times.append(moment)
    learnt = [one for one in times if one < START + timedelta(days=28)]
    known, alarms = reached(learnt), 0
    for before, after in pairwise(times[len(learnt) :]):
        if after - before > LEAST:
            alarms += after - before > allowed(usual(known, after, UTC), 0)
    assert alarms <= 1


@given(st.lists(st.integers(0, 1_000), min_size=2, max_size=12).map(sorted))
def test_the_longest_silence_reached_in_each_hour(minutes):
    """Guards: an hour whose figure no moment of it ever showed. Against every minute of it."""
    times = [START + MINUTE * minute for minute in minutes]
    found = reached(times)
    slow: dict[datetime, timedelta] = {}
    for minute in range(minutes[0], minutes[-1] + 1):
        moment = START + MINUTE * minute
        silence = moment - max(one for one in times if one < moment or one == times[0])
        hour = (moment - MINUTE).replace(minute=0)
        slow[hour] = max(slow.get(hour, silence), silence)
    assert {hour: silence for hour, silence in found.items() if silence} == {
        hour: silence for hour, silence in slow.items() if silence
    }
