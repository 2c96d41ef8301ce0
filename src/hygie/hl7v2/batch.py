"""A file of messages: FHS/BHS … BTS/FTS around, several MSH inside (HL7 v2.5 §2.10.3)."""

import re

from hygie.hl7v2.parse import strip_frame

_START = re.compile(rb"(?:\A|(?<=[\r\n\x0b]))MSH(?=[^A-Za-z0-9\r\n])")
_TRAILER = re.compile(rb"[\r\n\x1c\x0b]+(?:BTS|FTS)(?=[^A-Za-z0-9]|\Z)")
_ENVELOPE = (b"FHS", b"BHS", b"MSH")


def looks_like_hl7(raw: bytes) -> bool:
    return strip_frame(raw[:64]).startswith(_ENVELOPE)


def split(raw: bytes) -> list[bytes]:
    """The messages of a file, in order, envelope removed. A file without MSH is given whole:
    parsing it says what is wrong."""
    raw = strip_frame(raw)
    starts = [match.start() for match in _START.finditer(raw)]
    if not starts:
        return [raw]
    ends = [*starts[1:], len(raw)]
    return [_body(raw[start:end]) for start, end in zip(starts, ends, strict=True)]


def _body(part: bytes) -> bytes:
    trailer = _TRAILER.search(part)
    return strip_frame(part[: trailer.start()] if trailer else part) + b"\r"
