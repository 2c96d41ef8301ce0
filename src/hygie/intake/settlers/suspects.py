"""Messages that a process was lost over: which of them ends processes is found by settling each
alone, and that one goes to quarantine. For one event loop.
"""

from collections.abc import Sequence
from typing import Final

from hygie.intake import phrases
from hygie.intake.inbox import Admission, Outcome
from hygie.limits.gateway import MAX_SETTLER_LOSSES, MAX_SUSPECTS
from hygie.refusal import Issue

ENDED_ITS_PROCESS: Final[Outcome] = (
    "quarantined",
    (Issue(severity="fatal", code="exception", rule="intake.ends-process",
           phrase=phrases.ENDS_PROCESS, details={"count": str(MAX_SETTLER_LOSSES)}),),
    "",
)  # fmt: skip


class Suspects:
    """`MAX_SUSPECTS` at most, the oldest forgotten."""

    def __init__(self) -> None:
        self._held: dict[int, Admission] = {}
        self._losses: dict[int, int] = {}

    def among(self, admissions: Sequence[Admission]) -> bool:
        """Whether one of them is a suspect, or comes after one in its lanes, which would be settled
        with it."""
        return bool(self._held) and any(
            self.first_before(one).id in self._held for one in admissions
        )

    def lost(self, admissions: Sequence[Admission]) -> Admission | None:
        """A process ended with these in hand; returns the one to blame, once that is sure."""
        if len(admissions) > 1:
            self._hold(admissions)
            return None
        culprit = self.first_before(admissions[0])
        self._hold([culprit])
        self._losses[culprit.id] = self._losses.get(culprit.id, 0) + 1
        return culprit if self._losses[culprit.id] >= MAX_SETTLER_LOSSES else None

    def cleared(self, entry: int) -> None:
        """It was settled, or is no longer to be."""
        self._held.pop(entry, None)
        self._losses.pop(entry, None)

    def first_before(self, one: Admission) -> Admission:
        """The earliest of the suspects that are settled before it: those that share a lane with
        it, or with one of these; itself when there is none."""
        first, lanes = one, set(one.arrival.lanes)
        for other in sorted(self._held.values(), key=lambda held: held.id, reverse=True):
            if other.id < one.id and not lanes.isdisjoint(other.arrival.lanes):
                first = other
                lanes.update(other.arrival.lanes)
        return first

    def _hold(self, admissions: Sequence[Admission]) -> None:
        self._held |= {one.id: one for one in admissions}
        while len(self._held) > MAX_SUSPECTS:
            self.cleared(next(iter(self._held)))
