"""A file of messages: FHS/BHS … BTS/FTS around, several MSH inside (HL7 v2.5 §2.10.3)."""

import re
from itertools import islice

from hygie.hl7v2 import phrases
from hygie.hl7v2.parse import strip_frame
from hygie.limits.gateway import MAX_FILE_MESSAGES
from hygie.refusal import Category, refuse

_START = re.compile(rb"(?:\A|(?<=[\r\n\x0b]))MSH(?=[^A-Za-z0-9\r\n])")
_TRAILER = re.compile(rb"(?<=[\r\n\x1c\x0b])(?:BTS|FTS)(?=[^A-Za-z0-9]|\Z)")
_ENVELOPE = (b"FHS", b"BHS", b"MSH")


def looks_like_hl7(raw: bytes) -> bool:
    return strip_frame(raw[:64]).startswith(_ENVELOPE)


def split(raw: bytes) -> list[bytes]:
    """The messages of a file, in order, envelope removed. A file without MSH is given whole:
    parsing it says what is wrong. Refused with more than `MAX_FILE_MESSAGES`."""
    raw = strip_frame(raw)
    starts = [match.start() for match in islice(_START.finditer(raw), MAX_FILE_MESSAGES + 1)]
    if not starts:
        return [raw]
    if len(starts) > MAX_FILE_MESSAGES:
        raise refuse(
            Category.TOO_LARGE, "hl7.messages", phrases.TOO_MANY_MESSAGES, code="too-long",
            limit=str(MAX_FILE_MESSAGES),
        )  # fmt: skip
    ends = [*starts[1:], len(raw)]
    return [_body(raw[start:end]) for start, end in zip(starts, ends, strict=True)]


def _body(part: bytes) -> bytes:
    trailer = _TRAILER.search(part)
    return strip_frame(part[: trailer.start()] if trailer else part) + b"\r"
