"""Frames of MLLP: no message lost, mixed with another, or made of pieces."""

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.hl7v2.framing import HEAD_BYTES, Unframer, frame
from hygie.refusal import Refused

ONE = b"MSH|^~\\&|A\rPID|1\r"
TWO = b"MSH|^~\\&|B\rPID|2\r"
CONTENTS = (
    st.binary(min_size=1, max_size=60)
    .map(lambda raw: ONE + raw.replace(b"\x1c", b"?"))
    .filter(lambda raw: b"\x0bMSH" not in raw and b"\x0bBHS" not in raw and b"\x0bFHS" not in raw)
)
WIRES = st.lists(
    st.sampled_from(
        [b"\x0b", b"\x1c", b"\r", b"\n", b"MSH|", b"BHS|", b"A", b"\x0bMSH|x\x1c\r", b"\x00"]
    ),
    max_size=30,
).map(b"".join)


def cut(wire: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(wire), *(place % (len(wire) + 1) for place in places)})
    return [wire[a:b] for a, b in pairwise(edges)]


def through(chunks: list[bytes], limit: int = 10_000) -> tuple[list[bytes], Unframer]:
    unframer = Unframer(limit)
    return [message for chunk in chunks for message in unframer.feed(chunk)], unframer


@given(st.lists(CONTENTS, max_size=5), st.lists(st.integers(0, 10_000)))
def test_what_is_framed_comes_out_however_it_is_cut(messages: list[bytes], places: list[int]):
    """A message lost, or changed, by where the network cut it."""
    wire = b"".join(map(frame, messages))
    found, unframer = through(cut(wire, places))
    assert found == messages
    assert (unframer.stray, unframer.broken_off, unframer.pending) == (0, 0, 0)


@given(WIRES, st.lists(st.integers(0, 10_000)))
def test_any_bytes_give_the_same_however_they_are_cut(wire: bytes, places: list[int]):
    """A peer that chooses what we take for a message by its timing."""
    whole, at_once = through([wire], 20)
    parts, in_pieces = through(cut(wire, places), 20)
    assert whole == parts
    assert (at_once.stray, at_once.broken_off) == (in_pieces.stray, in_pieces.broken_off)
    assert bool(at_once.too_long) is bool(in_pieces.too_long)


@pytest.mark.parametrize(
    ("wire", "expected", "stray", "broken_off"),
    [
        (b"\x0b" + ONE + b"\x1c" + frame(TWO), [ONE, TWO], 0, 0),
        (b"\r\n" + frame(ONE) + b"\r\n\r" + frame(TWO), [ONE, TWO], 0, 0),
        (b"GET / HTTP/1.1\r\n" + frame(ONE), [ONE], 12, 0),
        (b"\x0b\x0b" + ONE + b"\x1c\r", [ONE], 0, 0),
        (b"\x0bMSH|^~\\&|A\rPID|1^Dup" + frame(TWO), [TWO], 0, 1),
        (b"\x0b" + ONE + b"NTE|1||a\x0bb\r\x1c\r", [ONE + b"NTE|1||a\x0bb\r"], 0, 0),
        (b"\x0b\x1c\r\x0b\r\x1c\r" + frame(ONE), [ONE], 4, 0),
        (ONE + TWO, [], 30, 0),
    ],
    ids=["no-last-cr", "blank-between", "garbage", "two-starts", "broken-off", "vt-in-text",
         "empty", "no-frame"],
)  # fmt: skip
def test_what_real_senders_do(wire: bytes, expected: list[bytes], stray: int, broken_off: int):
    """Half a message taken for a whole one; a whole one lost for a byte that is missing."""
    found, unframer = through([wire])
    assert found == expected
    assert (unframer.stray, unframer.broken_off) == (stray, broken_off)


def test_a_frame_without_end_is_not_kept():
    """A peer that fills the memory by never ending its message."""
    unframer = Unframer(100_000)
    assert unframer.feed(frame(ONE) + b"\x0b" + TWO) == [ONE]
    for _ in range(200):
        assert unframer.feed(b"x" * 1_000) == []
    assert unframer.too_long.startswith(TWO)
    assert len(unframer.too_long) == HEAD_BYTES
    assert unframer.pending == 0
    assert unframer.feed(b"\x1c\r" + frame(ONE)) == []


def test_a_long_message_byte_by_byte_costs_what_its_bytes_cost():
    """Time that grows with the square of what a slow peer sends."""
    unframer = Unframer()
    unframer.feed(b"\x0bMSH|")
    began = process_time()
    for _ in range(300_000):
        unframer.feed(b"x")
    assert process_time() - began < 5
    assert len(unframer.feed(b"\x1c")[0]) == 300_004


def test_an_end_within_a_message_is_not_sent():
    """Two messages at the other side where one was sent."""
    with pytest.raises(Refused):
        frame(ONE + b"\x1c\r" + TWO)


def test_what_would_begin_another_message_is_not_framed():
    """A message about somebody else, smuggled to the next system inside of a field."""
    with pytest.raises(Refused) as caught:
        frame(ONE + b"NTE|1||x\x0bMSH|^~\\&|B\rPID|2")
    assert caught.value.refusal.issues[0].rule == "hl7.frame"
