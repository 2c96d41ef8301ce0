"""What departments hand over to be sent."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, NamedTuple

Kind = Literal["hl7v2", "fhir"]


class Event(NamedTuple):
    """A message to send at a moment. `build` gives its bytes for a control id."""

    when: datetime
    family: int
    """A mother and her children. Messages of one family keep their order; families are independent
    of each other."""
    source: str
    kind: Kind
    build: Callable[[str], bytes]


class DemoMessage(NamedTuple):
    source: str
    """Name of the sending application: `gam`, `labo`, `imagerie`, `soins`, `courriers`."""
    kind: Kind
    raw: bytes
