"""When a source falls silent longer than is usual at this hour of this day of the week. Pure.

What is usual is learnt from the four weeks before its last message, so that a source that died
stays unusual. For each hour of them: the longest silence that had been reached at some moment of
it. Of the same hour of the same day of the week there are four such figures; the second longest of
them is usual, so that one outage teaches nothing. A public holiday counts as a Sunday. Where fewer
than three are known, those of the same hour of all working days, or of all week-ends, are taken;
where these are fewer than three too, nothing is known, and nothing is told.

Silence is unusual beyond four times what is usual, and a quarter of an hour. With messages that
come at random (simulated), that errs once in 250 days at ten an hour, once in 20 days at two; with
three times, ten and five times as often.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.intake.sources.holidays import public_holidays

LEARNT_FROM: Final = timedelta(weeks=4)
LEAST: Final = timedelta(minutes=15)
FACTOR: Final = 4
FEWEST: Final = 3
"""Figures from which something is learnt."""
_HOUR: Final = timedelta(hours=1)
_WEEK_END: Final = 5
"""The first day of it, Monday being 0."""
_SUNDAY: Final = 6

Reached = Mapping[datetime, timedelta]
"""Start of an hour -> the longest silence reached in it."""


class Silent(msgspec.Struct, frozen=True, kw_only=True):
    """How long a source has been silent, and what that is worth."""

    source: str
    since: datetime
    """Its last message; or when it was declared, when it never sent any."""
    usual: timedelta | None
    """At this hour; None when it is not known yet."""
    allowed: timedelta | None
    """Beyond it, the silence is unusual; None: whatever its length, nothing is told."""
    unusual: bool


def reached(arrivals: Sequence[datetime]) -> Reached:
    """Of arrivals in order, without the silence after the last."""
    found: dict[datetime, timedelta] = {}
    for before, after in pairwise(arrivals):
        hour = before.replace(minute=0, second=0, microsecond=0)
        while hour < after:
            silence = min(after, hour + _HOUR) - before
            found[hour] = max(found.get(hour, silence), silence)
            hour += _HOUR
    return found


def usual(known: Reached, now: datetime, zone: ZoneInfo) -> timedelta | None:
    """At the hour of `now`; None when too little is known."""
    here = now.astimezone(zone)
    today = _weekday(here)
    same_hour = [(_weekday(hour.astimezone(zone)), silence) for hour, silence in known.items()
                 if hour.astimezone(zone).hour == here.hour]  # fmt: skip
    of_day = [silence for day, silence in same_hour if day == today]
    if len(of_day) >= FEWEST:
        return _second_longest(of_day)
    works = today < _WEEK_END
    alike = [silence for day, silence in same_hour if (day < _WEEK_END) is works]
    return _second_longest(alike) if len(alike) >= FEWEST else None


def allowed(usually: timedelta | None, declared_minutes: int) -> timedelta | None:
    """What was declared, if anything was; else what follows from what is usual."""
    if declared_minutes:
        return timedelta(minutes=declared_minutes)
    return None if usually is None else max(LEAST, usually * FACTOR)


def _weekday(here: datetime) -> int:
    day = here.date()
    return _SUNDAY if day in public_holidays(day.year) else day.weekday()


def _second_longest(silences: Sequence[timedelta]) -> timedelta:
    return sorted(silences)[-2]
