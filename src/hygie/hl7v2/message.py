"""A parsed message: segments and fields, each able to say its place ("PID-3[2].1").

Values are kept as they came and unescaped when read; nothing is normalised, nothing lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec

from hygie.hl7v2 import phrases
from hygie.hl7v2.delimiters import Delimiters
from hygie.hl7v2.escapes import unescape
from hygie.limits.gateway import MAX_REPETITIONS
from hygie.refusal import Category, Issue, Refused, refuse

NULL = '""'
"""The value that says "delete what you hold" (HL7 v2.5 §2.5.3)."""
_COMPONENTS = 100
"""More than any data type has: what follows is left together."""
_HEADERS = ("MSH", "FHS", "BHS")


class Dialect(msgspec.Struct, frozen=True):
    """How the values of one message are cut and unescaped."""

    delimiters: Delimiters
    encoding: str = "utf-8"


class Field(msgspec.Struct, gc=False):
    """One repetition of one field. Components and subcomponents count from 1. Not to be changed:
    what it was cut into is kept, because most fields are asked for several components."""

    raw: str
    segment: str
    """Where its segment is: "PID", "OBX[3]"."""
    number: int
    dialect: Dialect
    rank: int = 1
    """Among the repetitions."""
    parts: list[str] | None = None

    @property
    def where(self) -> str:
        """ "PID-3", or "PID-3[2]" for the second repetition: written only when it is asked for."""
        rank = f"[{self.rank}]" if self.rank > 1 else ""
        return f"{self.segment}-{self.number}{rank}"

    def text(self, component: int = 1, subcomponent: int = 1) -> str:
        """The value, unescaped; empty when absent or null."""
        # The same as `_value(self.component(component), …)`, without its calls: of all that is
        # done with a message, this is done most often.
        parts, dialect = self.parts, self.dialect
        delimiters = dialect.delimiters
        if parts is None:
            parts = self.parts = self.raw.split(delimiters.component, _COMPONENTS)
        if component > len(parts):
            return ""
        part = parts[component - 1]
        if subcomponent > 1 or delimiters.subcomponent in part:
            part = _part(part, delimiters.subcomponent, subcomponent)
        if part == NULL:
            return ""
        escaped = delimiters.escape in part
        return unescape(part, delimiters, dialect.encoding) if escaped else part

    def component(self, number: int) -> str:
        """A component with its subcomponents, as it came."""
        parts = self.parts
        if parts is None:
            parts = self.parts = self.raw.split(self.dialect.delimiters.component, _COMPONENTS)
        return parts[number - 1] if number <= len(parts) else ""

    def whole(self) -> str:
        """The whole repetition as one text, for types without components (ST, TX, FT)."""
        return unescape(self.raw, self.dialect.delimiters, self.dialect.encoding)

    def subcomponents(self, component: int) -> list[str]:
        cut = self.component(component).split(self.dialect.delimiters.subcomponent, _COMPONENTS)
        return [unescape(part, self.dialect.delimiters, self.dialect.encoding) for part in cut]

    def place(self, component: int = 0) -> str:
        return f"{self.where}.{component}" if component else self.where

    def __bool__(self) -> bool:
        return self.raw not in ("", NULL)


class Segment(msgspec.Struct, frozen=True, gc=False):
    """One segment. `fields[n]` is field n as it came (for MSH, 1 is the separator itself)."""

    name: str
    fields: tuple[str, ...]
    where: str
    """Its name, with its rank when there are several: "OBX[3]"."""
    dialect: Dialect

    def raw(self, number: int) -> str:
        return self.fields[number] if number < len(self.fields) else ""

    def repetitions(self, number: int) -> list[Field]:
        """Every repetition that holds something."""
        raw = self.raw(number)
        if not raw:
            return []
        if self.name in _HEADERS and number <= 2:
            return [Field(raw, self.where, number, self.dialect)]
        separator = self.dialect.delimiters.repetition
        if len(raw) > MAX_REPETITIONS and raw.count(separator) >= MAX_REPETITIONS:
            raise refuse(
                Category.TOO_LARGE, "hl7.repetitions", phrases.TOO_MANY_REPETITIONS,
                code="too-long", location=self.place(number), limit=str(MAX_REPETITIONS),
            )  # fmt: skip
        if separator not in raw:
            return [Field(raw, self.where, number, self.dialect)]
        return [
            Field(part, self.where, number, self.dialect, rank)
            for rank, part in enumerate(raw.split(separator), start=1)
            if part
        ]

    def field(self, number: int) -> Field:
        """The first repetition, empty when there is none."""
        raw = self.raw(number)
        if not (self.name in _HEADERS and number <= 2):
            raw = raw.split(self.dialect.delimiters.repetition, 1)[0]
        return Field(raw, self.where, number, self.dialect)

    def text(self, number: int, component: int = 1, subcomponent: int = 1) -> str:
        # Most fields are empty, and this is asked hundreds of times a message.
        if number >= len(self.fields) or not (raw := self.fields[number]):
            return ""
        delimiters = self.dialect.delimiters
        if delimiters.repetition in raw and not (self.name in _HEADERS and number <= 2):
            raw = raw.split(delimiters.repetition, 1)[0]
        return _value(_part(raw, delimiters.component, component), self.dialect, subcomponent)

    def is_null(self, number: int) -> bool:
        """True when the sender asks that the value be deleted."""
        return self.raw(number) == NULL

    def require(self, number: int, component: int = 1) -> str:
        value = self.text(number, component)
        if not value:
            raise missing_field(self.place(number))
        return value

    def place(self, number: int) -> str:
        return f"{self.where}-{number}"


@dataclass(frozen=True)
class Message:
    """A whole message, MSH first."""

    segments: tuple[Segment, ...]
    dialect: Dialect
    warnings: tuple[Issue, ...] = ()

    @property
    def header(self) -> Segment:
        return self.segments[0]

    @cached_property
    def type(self) -> str:
        """MSH-9.1: "ADT"."""
        return self.header.text(9, 1).upper()

    @cached_property
    def event(self) -> str:
        """MSH-9.2, or EVN-1 as before version 2.3: "A01"."""
        event = self.header.text(9, 2)
        if not event and (segment := self.first("EVN")):
            event = segment.text(1)
        return event.upper()

    @property
    def name(self) -> str:
        """ "ADT^A01", the way technicians say it."""
        return f"{self.type}^{self.event}" if self.event else self.type

    @property
    def control_id(self) -> str:
        return self.header.text(10)

    @property
    def sender(self) -> str:
        """Sending application and facility, as one text."""
        return f"{self.header.text(3)}|{self.header.text(4)}"

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[Segment]]:
        """Segment name -> the segments of that name, in order."""
        found: dict[str, list[Segment]] = {}
        for segment in self.segments:
            found.setdefault(segment.name, []).append(segment)
        return found

    def all(self, name: str) -> Sequence[Segment]:
        return self.by_name.get(name, ())

    def first(self, name: str) -> Segment | None:
        found = self.by_name.get(name)
        return found[0] if found else None

    def require(self, name: str) -> Segment:
        segment = self.first(name)
        if segment is None:
            raise refuse(
                Category.INVALID,
                "hl7.segment-missing",
                phrases.MISSING_SEGMENT,
                code="required",
                location=name,
                segment=name,
            )
        return segment


def missing_field(place: str) -> Refused:
    return refuse(
        Category.INVALID,
        "hl7.field-missing",
        phrases.MISSING_FIELD,
        code="required",
        location=place,
    )


def _value(part: str, dialect: Dialect, subcomponent: int) -> str:
    """What a component means; empty when it is null."""
    separator = dialect.delimiters.subcomponent
    if subcomponent > 1 or separator in part:
        part = _part(part, separator, subcomponent)
    return text_of(part, dialect)


def text_of(part: str, dialect: Dialect) -> str:
    """What a value that is not cut any further means; empty when it is null."""
    if part == NULL:
        return ""
    # Most values hold no escape: not asking `unescape` saves a call for each.
    escaped = dialect.delimiters.escape in part
    return unescape(part, dialect.delimiters, dialect.encoding) if escaped else part


def _part(raw: str, separator: str, number: int) -> str:
    if separator not in raw:
        return raw if number == 1 else ""
    parts = raw.split(separator, number)  # what follows may be large
    return parts[number - 1] if number <= len(parts) else ""
