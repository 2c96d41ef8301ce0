"""A message with one field changed, or its text typed anew: bytes, in the character set it came in.

Nothing else moves: delimiters, order and ends of segments stay as they came. What stands around a
message (the frame, its last end of segment) is no part of it.
"""

import re
from typing import Final

import msgspec

from hygie.hl7v2.charsets import decode
from hygie.hl7v2.dictionary import describe
from hygie.hl7v2.parse import strip_frame
from hygie.intake.values import Entry
from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.web.present.hl7 import MessageView, Place, read_message, read_place

NO_FIELD: Final = Phrase(
    "Ce message n’a pas de segment « {place} ». Corrigez-le dans son texte.",
    "This message has no segment “{place}”. Correct it in its text.",
)
NOT_WRITABLE: Final = Phrase(
    "Le jeu de caractères de ce message ({charset}) n’a pas l’un des caractères tapés.",
    "The character set of this message ({charset}) lacks one of the characters typed.",
)
_ENDS: Final = re.compile(r"\r\n|\r|\n")
_DEPTH: Final = 80
"""Segments whose fields are offered."""


class Choice(msgspec.Struct, frozen=True):
    """A field that can be corrected by its name."""

    place: str
    label: str
    value: str


class Editable(msgspec.Struct, frozen=True):
    """A message that may be corrected."""

    choices: tuple[Choice, ...]
    """Empty for what is no HL7 v2."""
    place: str
    """The field at fault, when it is one of them."""
    text: str


def editable(entry: Entry) -> Editable:
    raw = entry.content or b""
    if entry.kind != "hl7v2":
        return Editable((), "", raw.decode("utf-8", "replace"))
    found = tuple(choices(read_message(raw, entry.place)))
    place = re.match(r"[A-Z0-9]{3}(\[\d+\])?-\d+", entry.place)
    wanted = place.group() if place else ""
    known = {choice.place for choice in found}
    return Editable(found, wanted if wanted in known else "", as_text(raw))


def choices(message: MessageView) -> list[Choice]:
    """Fields that hold something, and the one at fault, in their order."""
    found, ranks = [], dict[str, int]()
    for segment in message.segments[:_DEPTH]:
        ranks[segment.name] = rank = ranks.get(segment.name, 0) + 1
        for field in segment.fields:
            if not segment.name or (segment.name, field.number) in (("MSH", 1), ("MSH", 2)):
                continue
            where = segment.name if rank == 1 else f"{segment.name}[{rank}]"
            label = f"{where}-{field.number} {describe(segment.name, field.number).name}"
            value = field.before + field.text + field.after
            if not field.cut:
                found.append(Choice(f"{where}-{field.number}", label, value))
    return found


def with_field(raw: bytes, location: str, value: str) -> bytes:
    """The message with another value in the field at `location`, "OBX[2]-5"; in MSH, 1 is the
    separator itself. Refused when there is no such segment."""
    text, encoding = _text(raw)
    ends = _ENDS.findall(text)
    lines = _ENDS.split(text)
    place = read_place(location)
    at = _line(lines, place) if place else None
    if place is None or at is None or place.field < 1:
        raise refuse(Category.INVALID, "web.no-field", NO_FIELD, code="value", place=location[:40])
    lines[at] = _replaced(lines[at], place, _one_line(value), _separator(lines))
    whole = "".join(a + b for a, b in zip(lines, [*ends, ""], strict=True))
    return _bytes(whole, encoding)


def with_text(raw: bytes, typed: str) -> bytes:
    """The message as typed, a segment a line."""
    _, encoding = _text(raw)
    lines = [line for line in _ENDS.split(typed) if line.strip()]
    return _bytes("\r".join(lines), encoding)


def as_text(raw: bytes) -> str:
    """The message as it is offered for correction."""
    return "\n".join(line for line in _ENDS.split(_text(raw)[0]) if line)


def _text(raw: bytes) -> tuple[str, str]:
    plain = strip_frame(raw)
    try:
        decoded = decode(plain)
    except Refused:  # its character set is what is wrong: each byte stays what it is
        return plain.decode("latin-1"), "latin-1"
    return decoded.text, decoded.encoding


def _bytes(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise refuse(
            Category.INVALID, "web.not-writable", NOT_WRITABLE, code="value", charset=encoding
        ) from error


def _one_line(value: str) -> str:
    return " ".join(_ENDS.split(value))


def _separator(lines: list[str]) -> str:
    return lines[0][3] if len(lines[0]) > 3 and lines[0].startswith("MSH") else "|"


def _line(lines: list[str], place: Place) -> int | None:
    rank = 0
    for at, line in enumerate(lines):
        if line[:3] == place.segment:
            rank += 1
            if rank == place.occurrence:
                return at
    return None


def _replaced(line: str, place: Place, value: str, separator: str) -> str:
    cut = line.split(separator)
    at = place.field - 1 if place.segment == "MSH" else place.field
    cut += [""] * (at + 1 - len(cut))
    cut[at] = value
    return separator.join(cut)
