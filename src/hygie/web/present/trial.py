"""What came of an expression, and the resource line by line with what it found there."""

from collections.abc import Sequence

import msgspec

from hygie.insight.trial import Found, Trial
from hygie.web.present.json_source import MAX_SHOWN_LINES, Placed, placed_lines
from hygie.web.present.quantities import say_count


class TreeLine(msgspec.Struct, frozen=True):
    text: str
    found: tuple[int, ...] = ()
    """Numbers, from 1, of the items of the result that begin on this line."""
    inside: bool = False
    """Whether the line is part of an item of the result."""


class TreeView(msgspec.Struct, frozen=True):
    lines: tuple[TreeLine, ...]
    left_out: bool = False


def say_outcome(trial: Trial | None) -> str:
    """What came of it, in a few words."""
    if trial is None:
        return "Résultat"
    if trial.problem is not None:
        return "Ressource illisible" if trial.problem.of_resource else "Expression refusée"
    if not trial.count:
        return "Rien"
    return "1 élément" if trial.count == 1 else f"{say_count(trial.count)} éléments"


def read_tree(raw: bytes, found: Sequence[Found]) -> TreeView:
    """Lines that show an item are there even when the whole is too long to be shown."""
    try:
        placed = placed_lines(raw)
    except (ValueError, RecursionError):
        return TreeView(())
    lines = _marked(placed, _numbers(found))
    shown, rest = lines[:MAX_SHOWN_LINES], lines[MAX_SHOWN_LINES:]
    late = [line for line in rest if line.found]
    gap = [TreeLine("…")] if late else []
    return TreeView((*shown, *gap, *late), left_out=bool(rest))


def _numbers(found: Sequence[Found]) -> dict[str, tuple[int, ...]]:
    """Place -> the items that stand there: the same one may have been found twice."""
    numbers: dict[str, tuple[int, ...]] = {}
    for number, item in enumerate(found, start=1):
        if item.place:
            numbers[item.place] = (*numbers.get(item.place, ()), number)
    return numbers


def _marked(placed: Sequence[Placed], numbers: dict[str, tuple[int, ...]]) -> list[TreeLine]:
    lines: list[TreeLine] = []
    within = ""
    for at, (text, path, ends) in enumerate(placed):
        here = numbers.get(path, ()) if not ends else ()
        lines.append(TreeLine(text, here, inside=bool(within or here)))
        if here and not within and _opens(placed, at):
            within = path
        elif ends and path == within:
            within = ""
    return lines


def _opens(placed: Sequence[Placed], at: int) -> bool:
    """Whether a line opens an object or array whose other lines follow."""
    return placed[at].text.endswith(("{", "[")) and at + 1 < len(placed)
