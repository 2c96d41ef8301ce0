"""The course of a stay: what held from when to when. Pure."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from hygie.fhir.french import kinds
from hygie.fhir.french.facts import instant
from hygie.intake.stays.movements import Movement, Traced


class Span(NamedTuple):
    """`end` is empty while it lasts."""

    value: Any
    start: str
    end: str


class Line:
    """Values in the order of time, each until the next. What was replaced at once is left out."""

    def __init__(self) -> None:
        self._spans: list[Span] = []

    @property
    def now(self) -> Any:
        """None when nothing holds."""
        last = self._spans[-1] if self._spans else None
        return None if last is None or last.end else last.value

    def set(self, value: Any, since: str) -> None:
        if value != self.now:
            self.close(since)
            if self._spans and instant(self._spans[-1].start) == instant(since):
                self._spans.pop()
            self._spans.append(Span(value, since, ""))

    def close(self, at: str) -> None:
        if self.now is not None:
            self._spans.append(self._spans.pop()._replace(end=at))

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(self._spans)


class Course:
    """What a stay has gone through. A stay that nothing opened, of which a transfer or a leave is
    known, is under way: its opening has not arrived. One whose opening was cancelled is not."""

    def __init__(self) -> None:
        self.status = Line()
        self.patient_class = Line()
        self.place = Line()
        self.attending = Line()
        self.unit = ""
        self.start = ""
        """Since when the patient is here, or is expected."""
        self.planned_place = ""
        self.disposition: dict[str, Any] = {}
        self.cancelled = False
        """Its opening was, and nothing has opened it since."""

    def go(self, movement: Movement) -> None:
        kind, status = movement.kind, self.status.now
        if kind in kinds.AWAITING:
            self._await(movement)
        elif kind in kinds.OPENING:
            self._enter(movement)
        elif kind == kinds.DISCHARGE:
            self._leave(movement)
        elif kind in kinds.RANK and not self.cancelled and status != "finished":
            self._within(movement)

    def undo(self, movement: Movement) -> None:
        """A cancelled movement stood here."""
        nothing = (None, "planned") if movement.kind == kinds.ADMISSION else (None,)
        opening = movement.kind == kinds.ADMISSION or movement.kind in kinds.AWAITING
        if opening and self.status.now in nothing:
            self.cancelled = True

    def _await(self, movement: Movement) -> None:
        if self.status.now in (None, "planned"):
            self.cancelled = False
            self.status.set("planned", movement.start)
            self.start = self.start or movement.expected or movement.start
            self.planned_place = movement.location or self.planned_place
            self._say(movement)

    def _enter(self, movement: Movement) -> None:
        if self.status.now in (None, "planned"):
            self.start = movement.start
        if self.status.now == "finished" or self.cancelled:
            self.disposition = {}
        self.cancelled = False
        self.status.set("in-progress", movement.start)
        self._tell(movement)

    def _within(self, movement: Movement) -> None:
        if movement.kind in kinds.ANNOUNCED:
            return
        if self.status.now in (None, "planned"):
            self._enter(movement)
        elif movement.kind == kinds.RETURN:
            self.status.set("in-progress", movement.start)
        if movement.kind == kinds.LEAVE:
            self.status.set("onleave", movement.start)
        self._tell(movement)

    def _leave(self, movement: Movement) -> None:
        if self.cancelled:
            return
        self.status.set("finished", movement.start)
        self.disposition = movement.disposition
        for line in (self.patient_class, self.place, self.attending):
            line.close(movement.start)
        self._say(movement)

    def _tell(self, movement: Movement) -> None:
        if movement.patient_class:
            self.patient_class.set(movement.patient_class, movement.start)
        if movement.location and movement.kind in kinds.PLACING:
            self.place.set(movement.location, movement.start)
        if movement.attending:
            self.attending.set(movement.attending, movement.start)
        self._say(movement)

    def _say(self, movement: Movement) -> None:
        self.unit = movement.medical_unit or self.unit


def follow(traced: Iterable[Traced]) -> Course:
    """The course that the movements, in their order, make."""
    course = Course()
    for one in traced:
        if one.cancelled:
            course.undo(one.movement)
        else:
            course.go(one.movement)
    return course
