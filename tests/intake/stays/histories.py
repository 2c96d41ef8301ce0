"""A little admission office: histories of one stay, in the order in which it recorded them.

It keeps the rules of PAM-FR: a movement is inserted at the end or marked historic, only the current
one is cancelled unless marked historic, any is updated. Its events have identifiers, or none.
"""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from hygie.fhir.french import kinds
from hygie.fhir.french.facts import Fact
from hygie.intake.stays.movements import in_force, trace

BEGIN = datetime(2026, 1, 10, 8, tzinfo=UTC)
CANCELLING = {kind: event for event, kind in kinds.CANCELS.items()} | {kinds.CHANGE: "A07"}
NEXT = {
    "": ("A05", "A01", "A04", "A14"),
    "expected": ("A01", "A04"),
    "present": ("A02", "A02", "A06", "A07", "A21", "A03", "A54", "A15", "A16", "A09"),
    "away": ("A22",),
    "gone": ("A01",),
}
STATE = {
    "A05": "expected", "A14": "expected", "A01": "present", "A04": "present", "A02": "present",
    "A06": "present", "A07": "present", "A22": "present", "A21": "away", "A03": "gone",
}  # fmt: skip


def at(minutes: int) -> str:
    return (BEGIN + timedelta(minutes=minutes)).isoformat()


class Office:
    """Draws one history after the other; `facts` are in the order of recording."""

    def __init__(self, draw, *, identified: bool) -> None:
        self.draw = draw
        self.identified = identified
        self.facts: list[Fact] = []
        self.clock = 0

    def step(self) -> None:
        self.clock += self.draw(st.integers(1, 120))
        stack = self._current()
        if stack and self.draw(st.integers(0, 5)) == 0:
            self._cancel(stack[-1])
        elif stack and self.identified and self.draw(st.integers(0, 3)) == 0:
            self._update(self.draw(st.sampled_from(stack)))
        else:
            self._insert(stack)

    def _current(self):
        return [m for m in in_force(trace(self.facts)) if m.kind not in kinds.ANNOUNCED]

    def _insert(self, stack) -> None:
        state = next((STATE[m.event] for m in reversed(stack) if m.event in STATE), "")
        if not stack and any(m.kind in kinds.AWAITING for m in in_force(trace(self.facts))):
            state = "expected"
        event = self.draw(st.sampled_from(NEXT[state]))
        if not self.identified and event not in ("A01", "A02", "A03", "A21", "A22"):
            event = {"": "A01", "expected": "A01", "present": "A02"}.get(state, NEXT[state][0])
        self._say(
            action="INSERT", event=event, id=f"M{self.clock}" if self.identified else "",
            start=at(self.clock), patient_class=self.draw(st.sampled_from(["", "I", "E", "O"])),
            location=self.draw(st.sampled_from(["", "Location/a", "Location/b", "Location/c"])),
            medical_unit=self.draw(st.sampled_from(["", "Organization/u", "Organization/v"])),
            attending=self.draw(st.sampled_from([(), ({"display": "Dr A"},), ({"display": "B"},)])),
            disposition={"text": "8"} if event == "A03" else {},
        )  # fmt: skip

    def _update(self, movement) -> None:
        self._say(
            action="UPDATE", event=self.draw(st.sampled_from([movement.event, ""])),
            id=movement.id, start=movement.start, historic=True,
            patient_class=self.draw(st.sampled_from(["", "I", "R"])),
            location=self.draw(st.sampled_from(["", "Location/d", "Location/e"])),
        )  # fmt: skip

    def _cancel(self, movement) -> None:
        self._say(
            action="CANCEL", event=CANCELLING[movement.kind], id=movement.id, start=movement.start
        )

    def _say(self, **parts) -> None:
        self.facts.append(Fact(recorded=at(self.clock), **parts))


@st.composite
def histories(draw, *, steps: int = 12) -> list[Fact]:
    office = Office(draw, identified=draw(st.booleans()))
    for _ in range(draw(st.integers(1, steps))):
        office.step()
    return office.facts
