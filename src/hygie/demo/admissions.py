"""What the admission office sends along a course: ADT messages."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from hygie.demo.adt import identity_event, movement_event
from hygie.demo.clock import after
from hygie.demo.event import Event
from hygie.demo.plan import Course, Move, Visit

SOURCE = "gam"


def admissions(course: Course) -> Iterator[Event]:
    """Identities, then each visit's movements; the caller sorts by time."""
    yield from _identities(course)
    for visit in course.visits:
        yield from _visit(course, visit)


def _identities(course: Course) -> Iterator[Event]:
    """A28 for a planned or later doubled patient, A31 for each change, A40 for a merge."""
    begin = course.visits[0].start
    if course.merged is not None:
        created, other = after(begin, days=-120), course.records[1][1]
        yield _event(course, created, partial(_identity, "A28", course, created))
        yield _event(
            course, course.merged, partial(_identity, "A40", course, course.merged, old=other.ipp)
        )
        return
    if course.story.entry != "nouveau-ne" and course.person.number % 6 == 0:
        first = course.visits[0].planned
        created = after(first.start if first else begin, minutes=-9)
        yield _event(course, created, partial(_identity, "A28", course, created))
    for since, _ in course.records[1:]:
        yield _event(course, since, partial(_identity, "A31", course, since))


def _identity(
    event: str, course: Course, moment: datetime, control: str, *, old: str = ""
) -> bytes:
    return identity_event(event, course.known_as(moment), moment, control, old=old)


def _visit(course: Course, visit: Visit) -> Iterator[Event]:
    entry = "A04" if visit.patient_class in "EO" else "A01"
    if visit.planned is not None:
        yield _movement(course, visit, "A05", visit.planned)
    for rank, move in enumerate(visit.moves):
        event = "A02" if rank else entry
        yield _movement(course, visit, event, move)
        if move.undone is not None:
            yield _movement(course, visit, "A12", move, undone=event)
    if visit.cancelled is not None:
        yield _movement(course, visit, "A11", visit.moves[0], undone=entry)
        return
    if visit.early_leave is not None:
        yield _movement(course, visit, "A03", visit.early_leave)
        yield _movement(course, visit, "A13", visit.early_leave, undone="A03")
    if visit.leave is not None:
        yield _movement(course, visit, "A03", visit.leave)


def _movement(course: Course, visit: Visit, event: str, move: Move, *, undone: str = "") -> Event:
    recorded = move.start
    if undone:
        recorded = move.undone or visit.cancelled or move.start
    person = course.known_as(recorded)
    build = partial(movement_event, event, person, visit, move, undone=undone)
    return _event(course, recorded + timedelta(seconds=40), build)


def _event(course: Course, when: datetime, build: Callable[[str], bytes]) -> Event:
    return Event(when, family_of(course), SOURCE, "hl7v2", build)


def family_of(course: Course) -> int:
    """A child goes with its mother, whose record its own points to."""
    person = course.person
    return int(person.mother or person.ipp)
