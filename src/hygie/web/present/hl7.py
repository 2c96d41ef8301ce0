"""An HL7 v2 message segment by segment, with the place of a fault (v2.5 chapter 2)."""

import re

import msgspec

REPETITION = "~"
"""What nearly every sender uses; with another, the whole field is marked."""
MAX_SHOWN_SEGMENTS = 400
MAX_SHOWN_CHARACTERS = 4_000
"""Of one field: an embedded PDF is not for reading."""
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")
_PLACE = re.compile(r"([A-Z][A-Z0-9]{2})(?:\[(\d{1,6})\])?(?:-(\d{1,4})(?:\[(\d{1,4})\])?)?")


class Place(msgspec.Struct, frozen=True):
    """« PID-3[2].1 », « OBX[4]-5 »: segment, which one of that name, field, repetition."""

    segment: str
    occurrence: int = 1
    field: int = 0
    """0: the whole segment."""
    repetition: int = 0
    """0: the whole field."""


class Field(msgspec.Struct, frozen=True):
    """A field; when it is faulty, `text` is what is at fault, between `before` and `after`."""

    number: int
    text: str
    cut: int = 0
    """Characters left out."""
    faulty: bool = False
    before: str = ""
    after: str = ""


class Segment(msgspec.Struct, frozen=True):
    """A line; one that is no segment has no name, and a single field numbered 0."""

    name: str
    fields: tuple[Field, ...]
    faulty: bool = False


class MessageView(msgspec.Struct, frozen=True):
    segments: tuple[Segment, ...]
    left_out: int = 0
    encoding: str = "^~\\&"
    """Separators of components, repetitions, escapes and subcomponents."""


def read_place(location: str) -> Place | None:
    """The place a location speaks of, when it speaks of a segment."""
    found = _PLACE.match(location)
    if not found:
        return None
    name, occurrence, field, repetition = found.groups()
    return Place(name, int(occurrence or 1), int(field or 0), int(repetition or 0))


def read_message(raw: bytes, location: str = "") -> MessageView:
    """Whatever was received, made readable: a wrong message is shown as it is, never refused."""
    lines = [line for line in re.split(r"\r\n|\r|\n", _decode(raw).strip("\x0b\x1c")) if line]
    separator = lines[0][3] if lines and len(lines[0]) > 3 and lines[0][:3] == "MSH" else "|"
    place, seen, segments = read_place(location), dict[str, int](), []
    for line in lines[:MAX_SHOWN_SEGMENTS]:
        name = _name(line, separator)
        seen[name] = seen.get(name, 0) + 1
        here = place if place and (place.segment, place.occurrence) == (name, seen[name]) else None
        segments.append(_segment(line, separator, name, here))
    left_out = max(len(lines) - MAX_SHOWN_SEGMENTS, 0)
    return MessageView(tuple(segments), left_out, _encoding(lines, separator))


def _encoding(lines: list[str], separator: str) -> str:
    """As the header says; what most senders use when it says none."""
    cut = lines[0].split(separator) if lines else []
    own = cut[1] if len(cut) > 1 and cut[0] == "MSH" else ""
    return own if len(own) >= 4 else "^~\\&"


def _decode(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _name(line: str, separator: str) -> str:
    """The segment's name, or empty when the line does not begin with one."""
    name = line.split(separator, 1)[0]
    return name if _NAME.fullmatch(name) else ""


def _segment(line: str, separator: str, name: str, place: Place | None) -> Segment:
    """In MSH the separator itself is field 1, so that numbering there starts at 2."""
    if not name:
        return Segment("", (_field(0, line, None),))
    offset = 2 if name == "MSH" else 1
    parts = line.split(separator)[1:]
    wanted = place.field if place else 0
    fields = tuple(
        _field(number, part, place if number == wanted else None)
        for number, part in enumerate(parts, start=offset)
        if part or number == wanted
    )
    if wanted and not any(field.faulty for field in fields):
        fields = (*fields, Field(wanted, "", faulty=True))
    return Segment(name, fields, faulty=place is not None)


def _field(number: int, text: str, fault: Place | None) -> Field:
    cut = max(len(text) - MAX_SHOWN_CHARACTERS, 0)
    shown = text[:MAX_SHOWN_CHARACTERS]
    repetitions = shown.split(REPETITION)
    if fault is None or not 0 < fault.repetition <= len(repetitions):
        return Field(number, shown, cut, faulty=fault is not None)
    rank = fault.repetition - 1
    before, after = repetitions[:rank], repetitions[rank + 1 :]
    return Field(
        number, repetitions[rank], cut, faulty=True,
        before="".join(f"{part}{REPETITION}" for part in before),
        after="".join(f"{REPETITION}{part}" for part in after),
    )  # fmt: skip
