"""The demonstration clinic's messages, in the order of time."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from hygie.demo.admissions import admissions
from hygie.demo.chance import Chance
from hygie.demo.clock import midnight
from hygie.demo.event import DemoMessage, Event
from hygie.demo.laboratory import Laboratory
from hygie.demo.mistakes import mistakes
from hygie.demo.plan import Course
from hygie.demo.population import courses
from hygie.demo.ward import Ward

DEFAULT_SEED = 2026
DEFAULT_PATIENTS = 320


class Timed(NamedTuple):
    """A message with the moment it is sent and the family within which order matters."""

    when: datetime
    family: int
    message: DemoMessage


def generate(seed: int, patients: int, today: date) -> Iterator[DemoMessage]:
    """The same messages for the same arguments. All are sent before `today` begins."""
    return (timed.message for timed in timeline(seed, patients, today))


def timeline(seed: int, patients: int, today: date) -> Iterator[Timed]:
    """The messages with their times and families, for a loader that sends these side by side."""
    close = midnight(today)
    made = courses(seed, patients, today)
    events = [
        event
        for rank, course in enumerate(made, start=1)
        for event in _events(seed, rank, course, today)
        if event.when < close
    ]
    events += mistakes(made, close, Chance(seed, "mistakes"))
    events.sort(key=lambda event: event.when)
    for number, event in enumerate(events, start=1):
        raw = event.build(f"{event.source.upper()}{number:08d}")
        yield Timed(event.when, event.family, DemoMessage(event.source, event.kind, raw))


def _events(seed: int, rank: int, course: Course, today: date) -> Iterator[Event]:
    yield from admissions(course)
    yield from Laboratory(course, rank, Chance(seed, "laboratory", rank)).events()
    yield from Ward(course, today, Chance(seed, "ward", rank)).events()
