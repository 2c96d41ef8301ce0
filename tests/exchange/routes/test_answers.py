"""What acknowledgements mean, whoever wrote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.exchange.routes.answers import Dead, Later, Taken, judge, read


def verdict(code: str, err: str = "") -> object:
    raw = f"MSH|^~\\&|E||||||ACK|1|P|2.5\rMSA|{code}|C1\r{err}".encode()
    return type(judge(read(raw)))


@pytest.mark.parametrize(
    ("code", "err", "meant"),
    [
        ("AA", "", Taken),
        ("CA", "", Taken),
        ("AE", "", Dead),
        ("CE", "", Dead),
        ("AE", "ERR|||207^Application internal error^HL70357|E", Dead),
        ("AR", "", Later),
        ("AR", "ERR|||207^Application internal error^HL70357|E", Later),
        ("CR", "ERR|||206^Application record locked^HL70357|E", Later),
        ("AR", "ERR|||200^Unsupported message type^HL70357|E", Dead),
        ("AR", "ERR|MSH^1^12^203&Unsupported version&HL70357", Dead),
        ("ZZ", "", Later),
    ],
)
def test_each_code_means_what_the_standard_says(code, err, meant):
    """Danger: what can never be taken is sent for ever, or what could be is given up."""
    assert verdict(code, err) is meant


def test_an_answer_with_other_delimiters_and_line_ends_is_read():
    """Danger: an engine of another make is not understood, and everything is sent again."""
    found = read(b"\x0bMSH#*~\\&#E######ACK#1#P#2.3\nMSA#AR#C1\nERR###203*Unsupported\n\x1c\r")
    assert (found.code, found.control_id, found.error) == ("AR", "C1", "203")


@given(st.one_of(st.binary(max_size=200), st.binary(max_size=60).map(lambda b: b"MSH|^~\\&" + b)))
def test_no_bytes_upset_the_reader(raw):
    """Danger: a destination stops a route by what it answers."""
    found = read(raw)
    assert found is None or isinstance(judge(found), (Taken, Dead, Later))
