"""Places in the text of an expression, as people look for them: a line, a column, a caret."""

import unicodedata
from typing import Final, NamedTuple

import msgspec

from hygie.refusal import Refusal, Refused

_WINDOW: Final = 96
"""Characters of a long line shown around a place: a terminal and a page hold them."""
_BREAKS: Final = "\r\n"


class Place(NamedTuple):
    """Both counted from 1, in characters. Lines end with LF, CR or CR LF."""

    line: int
    column: int


def place_of(text: str, position: int) -> Place:
    """The line and column of a position counted from 1, as refusals give it."""
    before = text[: max(position - 1, 0)]
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if before.endswith("\r") and text[len(before) : len(before) + 1] == "\n":
        lines.pop()  # between the two characters of one line break
    return Place(len(lines), len(lines[-1]) + 1)


def placed(problem: Refused, text: str) -> Refused:
    """The same refusal, whose issues tell the line and column of the place they name."""
    issues = []
    for issue in problem.refusal.issues:
        line, column = place_of(text, int(issue.details.get("position", "1")))
        details = {**issue.details, "line": str(line), "column": str(column)}
        issues.append(msgspec.structs.replace(issue, details=details))
    return Refused(Refusal(problem.refusal.category, tuple(issues)))


def moved(problem: Refused, text: str, position: int) -> Refused:
    """The same refusal at a place in an expression, counted from 0: what a library cannot tell."""
    issues = tuple(
        msgspec.structs.replace(issue, details={**issue.details, "position": str(position + 1)})
        for issue in problem.refusal.issues
    )
    return placed(Refused(Refusal(problem.refusal.category, issues)), text)


def caret(text: str, position: int) -> str:
    """The line that holds a position counted from 1, and under it a `^` at that place.

    Two lines. A long one is cut around the place, with `…`; whatever would not show, or would
    move what follows (control and direction characters), is replaced by a visible sign.
    """
    start, end = _line_around(text, position - 1)
    at = min(max(position - 1, start), end)
    first = max(start, min(at - _WINDOW // 2, end - _WINDOW))
    last = min(end, first + _WINDOW)
    lead = "…" if first > start else ""
    before = lead + visible(text[first:at])
    line = before + visible(text[at:last]) + ("…" if last < end else "")
    return f"{line}\n{' ' * _width(before)}^"


def _line_around(text: str, at: int) -> tuple[int, int]:
    at = min(max(at, 0), len(text))
    start = max(text.rfind(mark, 0, at) for mark in _BREAKS) + 1
    ends = [end for mark in _BREAKS if (end := text.find(mark, at)) >= 0]
    return start, min(ends, default=len(text))


def visible(text: str) -> str:
    """The text with a sign for each character that would not show: ␉ for a tab, � for others."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return {0x7F: "␡", 0xA0: "⍽"}.get(code, "�")


def _width(text: str) -> int:
    """Columns of a terminal; ideographs take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
