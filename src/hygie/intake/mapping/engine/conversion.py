"""What a conversion is: a name, the FHIR type that it gives, and what it reads."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from hygie.hl7v2.message import Field, Segment
from hygie.intake.mapping.engine.context import Context, Scope
from hygie.intake.mapping.engine.model import CodeList
from hygie.intake.mapping.engine.references import Place

Read = Callable[[Field, Segment, Context], Any]
"""The value of one repetition; None, "", [] or {} is none. Raises `Refused` at its place."""
Function = Callable[[Scope, Context], Any]
"""A value that follows from several segments, and takes judgement."""


class Options(msgspec.Struct, frozen=True):
    """What a row tells its conversion."""

    place: Place
    codes: CodeList | None = None
    system: str = ""


class Conversion(msgspec.Struct, frozen=True):
    make: Callable[[Options], Read]
    gives: str
    """A type of R4; `*` where it depends on the message."""
    note: str
    """What it reads and how, in a line: shown in docs/mapping.md."""
    takes: frozenset[str] = frozenset()
    """Of `codes`, `system`: what the row must say."""
    component: bool = False
    """True when it reads the component that the row names; else a whole repetition."""


class Conversions(msgspec.Struct, frozen=True):
    """All there are: a table can name no other."""

    fields: Mapping[str, Conversion]
    functions: Mapping[str, tuple[Function, str, str]]
    """Name -> function, the type that it gives, a line for docs/mapping.md."""
