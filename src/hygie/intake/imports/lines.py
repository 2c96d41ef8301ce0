"""Lines of an answer that comes in pieces, in bounded memory."""

from collections.abc import AsyncIterator

from hygie.limits import MAX_LINE_BYTES
from hygie.lines import SPACE, Line


async def lines_of(
    pieces: AsyncIterator[bytes], limit: int = MAX_LINE_BYTES
) -> AsyncIterator[Line]:
    """As `hygie.lines.read_lines`: each that is not blank, those longer than `limit` told."""
    waiting = bytearray()
    number = dropped = 0
    async for piece in pieces:
        *whole, rest = piece.split(b"\n")
        for part in whole:
            number += 1
            waiting += part
            if line := _line(number, waiting, dropped, limit):
                yield line
            waiting.clear()
            dropped = 0
        waiting += rest
        if len(waiting) > limit:
            dropped += len(waiting)
            waiting.clear()
    if line := _line(number + 1, waiting, dropped, limit):
        yield line


def _line(number: int, raw: bytearray, dropped: int, limit: int) -> Line | None:
    size = len(raw) + dropped + 1
    if size - 1 > limit:
        return Line(number, None, size)
    stripped = bytes(raw.strip(SPACE))
    return Line(number, stripped, size) if stripped else None
