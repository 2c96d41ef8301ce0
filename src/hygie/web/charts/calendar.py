"""Marks of a time axis: round instants, each named once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hygie.web.present.dates import MONTHS, NBSP

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HOURS_UNTIL = timedelta(hours=36)
"""Spans from which hours give way to days: « 12 h » would come back."""
_WITHIN_DAY = (
    5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
)  # fmt: skip
_DAYS = (DAY, 2 * DAY, 3 * DAY, 7 * DAY, 14 * DAY)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 300)
Ticks = list[tuple[datetime, str]]


def time_ticks(first: datetime, last: datetime, wanted: int) -> Ticks:
    """At most `wanted` of the midnights, hours or months from `first` to `last`, with labels.

    Both in one zone. When nothing round lies between them, `first` itself.
    """
    fitting = (ticks for ticks in _candidates(first, last, wanted) if 0 < len(ticks) <= wanted)
    return next(fitting, [(first, f"{say_day(first)}, {say_hour(first)}")])


def _candidates(first: datetime, last: datetime, wanted: int) -> Iterator[Ticks]:
    """From the finest step that is not far too dense to the coarsest."""
    span = last - first
    if span < HOURS_UNTIL:
        for step in _WITHIN_DAY:
            if span / step <= wanted:
                yield _named_by_hour(list(_every(step, first, last)))
    for step in _DAYS:
        if span / step <= wanted:
            yield [(at, say_day(at)) for at in _every(step, first, last)]
    for months in _MONTHS:
        if span / (28 * DAY * months) <= wanted + 1:
            firsts = _firsts(months, first, last)
            yield [(at, _month(at) if months < 12 else f"{at.year}") for at in firsts]


def _every(step: timedelta, first: datetime, last: datetime) -> Iterator[datetime]:
    """Multiples of `step` from midnight, on the clock of the wall."""
    at = first.replace(hour=0, minute=0, second=0, microsecond=0)
    if step >= DAY and at < first:
        at += DAY
    while at <= last:
        if at >= first:
            yield at
        at += step


def _firsts(months: int, first: datetime, last: datetime) -> list[datetime]:
    """First days of every `months`-th month."""
    start = first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ranks = range(_rank(start) // months, _rank(last) // months + 1)
    begun = (start.replace(year=r * months // 12, month=r * months % 12 + 1) for r in ranks)
    return [at for at in begun if first <= at <= last]


def _rank(at: datetime) -> int:
    return at.year * 12 + at.month - 1


def _named_by_hour(ticks: list[datetime]) -> Ticks:
    """Midnights by their day; the first tick says which day it is."""
    named = [(at, say_hour(at) if at.hour or at.minute else say_day(at)) for at in ticks]
    for at, label in named[:1]:
        if label != say_day(at):
            named[0] = (at, f"{say_day(at)}, {label}")
    return named


def say_day(at: datetime) -> str:
    return f"{at.day}{NBSP}{MONTHS[at.month - 1]}"


def say_hour(at: datetime) -> str:
    return f"{at.hour}{NBSP}h{NBSP}{at.minute:02}" if at.minute else f"{at.hour}{NBSP}h"


def _month(at: datetime) -> str:
    return f"{MONTHS[at.month - 1]}{NBSP}{at.year}"
