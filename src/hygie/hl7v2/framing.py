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
    """The message as it goes over the wire. Refused INVALID when it holds an end of its own."""
    if STOP in message:
        raise refuse(
            Category.INVALID, "hl7.frame", phrases.UNFRAMEABLE, code="structure",
            position=str(message.index(STOP) + 1),
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
        """Bytes outside of frames, blanks not counted."""
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
        found = []
        while data and not self.too_long:
            if not self._inside:
                data = self._enter(data)
                continue
            message, data = self._within(data)
            if message:
                found.append(message)
        return found

    def _enter(self, data: bytes) -> bytes:
        stray, start, rest = data.partition(START)
        self.stray += len(stray) - sum(stray.count(blank) for blank in _BLANK_BYTES)
        self._inside = bool(start)
        return rest

    def _within(self, data: bytes) -> tuple[bytes, bytes]:
        part, stop, rest = data.partition(STOP)
        self._held += part
        if len(self._held) > self._limit:
            self.too_long = bytes(self._held[:HEAD_BYTES])
            self._held = bytearray()
            return b"", b""
        if not stop:
            return b"", b""
        message, self._held = self._last(bytes(self._held)), bytearray()
        self._inside = False
        return message, rest

    def _last(self, held: bytes) -> bytes:
        """What follows the last start of a message in a frame."""
        begins = max(held.rfind(header) for header in _HEADERS)
        if begins >= 0 and held[:begins].strip(_BLANK + START):
            self.broken_off += 1
        message = held[begins + 1 :] if begins >= 0 else held.lstrip(START)
        return message if message.strip(_BLANK) else b""


_BLANK_BYTES: Final = tuple(bytes((blank,)) for blank in _BLANK)
