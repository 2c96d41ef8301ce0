"""What happens to each patient: visits, stages and moves, before any message is written.

Pure planning: a story and a chance stream give a course; beds, visit and movement numbers are
given afterwards, when all courses are known (`hygie.demo.census`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hygie.demo.catalogue import Allergy
from hygie.demo.chance import Chance
from hygie.demo.clock import after, at
from hygie.demo.people import Person
from hygie.demo.story import Chronic, Follow, Repeat, Stage, Story

CLASSES = {
    "urgences": "E", "hospitalisation": "I", "ambulatoire": "I", "seance": "R", "consultation": "O",
}  # fmt: skip
HOME, TRANSFER_INSIDE = "8", "6"
"""PV1-36, PMSI modes of leaving: home; another unit of the same establishment."""


@dataclass(slots=True)
class Move:
    """A patient comes into a unit. Number, room and bed are given by the census."""

    unit: str
    start: datetime
    number: int = 0
    room: str = ""
    bed: str = ""
    undone: datetime | None = None
    """When this transfer was cancelled, had it been entered by mistake."""


@dataclass(slots=True)
class Visit:
    """One visit (venue): its moves in order, the first being the entry."""

    kind: str
    reason: str
    moves: list[Move]
    end: datetime
    leaving: str = HOME
    planned: Move | None = None
    """The pre-admission: `start` is when it was entered."""
    cancelled: datetime | None = None
    """When the whole visit was cancelled (A11)."""
    early_leave: Move | None = None
    """A discharge entered too early, and cancelled (A13) at `undone`."""
    leave: Move | None = None
    iep: str = ""

    @property
    def start(self) -> datetime:
        return self.moves[0].start

    @property
    def patient_class(self) -> str:
        return CLASSES[self.kind]

    def move_at(self, moment: datetime) -> Move:
        """The move in force at a moment within the visit."""
        done = [m for m in self.moves if m.start <= moment and m.undone is None]
        return done[-1] if done else self.moves[0]


@dataclass(slots=True)
class Course:
    """A patient's way through one story."""

    person: Person
    story: Story
    begin: datetime
    visits: list[Visit]
    chronic: tuple[Chronic, ...] = ()
    records: list[tuple[datetime, Person]] = field(default_factory=list)
    """Identity records in use, each from a moment on; the last one is the person's own."""
    merged: datetime | None = None
    """When a second record, opened by mistake, was merged into the first."""
    allergies: tuple[Allergy, ...] | None = None
    """None: nobody asked. Empty: asked, none known."""

    def known_as(self, moment: datetime) -> Person:
        known = [person for since, person in self.records if since <= moment]
        return known[-1] if known else self.person

    def visit_at(self, moment: datetime) -> Visit:
        """The visit that holds the moment, or the nearest one before it."""
        kept = [visit for visit in self.visits if visit.cancelled is None]
        begun = [visit for visit in kept if visit.start <= moment]
        return begun[-1] if begun else kept[0]


def plan_visits(story: Story, begin: datetime, chance: Chance) -> list[Visit]:
    """The visits of a story that begins then, in order, none overlapping."""
    if story.entry == "urgences":
        return list(_emergency(story, begin, chance))
    if story.repeat is not None:
        return list(_series(story, story.repeat, begin, chance))
    if story.entry == "ambulatoire":
        return [_day_surgery(story, begin, chance)]
    planned = None if story.entry == "nouveau-ne" else after(begin, days=-chance.whole(14, 40))
    stay = _stay(story.stages, story.reason, begin, chance)
    if planned is not None:
        stay.planned = Move(stay.moves[0].unit, planned.replace(hour=chance.whole(9, 16)))
    return [stay, *_rehabilitation(story.follow, stay, chance)]


def _emergency(story: Story, begin: datetime, chance: Chance) -> Iterator[Visit]:
    leave = after(begin, hours=chance.between(2.5, 8))
    first = Visit("urgences", story.reason, [Move("1001", begin)], leave)
    yield first
    stages = [stage for stage in story.stages if chance.happens(stage.chance)]
    if stages:
        first.leaving = TRANSFER_INSIDE
        stay = _stay(tuple(stages), story.reason, after(leave, minutes=8), chance)
        yield stay
        yield from _rehabilitation(story.follow, stay, chance)


def _stay(stages: tuple[Stage, ...], reason: str, begin: datetime, chance: Chance) -> Visit:
    moves, moment = [], begin
    for stage in stages:
        moves.append(Move(stage.unit, moment))
        moment = after(moment, days=chance.between(*stage.days))
    leave = at(moment.date(), chance.whole(10, 16), chance.whole(0, 59))
    visit = Visit("hospitalisation", reason, moves, max(leave, after(moves[-1].start, hours=5)))
    _slip(visit, chance)
    return visit


def _slip(visit: Visit, chance: Chance) -> None:
    """Now and then the admission office errs and corrects itself."""
    last = visit.moves[-1].start
    if chance.happens(0.06):
        wrong = Move(visit.moves[-1].unit, after(last, hours=2))
        wrong.undone = after(wrong.start, minutes=chance.whole(5, 40))
        visit.moves.append(wrong)
    if chance.happens(0.05) and visit.end - last > timedelta(days=2):
        early = Move(visit.moves[-1].unit, after(visit.end, days=-1))
        early.undone = after(early.start, minutes=chance.whole(20, 90))
        visit.early_leave = early


def _rehabilitation(follow: Follow | None, stay: Visit, chance: Chance) -> Iterator[Visit]:
    if follow is not None and chance.happens(follow.chance):
        stay.leaving = TRANSFER_INSIDE
        stage = Stage(follow.unit, follow.days)
        yield _stay((stage,), follow.reason, after(stay.end, minutes=75), chance)


def _series(story: Story, repeat: Repeat, begin: datetime, chance: Chance) -> Iterator[Visit]:
    for rank in range(chance.whole(*repeat.count)):
        day = begin + timedelta(days=rank * repeat.days + chance.whole(-2, 2) * (rank > 0))
        start = at(day.date(), chance.whole(8, 15), chance.one((0, 15, 30, 45)))
        hours = chance.between(4, 6) if story.entry == "seance" else chance.between(0.4, 0.9)
        yield Visit(story.entry, story.reason, [Move(story.unit, start)], after(start, hours=hours))


def _day_surgery(story: Story, begin: datetime, chance: Chance) -> Visit:
    start = at(begin.date(), 7, chance.whole(0, 50))
    visit = Visit("ambulatoire", story.reason, [Move(story.unit, start)], start)
    visit.end = after(start, hours=chance.between(6, 10))
    visit.planned = Move(story.unit, after(start, days=-chance.whole(14, 35), hours=4))
    return visit


def mistaken_visit(moment: datetime, chance: Chance) -> Visit:
    """Somebody registered in the emergency unit by mistake, and cancelled."""
    visit = Visit("urgences", "Enregistrement par erreur", [Move("1001", moment)], moment)
    visit.cancelled = visit.end = after(moment, minutes=chance.whole(4, 25))
    return visit
