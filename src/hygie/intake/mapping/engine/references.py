"""Places in a message, as technicians write them: `PID-11.7`, `PV1-3.4.2`."""

import re

import msgspec

from hygie.hl7v2.message import Field, Segment
from hygie.intake.mapping.engine.model import wrong

_PLACE = re.compile(r"([A-Z][A-Z0-9]{2})-(\d{1,3})(?:\.(\d{1,2}))?(?:\.(\d{1,2}))?\Z", re.ASCII)


class Place(msgspec.Struct, frozen=True):
    """Counted from 1; `component` and `subcomponent` are 0 where the whole is meant."""

    segment: str
    number: int
    component: int = 0
    subcomponent: int = 0

    @property
    def field(self) -> tuple[str, int]:
        return self.segment, self.number

    def of(self, field: Field) -> str:
        """The text there: of the first component where none is named."""
        return field.text(self.component or 1, self.subcomponent or 1)

    def within(self, segment: Segment) -> str:
        return segment.text(self.number, self.component or 1, self.subcomponent or 1)


def read_place(text: str, where: str) -> Place:
    """The place that a text names; refused at `where` when it names none."""
    match = _PLACE.match(text)
    numbers = [int(part) for part in match.groups()[1:] if part] if match else []
    if match is None or 0 in numbers:
        raise wrong(where, f"« {text[:40]} » ≠ SEG-1, SEG-1.2, SEG-1.2.3")
    return Place(match[1], *numbers)
