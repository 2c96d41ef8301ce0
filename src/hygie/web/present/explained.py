"""A message for people: each field with its name, its parts, and what it was before."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from hygie.hl7v2.delimiters import STANDARD, read_delimiters
from hygie.hl7v2.dictionary import (
    describe,
    describe_component,
    describe_segment,
    say_code,
    say_type,
)
from hygie.hl7v2.escapes import unescape
from hygie.refusal import Refused
from hygie.web.present.hl7 import Field, MessageView, Segment
from hygie.web.present.masking import masked

MAX_EXPLAINED: Final = 80
"""Segments whose fields are taken apart; those behind them are named only."""
MAX_PARTS: Final = 24
MAX_PART: Final = 200
"""Characters of a part, or of what it was before."""
Places = Mapping[tuple[str, int], Mapping[int, str]]
"""Segment, and which one of that name -> field -> its text."""


class Part(msgspec.Struct, frozen=True):
    label: str
    """"3.5 Type d’identifiant"."""
    text: str
    meaning: str = ""


class FieldView(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    name: str
    explanation: str
    type: str
    text: str
    before: str
    after: str
    """Other repetitions, around the one at fault."""
    cut: int
    faulty: bool
    parts: tuple[Part, ...]
    was: str | None
    """What the previous message said; None when it said the same."""


class SegmentView(msgspec.Struct, frozen=True):
    code: str
    name: str
    explanation: str
    fields: tuple[FieldView, ...]
    faulty: bool
    new: bool
    """Not in the previous message."""


class Explained(msgspec.Struct, frozen=True):
    segments: tuple[SegmentView, ...]
    left_out: int
    changes: int
    """Fields and segments that differ from the previous message."""
    gone: tuple[str, ...]
    """Segments that only the previous message has."""


def explain(
    message: MessageView, *, previous: MessageView | None = None, hidden: bool = False
) -> Explained:
    """`previous`: what it is compared with. `hidden`: the reader may not see whom it is about."""
    before = _places(previous) if previous else None
    ranks: dict[str, int] = {}
    segments = []
    for at, segment in enumerate(message.segments):
        ranks[segment.name] = rank = ranks.get(segment.name, 0) + 1
        known = before.get((segment.name, rank), {}) if before is not None else None
        reader = _Reader(message.encoding, hidden=hidden, deep=at < MAX_EXPLAINED)
        segments.append(reader.segment(segment, known))
    gone = sorted({code for code, rank in before or () if rank > ranks.get(code, 0)})
    changes = len(gone) + sum(
        one.new or sum(field.was is not None for field in one.fields) for one in segments
    )
    return Explained(tuple(segments), message.left_out, changes, tuple(gone))


def _places(message: MessageView) -> Places:
    ranks: dict[str, int] = {}
    found: dict[tuple[str, int], dict[int, str]] = {}
    for segment in message.segments:
        ranks[segment.name] = rank = ranks.get(segment.name, 0) + 1
        found[segment.name, rank] = {field.number: _whole(field) for field in segment.fields}
    return found


def _whole(field: Field) -> str:
    return field.before + field.text + field.after


class _Reader:
    def __init__(self, encoding: str, *, hidden: bool, deep: bool) -> None:
        try:
            self._cut = read_delimiters(f"MSH|{encoding}|")
        except Refused:  # a message is shown however wrong it is
            self._cut = STANDARD
        self._hidden = hidden
        self._deep = deep

    def segment(self, segment: Segment, known: Mapping[int, str] | None) -> SegmentView:
        """`known`: fields of the same segment of the previous message; None: no comparison."""
        about = describe_segment(segment.name) if segment.name else None
        fields = [self._field(segment.name, one, known) for one in segment.fields]
        shown = {one.number for one in segment.fields}
        fields += [
            self._field(segment.name, Field(number, ""), known)
            for number, text in sorted((known or {}).items())
            if number not in shown and text
        ]
        return SegmentView(
            segment.name, about.name if about else "", about.explanation if about else "",
            tuple(sorted(fields, key=lambda one: one.number)), segment.faulty,
            new=known == {},
        )  # fmt: skip

    def _field(self, code: str, field: Field, known: Mapping[int, str] | None) -> FieldView:
        about = describe(code, field.number)
        was = known.get(field.number, "") if known else None
        return FieldView(
            number=field.number, name=about.name, explanation=about.explanation,
            type=f"{say_type(about.type)} ({about.type})" if about.type else "",
            text=self._shown(code, field.number, field.text),
            before=self._shown(code, field.number, field.before),
            after=self._shown(code, field.number, field.after),
            cut=field.cut, faulty=field.faulty,
            parts=tuple(self._parts(code, field))[:MAX_PARTS] if self._deep else (),
            was=None if was is None or was == _whole(field)
            else self._shown(code, field.number, was[:MAX_PART]),
        )  # fmt: skip

    def _shown(self, code: str, number: int, text: str) -> str:
        return masked(code, number, text) if self._hidden else text

    def _parts(self, code: str, field: Field) -> Iterator[Part]:
        """Components that hold something, of each repetition; or what the code means."""
        about, whole = describe(code, field.number), _whole(field)
        if (code, field.number) in (("MSH", 1), ("MSH", 2)):
            return
        repetitions = whole.split(self._cut.repetition)
        for rank, repetition in enumerate(repetitions, start=1):
            place = f"{field.number}" if len(repetitions) == 1 else f"{field.number}[{rank}]"
            components = repetition.split(self._cut.component)
            if len(components) == 1:
                meaning = say_code(about.table, repetition)
                if meaning or len(repetitions) > 1:
                    yield Part(place, self._said(code, field.number, repetition), meaning)
                continue
            for number, text in enumerate(components, start=1):
                if text:
                    named = describe_component(about.type, number)
                    table = named.table or (about.table if number == 1 else "")
                    said = self._said(code, field.number, text)
                    yield Part(f"{place}.{number} {named.name}", said, say_code(table, text))

    def _said(self, code: str, number: int, text: str) -> str:
        """Without escapes, and not too long."""
        shown = self._shown(code, number, text[:MAX_PART])
        return unescape(shown, self._cut).replace(self._cut.subcomponent, " & ")
