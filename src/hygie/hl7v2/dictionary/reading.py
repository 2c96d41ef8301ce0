"""The files of the dictionary, read once.

`= CODE | name | explanation` begins an entry. In files of segments and of types its lines are
`NUMBER TYPE[:TABLE][*] name[ | explanation]` (`*`: may repeat); in `tables.txt`, codes and what
they mean, `CODE meaning | CODE meaning`.
"""

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final

from hygie.hl7v2.dictionary.words import Component, DataType, Field, Segment

SEGMENTS: Final = ("echange", "patient", "venue", "demandes", "medicaments", "agenda", "frais")
"""Files of segments, by what they are about."""
TYPES: Final = ("types", "types-rares")
_BAR: Final = " | "


@cache
def read_segments() -> dict[str, Segment]:
    return {
        head[0]: Segment(head[0], head[1], head[2], tuple(_field(head[0], row) for row in rows))
        for name in SEGMENTS
        for head, rows in _entries(name)
    }


@cache
def read_types() -> dict[str, DataType]:
    return {
        head[0]: DataType(head[0], head[1], head[2], tuple(_component(row) for row in rows))
        for name in TYPES
        for head, rows in _entries(name)
    }


@cache
def read_tables() -> dict[str, dict[str, str]]:
    """Table -> code -> meaning."""
    return {
        head[0]: dict(_pair(one.partition(" ")) for row in rows for one in row.split(_BAR))
        for head, rows in _entries("tables")
    }


def _entries(name: str) -> Iterator[tuple[list[str], list[str]]]:
    """Each entry of a file: the parts of its first line, and its other lines."""
    text = (resources.files(__package__) / "data" / f"{name}.txt").read_text("utf-8")
    for block in text.removeprefix("= ").strip().split("\n\n= "):
        head, *rows = block.splitlines()
        yield head.split(_BAR), rows


def _field(segment: str, row: str) -> Field:
    number, kind, words = row.split(" ", 2)
    name, explanation = words.split(_BAR)
    code, _, table = kind.rstrip("*").partition(":")
    repeats = kind.endswith("*")
    return Field(segment, int(number), code, table, name, explanation, repeats=repeats)


def _component(row: str) -> Component:
    number, kind, name = row.split(" ", 2)
    code, _, table = kind.partition(":")
    return Component(int(number), code, table, name)


def _pair(parts: tuple[str, str, str]) -> tuple[str, str]:
    return parts[0], parts[2]
