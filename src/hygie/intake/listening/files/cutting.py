"""A file's bytes to pieces for the gateway, and what is refused of it. Pure."""

from io import BufferedReader, BytesIO
from typing import NamedTuple

from hygie.intake.batches import Piece
from hygie.intake.folder import Skipped, contents_in
from hygie.refusal import Issue, Refused

Fault = tuple[str, Issue]
"""Where in the file, in French, or empty; and why it is not taken."""


class Cut(NamedTuple):
    """What a file holds."""

    pieces: tuple[Piece, ...] = ()
    faults: tuple[Fault, ...] = ()


def cut(source: str, name: str, raw: bytes) -> Cut:
    """In order. What is wrong with the file as a whole leaves no piece."""
    pieces: list[Piece] = []
    faults: list[Fault] = []
    shown = readable(name)
    file = BufferedReader(BytesIO(raw))
    try:
        for one in contents_in(file, shown):
            if isinstance(one, Skipped):
                faults += [(f"ligne {one.line}", issue) for issue in one.refused.refusal.issues]
            else:
                pieces.append(Piece(source, shown, one.kind, one.raw, one.line))
    except Refused as refused:
        return whole(refused)
    return Cut(tuple(pieces), tuple(faults))


def whole(refused: Refused) -> Cut:
    """Of a file of which nothing is taken."""
    return Cut((), tuple(("", issue) for issue in refused.refusal.issues))


def readable(name: str) -> str:
    """The name of a file as text, whatever bytes it is made of: `\\xe9`, `\\n`."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
