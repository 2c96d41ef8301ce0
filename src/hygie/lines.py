"""Lines of a stream, in bounded memory: what NDJSON is read with."""

import re
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from pathlib import PurePath
from typing import BinaryIO, Final, NamedTuple

from hygie.limits import MAX_LINE_BYTES

SPACE: Final = b" \t\r\n\x0b\x0c"
_NAMES: Final = (".ndjson", ".jsonl")
_OBJECT: Final = re.compile(rb"^\s*(?:\xef\xbb\xbf)?\{", re.MULTILINE)


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


async def lines_of(
    pieces: AsyncIterable[bytes], limit: int = MAX_LINE_BYTES
) -> AsyncIterator[Line]:
    """The same of what comes in pieces."""
    number, size, held = 0, 0, bytearray()
    async for piece in pieces:
        *ends, rest = piece.split(b"\n")
        for end in ends:
            held += end[: limit + 1 - len(held)]
            number += 1
            if line := _line(number, held, size + len(end) + 1, limit):
                yield line
            size, held = 0, bytearray()
        held += rest[: limit + 1 - len(held)]
        size += len(rest)
    if line := _line(number + 1, held, size, limit):
        yield line


def _line(number: int, held: bytearray, size: int, limit: int) -> Line | None:
    """`held` is at most one byte longer than `limit`."""
    if len(held) > limit:
        return Line(number, None, size)
    stripped = bytes(held).strip(SPACE)
    return Line(number, stripped, size) if stripped else None


def looks_like_lines(name: str, start: bytes) -> bool:
    """Whether a file that begins so is NDJSON: by its name, if an object begins a line; or because
    the first line is one and others follow."""
    if PurePath(name).suffix.lower() in _NAMES:
        return _OBJECT.search(start) is not None
    first, _, rest = start.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    return first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")


def _pass_over(file: BinaryIO, limit: int) -> int:
    """Bytes up to the end of the line, read in pieces and forgotten."""
    size = 0
    while piece := file.readline(limit):
        size += len(piece)
        if piece.endswith(b"\n"):
            break
    return size
