"""MLLP frames (HL7 Transport Specification: MLLP, release 1; release 2 §2): bytes of a connection
to messages, and back. Pure.

`<VT> message <FS><CR>`. A message ends at FS: MLLP allows none within, and its CR may be missing.
A VT followed by a header within a frame begins another message: what came before it was broken off,
is never acknowledged, and so is sent again. Any other VT is content (word processors make them).

Bytes outside of frames are never a message: without its end, a message that was broken off could
not be told from a whole one. They are counted; blanks among them are not.
"""

from typing import Final

from hygie.hl7v2 import phrases
from hygie.limits import MAX_MESSAGE_BYTES
from hygie.refusal import Category, refuse

START: Final = b"\x0b"
STOP: Final = b"\x1c"
END: Final = STOP + b"\r"
HEAD_BYTES: Final = 4_096
"""Of a message that is too long, for its header to be answered."""
_BLANK: Final = b"\r\n \t\x00"
_HEADERS: Final = (START + b"MSH", START + b"FHS", START + b"BHS")


def frame(message: bytes) -> bytes:
    """The message as it goes over the wire. Refused INVALID when it holds an end of its own, or the
    start of another: whoever reads it would take a part of it for a message."""
    if breaks := [at for at in map(message.find, (STOP, *_HEADERS)) if at >= 0]:
        raise refuse(
            Category.INVALID, "hl7.frame", phrases.UNFRAMEABLE, code="structure",
            position=str(min(breaks) + 1),
        )  # fmt: skip
    return START + message + END


class Unframer:
    """Of one connection. However the bytes are cut, the same messages come out.

    Costs time in proportion to the bytes, and memory in proportion to the message under way.
    """

    def __init__(self, limit: int = MAX_MESSAGE_BYTES) -> None:
        """`limit`: bytes of a message; beyond, `too_long` is set and nothing more is taken."""
        self._limit = limit
        self._inside = False
        self._held = bytearray()
        self._searched = 0
        self.stray = 0
        """Bytes outside of frames, blanks not counted; and frames that hold nothing."""
        self.broken_off = 0
        """Messages whose sender began another before their end."""
        self.too_long = b""
        """The beginning of a message that passed the limit."""

    @property
    def pending(self) -> int:
        """Bytes held of the message under way."""
        return len(self._held)

    @property
    def under_way(self) -> bool:
        return self._inside

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that end in these bytes, in order; empty frames are left out."""
        found, at = [], 0
        while at < len(data) and not self.too_long:
            if not self._inside:
                at = self._enter(data, at)
                continue
            message, at = self._within(data, at)
            if message:
                found.append(message)
        return found

    def _enter(self, data: bytes, at: int) -> int:
        start = data.find(START, at)
        stray = data[at:] if start < 0 else data[at:start]
        self.stray += len(stray) - sum(stray.count(blank) for blank in _BLANK_BYTES)
        self._inside = start >= 0
        return start + 1 if self._inside else len(data)

    def _within(self, data: bytes, at: int) -> tuple[bytes, int]:
        stop = data.find(STOP, at)
        self._held += data[at:] if stop < 0 else data[at:stop]
        if len(self._held) > self._limit:
            self.too_long = bytes(self._held[:HEAD_BYTES])
            self._held = bytearray()
            return b"", len(data)
        if stop < 0:
            return b"", len(data)
        message, self._held = self._last(bytes(self._held)), bytearray()
        self._inside = False
        if not message:
            self.stray += len(START + STOP)  # somebody who sends nothing but these says nothing
        return message, stop + 1

    def _last(self, held: bytes) -> bytes:
        """What follows the last start of a message in a frame."""
        begins = max(held.rfind(header) for header in _HEADERS)
        if begins >= 0 and held[:begins].strip(_BLANK + START):
            self.broken_off += 1
        message = held[begins + 1 :] if begins >= 0 else held.lstrip(START)
        return message if message.strip(_BLANK) else b""


_BLANK_BYTES: Final = tuple(bytes((blank,)) for blank in _BLANK)
