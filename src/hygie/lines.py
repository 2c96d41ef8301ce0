"""Lines of a stream, in bounded memory: what NDJSON is read with."""

from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from hygie.limits import MAX_LINE_BYTES

SPACE: Final = b" \t\r\n\x0b\x0c"


class Line(NamedTuple):
    """One line that is not blank."""

    number: int
    """From 1, blank lines counted."""
    raw: bytes | None
    """Without the space around it; None when it is longer than the limit."""
    size: int


def read_lines(file: BinaryIO, limit: int = MAX_LINE_BYTES) -> Iterator[Line]:
    """Each line as soon as it is there, those of more than `limit` bytes passed over and told."""
    number = 0
    while raw := file.readline(limit + 1):
        number += 1
        if len(raw) > limit and not raw.endswith(b"\n"):
            yield Line(number, None, len(raw) + _pass_over(file, limit))
        elif stripped := raw.strip(SPACE):
            yield Line(number, stripped, len(raw))


def _pass_over(file: BinaryIO, limit: int) -> int:
    """Bytes up to the end of the line, read in pieces and forgotten."""
    size = 0
    while piece := file.readline(limit):
        size += len(piece)
        if piece.endswith(b"\n"):
            break
    return size
