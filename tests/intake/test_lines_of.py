"""Guards what is fetched: lines that come in pieces are those of a file."""

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from hygie.intake.imports.lines import lines_of
from hygie.lines import read_lines

TEXTS = st.lists(st.sampled_from([b"{}", b" ", b"x" * 9, b"y" * 40, b"\n", b"\r\n", b"z\n"]))


async def in_pieces(raw, sizes):
    while raw:
        size = sizes[0] if sizes else len(raw)
        sizes = sizes[1:]
        yield raw[:size]
        raw = raw[size:]


@given(TEXTS, st.lists(st.integers(1, 20)))
async def test_however_it_comes_the_lines_are_the_same(texts, sizes):
    """A line lost, cut or numbered otherwise because of where the network parted it."""
    raw = b"".join(texts)
    found = [line async for line in lines_of(in_pieces(raw, sizes), limit=20)]
    expected = list(read_lines(BytesIO(raw), limit=20))
    assert [(one.number, one.raw) for one in found] == [(one.number, one.raw) for one in expected]
