"""Guards the reading of files larger than memory, line by line."""

import asyncio
import io
from collections.abc import AsyncIterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hygie.lines import SPACE, Line, lines_of, read_lines


@given(st.lists(st.binary(max_size=12).filter(lambda line: b"\n" not in line)), st.integers(1, 9))
def test_every_line_is_given_or_told_in_its_order(lines: list[bytes], limit: int) -> None:
    """Guards: a line lost, or what follows a long one taken for a part of it."""
    found = list(read_lines(io.BytesIO(b"\n".join(lines)), limit))
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line.strip(SPACE)]
    kept = [line for line in found if line.raw is not None]
    assert [(line.number, line.raw) for line in kept] == [
        (number, line.strip(SPACE)) for number, line in numbered if len(line) <= limit
    ]
    long = [number for number, line in enumerate(lines, start=1) if len(line) > limit]
    assert [line.number for line in found if line.raw is None] == long


def test_a_long_line_is_never_held() -> None:
    """Guards: a file of one endless line that fills the memory."""
    held: list[int] = []

    class Watched(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            held.append(size or 0)
            return super().readline(size)

    found = list(read_lines(Watched(b"x" * 1_000 + b"\n{}"), 10))
    assert found == [Line(1, None, 1_001), Line(2, b"{}", 2)]
    assert max(held) == 11


@given(st.binary(max_size=60), st.lists(st.integers(0, 60)), st.integers(1, 9))
def test_pieces_make_the_same_lines(text: bytes, cuts: list[int], limit: int) -> None:
    """Guards: a line of a download lost, doubled or parted where two pieces meet."""
    text = text.replace(b"x", b"\n")
    places = [0, *sorted(cut for cut in cuts if cut <= len(text)), len(text)]

    async def pieces() -> AsyncIterator[bytes]:
        for start, end in pairwise(places):
            yield text[start:end]

    async def found() -> list[Line]:
        return [line async for line in lines_of(pieces(), limit)]

    assert asyncio.run(found()) == list(read_lines(io.BytesIO(text), limit))
