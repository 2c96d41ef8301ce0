"""A message while it is changed. The bytes that came are not touched."""

from collections.abc import Callable, Mapping, Sequence

from hygie.hl7v2.escapes import escape
from hygie.hl7v2.message import Dialect, Field, Message, Segment
from hygie.intake.mapping.engine.references import Place

Rewrite = Callable[[Segment, Field], str | None]
"""The new text of one repetition, or None to leave it."""


class Draft:
    """The segments of a message, replaced one by one. Places stay those of the original."""

    def __init__(self, message: Message) -> None:
        self._original = message
        self._segments = list(message.segments)
        self._message = message

    @property
    def message(self) -> Message:
        """As it stands now; the original itself where nothing has changed."""
        return self._message

    @property
    def scope(self) -> Mapping[str, Sequence[Segment]]:
        return self._message.by_name

    @property
    def dialect(self) -> Dialect:
        return self._original.dialect

    def ranks(self, name: str) -> list[int]:
        return [rank for rank, one in enumerate(self._segments) if one.name == name]

    def at(self, rank: int) -> Segment:
        return self._segments[rank]

    def replace(self, rank: int, segment: Segment) -> None:
        self._segments[rank] = segment
        self._renew()

    def add(self, name: str) -> int:
        """A segment with nothing in it, at the end."""
        self._segments.append(Segment(name, (name,), name, self.dialect))
        self._renew()
        return len(self._segments) - 1

    def remove(self, ranks: Sequence[int]) -> None:
        gone = set(ranks)
        self._segments = [one for n, one in enumerate(self._segments) if n not in gone]
        self._renew()

    def _renew(self) -> None:
        original = self._original
        self._message = Message(tuple(self._segments), original.dialect, original.warnings)


def with_raw(segment: Segment, number: int, raw: str) -> Segment:
    """The segment with a field replaced, as it would have come."""
    fields = [*segment.fields, *[""] * (number + 1 - len(segment.fields))]
    fields[number] = raw
    return Segment(segment.name, tuple(fields), segment.where, segment.dialect)


def with_text(segment: Segment, place: Place, text: str) -> Segment:
    """The segment with a text at a place of the first repetition, escaped."""
    raw = segment.raw(place.number)
    separator = segment.dialect.delimiters.repetition
    first, found, others = raw.partition(separator)
    return with_raw(segment, place.number, placed(first, place, text, segment) + found + others)


def placed(repetition: str, place: Place, text: str, segment: Segment) -> str:
    """A repetition with a text at a place, escaped."""
    delimiters = segment.dialect.delimiters
    written = escape(text, delimiters)
    if not place.component:
        return written
    components = _upto(repetition.split(delimiters.component), place.component)
    if place.subcomponent:
        parts = components[place.component - 1].split(delimiters.subcomponent)
        parts = _upto(parts, place.subcomponent)
        parts[place.subcomponent - 1] = written
        written = delimiters.subcomponent.join(parts)
    components[place.component - 1] = written
    return delimiters.component.join(components)


def rewritten(segment: Segment, place: Place, rewrite: Rewrite) -> Segment:
    """The segment with each repetition of a field rewritten."""
    separator = segment.dialect.delimiters.repetition
    parts = segment.raw(place.number).split(separator)
    for rank, part in enumerate(parts):
        field = Field(part, segment.where, place.number, segment.dialect, rank + 1)
        text = rewrite(segment, field) if part else None
        if text is not None:
            parts[rank] = placed(part, place, text, segment)
    return with_raw(segment, place.number, separator.join(parts))


def _upto(parts: list[str], number: int) -> list[str]:
    return [*parts, *[""] * (number - len(parts))]
