"""What may be filed side by side, and what must wait: contents -> ways. Pure.

An importer keeps the order of what it is given. Two versions of one resource go to one importer,
and so do the messages of one feed about one patient; what touches several (merges, bundles) waits
for all before it, and all after it waits.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple
from zlib import crc32

from hygie.intake.folder import Content
from hygie.intake.reading import BLANK, read_head


class Way(NamedTuple):
    """How a content goes: beside those of its `group`, after those of its `key`."""

    group: str
    """What may be filed at the same time; a change of group waits for all others. "" is alone."""
    key: int


ALONE: Final = Way("", 0)
RESOURCES: Final = "resources"

_SEGMENTS: Final = re.compile(rb"[\r\n]+")


def way_of(content: Content, source: str) -> Way:
    if content.kind == "fhir":
        return _way_of_resource(content.raw)
    return _way_of_message(content.raw, source) if content.kind == "hl7v2" else ALONE


def _way_of_resource(raw: bytes) -> Way:
    """By its type and id. What cannot be read will be refused: it waits for nobody; XML that
    cannot be read at a glance is alone."""
    head = read_head(raw)
    if head is None:
        return ALONE if raw.lstrip(BLANK).startswith(b"<") else Way(RESOURCES, crc32(raw))
    if head.resourceType == "Bundle":
        return ALONE
    return Way(RESOURCES, crc32(f"{head.resourceType}/{head.id}".encode() if head.id else raw))


def _way_of_message(raw: bytes, source: str) -> Way:
    """By the patient of its only PID: the identifier that the sender's own system gives (PI)."""
    segments = _SEGMENTS.split(raw)
    patients = [segment for segment in segments if segment.startswith(b"PID")]
    if len(patients) != 1 or any(segment.startswith(b"MRG") for segment in segments):
        return ALONE
    fields = patients[0].split(patients[0][3:4] or b"|")
    identifier = _own(fields[3].split(b"~")) if len(fields) > 3 else b""
    return Way(f"feed {source}", crc32(identifier)) if identifier else ALONE


def _own(identifiers: Iterable[bytes]) -> bytes:
    """Number and authority (CX.1, CX.4; v2.5 §3.4.2.3) of the first of type PI."""
    for identifier in identifiers:
        parts = identifier.split(b"^")
        if len(parts) > 4 and parts[4] == b"PI":
            return parts[0] + b"^" + parts[3]
    return b""
