"""Whom a message is about. Pure."""

from typing import Final

from hygie.hl7v2.message import Message
from hygie.intake.mapping.identifiers import authority
from hygie.intake.mapping.person import is_local

_NAMED: Final = {"PID": 3, "MRG": 1}
"""Segments that say whom a message is about, and the field that identifies this person."""


def lanes_of(message: Message) -> tuple[str, ...]:
    """The local identifiers of all persons a message names; else any they have. Two messages that
    share one are about the same person; a merge is about two."""
    named = [
        field
        for segment in message.segments
        if segment.name in _NAMED
        for field in segment.repetitions(_NAMED[segment.name])
    ]
    fields = [field for field in named if is_local(field)] or named
    return tuple(dict.fromkeys(f"{authority(f, message)}|{f.text(1)}" for f in fields if f.text(1)))
