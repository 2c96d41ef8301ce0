"""A JSON message line by line, as it was received, with the place of a fault.

Nothing is corrected: duplicate names stay, numbers keep their digits. What cannot be read as JSON
is shown as text.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

MAX_SHOWN_LINES = 2_000
MAX_SHOWN_CHARACTERS = 400
"""Of one text: an embedded document is not for reading."""
MAX_READ_BYTES = 4 * 1024 * 1024
"""Beyond it a message is shown as text, and cut."""
_LINE = re.compile(r"(?:ligne|line) (\d+)")
_INDENT = "  "


class Line(msgspec.Struct, frozen=True):
    text: str
    faulty: bool = False


class SourceView(msgspec.Struct, frozen=True):
    lines: tuple[Line, ...]
    left_out: bool = False


class _Number(str):
    """A number, as it was written."""

    __slots__ = ()


class _Members(list[tuple[str, Any]]):
    """The members of an object, in order, duplicates included."""


class Placed(NamedTuple):
    """A line, and the path of what begins there, or ends there."""

    text: str
    path: str
    ends: bool = False


def read_source(raw: bytes, location: str = "") -> SourceView:
    """`location` is a FHIRPath ("Patient.name[0].family"), or says « ligne 3 »."""
    try:
        placed = placed_lines(raw)
    except (ValueError, RecursionError):
        return _as_text(raw, location)
    wanted = _deepest(location, placed)
    lines = (
        Line(text, bool(wanted) and path == wanted and not ends) for text, path, ends in placed
    )
    return _bounded(tuple(lines))


def placed_lines(raw: bytes) -> list[Placed]:
    """JSON, one value or bracket a line. Raises ValueError or RecursionError for what is none."""
    value = json.loads(
        raw[: MAX_READ_BYTES + 1], parse_float=_Number, parse_int=_Number,
        parse_constant=_Number, object_pairs_hook=_Members,
    )  # fmt: skip
    return list(_lines(value, _root(value), "", ""))


def _bounded(lines: tuple[Line, ...]) -> SourceView:
    """The beginning; and the faulty lines, wherever they are."""
    rest = tuple(line for line in lines[MAX_SHOWN_LINES:] if line.faulty)
    gap = (Line("…"),) if rest else ()
    return SourceView((*lines[:MAX_SHOWN_LINES], *gap, *rest), len(lines) > MAX_SHOWN_LINES)


def _as_text(raw: bytes, location: str) -> SourceView:
    found = _LINE.search(location)
    wanted = int(found[1]) if found else 0
    text = raw[:MAX_READ_BYTES].decode("utf-8", "replace")
    lines = (
        Line(_cut(line), number == wanted)
        for number, line in enumerate(text.splitlines() or [""], start=1)
    )
    return _bounded(tuple(lines))


def _root(value: Any) -> str:
    """The path of a resource begins with its type."""
    if isinstance(value, _Members):
        return next((str(v) for k, v in value if k == "resourceType"), "")
    return ""


def _lines(value: Any, path: str, indent: str, name: str, tail: str = "") -> Iterator[Placed]:
    if isinstance(value, _Members | list) and value:
        opening, closing = ("{", "}") if isinstance(value, _Members) else ("[", "]")
        yield Placed(f"{indent}{name}{opening}", path)
        yield from _inside(value, path, indent + _INDENT)
        yield Placed(f"{indent}{closing}{tail}", path, ends=True)
    else:
        yield Placed(f"{indent}{name}{_leaf(value)}{tail}", path)


def _inside(value: Any, path: str, indent: str) -> Iterator[Placed]:
    last = len(value) - 1
    for index, item in enumerate(value):
        tail = "," if index < last else ""
        if isinstance(value, _Members):
            key, inner = item
            inner_path = f"{path}.{key}" if path else key
            yield from _lines(inner, inner_path, indent, f"{_quoted(key)}: ", tail)
        else:
            yield from _lines(item, f"{path}[{index}]", indent, "", tail)


def _leaf(value: Any) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    return "{}" if isinstance(value, _Members) else json.dumps(value)


def _quoted(text: str) -> str:
    return json.dumps(_cut(text), ensure_ascii=False)


def _cut(text: str) -> str:
    left = len(text) - MAX_SHOWN_CHARACTERS
    return f"{text[:MAX_SHOWN_CHARACTERS]}… ({left} caractères de plus)" if left > 0 else text


def _deepest(location: str, placed: list[Placed]) -> str:
    """The path that exists and comes nearest to `location`: what is missing has no line."""
    paths = {path for _, path, _ in placed if path}
    near = (
        path for path in paths if location == path or location.startswith((f"{path}.", f"{path}["))
    )
    return max(near, key=len, default="")
