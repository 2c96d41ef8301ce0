"""Bytes to a message (HL7 v2.5 §2.6). Only `Refused` comes out of what cannot be read.

MLLP framing bytes and a byte-order mark are stripped; segments may end by CR, LF or CRLF.
"""

import re
from collections import Counter

from hygie.hl7v2 import phrases
from hygie.hl7v2.charsets import decode
from hygie.hl7v2.delimiters import Delimiters, read_delimiters
from hygie.hl7v2.message import Dialect, Message, Segment, missing_field
from hygie.limits import MAX_MESSAGE_BYTES, MAX_SEGMENTS, MAX_STRING_CHARACTERS
from hygie.limits.gateway import (
    MAX_FIELD_CHARACTERS,
    MAX_FIELDS,
    MAX_FIELDS_TOGETHER,
    MAX_HEADER_BYTES,
)
from hygie.refusal import Category, Issue, Refused, refuse

_SEGMENT_END = re.compile(r"\r\n?|\n")
_LINE_END = re.compile(rb"\r\n?|\n")
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}\Z")
_VERSION = re.compile(r"2\.[1-8](\.[0-9])?\Z")
_FRAME = b"\x0b\x1c\r\n"
_LONG = {"OBX": 5, "NTE": 3}
"""Fields that hold documents, images and texts, however long; so may any of local segments."""
_MAX_LINE_ENDS = 4 * MAX_SEGMENTS
"""Two bytes each, and a blank line after each segment."""


def strip_frame(raw: bytes) -> bytes:
    """Without MLLP start and end blocks, byte-order mark and blank lines around."""
    return raw.strip(_FRAME).removeprefix(b"\xef\xbb\xbf").strip(_FRAME)


def parse(raw: bytes, charset: str = "") -> Message:
    """One message; its version, type and control id are there. `charset` in place of MSH-18."""
    raw = strip_frame(raw)
    _check_size(raw)
    if not raw.startswith(b"MSH"):
        raise refuse(
            Category.INVALID, "hl7.header-missing", phrases.NO_HEADER, code="structure",
            location="MSH",
        )  # fmt: skip
    encoding, warnings, lines = _lines(raw, charset)
    dialect = Dialect(read_delimiters(lines[0]), encoding)
    _check_fields(lines, dialect.delimiters)
    message = Message(_segments(lines, dialect), dialect, warnings)
    _check_header(message)
    return message


def _lines(raw: bytes, charset: str) -> tuple[str, tuple[Issue, ...], list[str]]:
    """Character set, warnings and the lines that hold something. The whole text ends here: a large
    one would lie beside its fields."""
    if raw.count(b"\r") + raw.count(b"\n") > _MAX_LINE_ENDS:
        raise _too_many_segments()
    _check_wide(raw)
    decoded = decode(raw, charset)
    lines = [line for line in _SEGMENT_END.split(decoded.text) if line.strip()]
    return decoded.encoding, decoded.warnings, lines


def serialise(message: Message) -> str:
    """The message as text, segments ended by CR: what `parse` reads as the same message."""
    return "".join(
        _line(segment, message.dialect.delimiters) + "\r" for segment in message.segments
    )


def _line(segment: Segment, delimiters: Delimiters) -> str:
    if segment.name == "MSH":
        return "MSH" + delimiters.field + delimiters.field.join(segment.fields[2:])
    return delimiters.field.join(segment.fields)


def _check_size(raw: bytes) -> None:
    if len(raw) > MAX_MESSAGE_BYTES:
        raise refuse(
            Category.TOO_LARGE, "hl7.size", phrases.TOO_LARGE, code="too-long",
            size=str(len(raw)), limit=str(MAX_MESSAGE_BYTES),
        )  # fmt: skip


def _check_wide(raw: bytes) -> None:
    """One character beyond Latin-1 makes a text of millions two or four times as large: what is so
    long is a document, and in ASCII."""
    if len(raw) > MAX_STRING_CHARACTERS and not raw.isascii():
        for number, line in enumerate(_LINE_END.split(raw), start=1):
            if len(line) > MAX_STRING_CHARACTERS and not line.isascii():
                raise refuse(
                    Category.TOO_LARGE, "hl7.text-length", phrases.LONG_TEXT, code="too-long",
                    location=f"line {number}", limit=str(MAX_STRING_CHARACTERS),
                )  # fmt: skip


def _check_fields(lines: list[str], delimiters: Delimiters) -> None:
    """Counted before they are cut: each takes some sixty bytes, whatever it holds."""
    if len(lines[0]) > MAX_HEADER_BYTES:
        raise refuse(
            Category.TOO_LARGE, "hl7.header", phrases.LONG_HEADER, code="too-long",
            location="MSH", limit=str(MAX_HEADER_BYTES),
        )  # fmt: skip
    if sum(line.count(delimiters.field) for line in lines) > MAX_FIELDS_TOGETHER:
        raise refuse(
            Category.TOO_LARGE, "hl7.fields", phrases.TOO_MANY_FIELDS_TOGETHER, code="too-long",
            limit=str(MAX_FIELDS_TOGETHER),
        )  # fmt: skip


def _too_many_segments() -> Refused:
    return refuse(
        Category.TOO_LARGE, "hl7.segments", phrases.TOO_MANY_SEGMENTS, code="too-long",
        limit=str(MAX_SEGMENTS),
    )  # fmt: skip


def _segments(lines: list[str], dialect: Dialect) -> tuple[Segment, ...]:
    if len(lines) > MAX_SEGMENTS:
        raise _too_many_segments()
    totals = Counter(line[:3] for line in lines)
    ranks: Counter[str] = Counter()
    segments = []
    for number in range(1, len(lines) + 1):
        line, lines[number - 1] = lines[number - 1], ""  # let go of what is cut
        name = _name(line, number, dialect.delimiters)
        ranks[name] += 1
        where = name if totals[name] == 1 else f"{name}[{ranks[name]}]"
        segments.append(
            Segment(name, _fields(name, line, where, dialect.delimiters), where, dialect)
        )
    return tuple(segments)


def _name(line: str, number: int, delimiters: Delimiters) -> str:
    name = line[:3]
    if not _NAME.match(name) or line[3:4] not in ("", delimiters.field):
        raise refuse(
            Category.INVALID, "hl7.segment", phrases.WRONG_SEGMENT, code="structure",
            location=f"line {number}", line=str(number),
        )  # fmt: skip
    if name == "MSH" and number > 1:
        raise refuse(
            Category.INVALID, "hl7.several-messages", phrases.SEVERAL_MESSAGES, code="structure",
            location=f"line {number}",
        )  # fmt: skip
    return name


def _fields(name: str, line: str, where: str, delimiters: Delimiters) -> tuple[str, ...]:
    cut = line.split(delimiters.field, MAX_FIELDS + 1)
    if len(cut) > MAX_FIELDS + 1:
        raise refuse(
            Category.TOO_LARGE, "hl7.fields", phrases.TOO_MANY_FIELDS, code="too-long",
            location=where, limit=str(MAX_FIELDS),
        )  # fmt: skip
    if len(line) > MAX_FIELD_CHARACTERS:
        _check_lengths(name, cut, where)
    return (name, delimiters.field, *cut[1:]) if name == "MSH" else tuple(cut)


def _check_lengths(name: str, cut: list[str], where: str) -> None:
    """What people, things and moments are known by is short: it is hashed, locked, looked for."""
    number = next((n for n, text in enumerate(cut) if len(text) > MAX_FIELD_CHARACTERS
                   and n != _LONG.get(name) and not name.startswith("Z")), 0)  # fmt: skip
    if number:
        raise refuse(
            Category.TOO_LARGE, "hl7.field-length", phrases.LONG_FIELD, code="too-long",
            location=f"{where}-{number}", limit=str(MAX_FIELD_CHARACTERS),
        )  # fmt: skip


def _check_header(message: Message) -> None:
    version = message.header.text(12, 1)
    if not _VERSION.match(version):
        raise refuse(
            Category.INVALID, "hl7.version", phrases.UNKNOWN_VERSION, code="not-supported",
            location="MSH-12", found=version[:20],
        )  # fmt: skip
    for number, value in ((9, message.type), (10, message.control_id)):
        if not value:
            raise missing_field(message.header.place(number))
