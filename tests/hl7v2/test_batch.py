"""Guards against messages lost between two others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.hl7v2.batch import looks_like_hl7, split
from hygie.hl7v2.parse import parse

ends = st.sampled_from(["\r", "\n", "\r\n"])


def message(number: int, end: str) -> str:
    header = f"MSH|^~\\&|GAM|CH|HYGIE|CH|2026||ADT^A01|{number}|P|2.5"
    return end.join([header, "EVN||2026", f"PID|||{number}||MSH"]) + end


@given(
    st.integers(1, 6), ends, st.booleans(),
    st.sampled_from([("", ""), ("\x0b", "\x1c\r")]),
)  # fmt: skip
def test_every_message_of_a_file_is_found_in_order(count, end, enveloped, frame):
    """A batch of which the last or the first message is left out, or two are read as one."""
    body = "".join(frame[0] + message(number, end) + frame[1] for number in range(count))
    if enveloped:
        body = f"FHS|^~\\&|GAM{end}BHS|^~\\&|GAM{end}{body}BTS|{count}{end}FTS|1{end}"
    assert looks_like_hl7(body.encode())
    found = [parse(raw) for raw in split(body.encode())]
    assert [one.control_id for one in found] == [str(number) for number in range(count)]
    assert all([s.name for s in one.segments] == ["MSH", "EVN", "PID"] for one in found)


def test_a_file_without_header_is_given_whole():
    """A file that vanishes because no message was found in it."""
    assert split(b"BHS|^~\\&|GAM\rPID|||1\r") == [b"BHS|^~\\&|GAM\rPID|||1"]


@pytest.mark.parametrize("raw", [b"", b"{}", b"<a/>", b"PID|", b"%PDF-1.7"])
def test_other_files_are_not_taken_for_hl7(raw):
    """A PDF read as a message."""
    assert not looks_like_hl7(raw)
