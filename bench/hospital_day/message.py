"""A message of the day, before it is numbered."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple


class Message(NamedTuple):
    moment: datetime
    """When its system would send it."""
    sender: str
    """The system: GAM, SIL, RIS, MONITEURS, DPI, RDV, FACT."""
    event: str
    patient: str
    """IPP: messages of one patient and sender keep their order."""
    build: Callable[[str], bytes]
    """Its bytes, for a control id."""
