"""The fast reader: the same values as the strict one, or none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.codec import encode
from hygie.fhir.codec.compact import NOT_COMPACT, read_compact
from hygie.fhir.codec.reading import _read
from hygie.refusal import Refused

numbers = st.from_regex(r"\A-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,4})?\Z")
texts = st.text().map(lambda text: encode(text).decode()) | st.sampled_from(
    ['"\\u00e9"', '"\\/"', '"\\ud800"', '"\\u0000"', '"a"', '"é"', '"\\ud83d\\ude00"', '"1": "2"']
)
commas, colons = (
    st.sampled_from([",", ", ", ",\n  ", "\r\n,\t"]),
    st.sampled_from([":", ": ", " :\t"]),
)
documents = st.recursive(
    st.sampled_from(["null", "true", "false", "NaN", "-Infinity"]) | numbers | texts,
    lambda inner: (
        st.builds(
            lambda items, comma: f"[{comma.join(items)}]", st.lists(inner, max_size=4), commas
        )
        | st.builds(
            lambda pairs, comma, colon: "{" + comma.join(map(colon.join, pairs)) + "}",
            st.lists(st.tuples(texts, inner), max_size=4), commas, colons,
        )
    ),
    max_leaves=12,
)  # fmt: skip


def shown(value: Any) -> str:
    """Types and digits included: 1 is not Decimal("1"), -0 is not 0."""
    return repr(value)


@given(documents)
def test_what_it_reads_is_what_the_strict_reader_reads(text: str) -> None:
    """Danger: a key lost, a sign or a digit dropped, however the document came."""
    found = read_compact(text.encode())
    if found is not NOT_COMPACT:
        assert shown(found) == shown(_read(text))


@given(documents)
def test_what_the_strict_reader_refuses_it_does_not_read(text: str) -> None:
    """Danger: a refused document that passes by the other door."""
    try:
        _read(text)
    except (Refused, ValueError, RecursionError):
        assert read_compact(text.encode()) is NOT_COMPACT


@pytest.mark.parametrize(
    "raw",
    [b'{"a":1,"a":2}', b'{"a": 1, "a": 1}', b"[-0]", b"[ -0 ]", b"[1E-2]", b"[" + b"1" * 39 + b"]",
     b'["\\ud83d\\ude00"]', b'[ "\\\\u00e9"]', b'["\\u0022", {"":1, "":1}]', b"\xef\xbb\xbf[]",
     b'["\xe9"]', b"[" * 65 + b"]" * 65, b"[" * 9999, b"", b"[1]x"],
)  # fmt: skip
def test_the_doubtful_is_left_to_the_strict_reader(raw: bytes) -> None:
    """Danger: a fast yes where a slow look was needed."""
    assert read_compact(raw) is NOT_COMPACT


@pytest.mark.parametrize(
    "raw",
    [b'{"resourceType":"Basic","n":[72.50,0,-1,1.0E+2],"t":"\xc3\xa9","x":null}', b"[]", b"[1] ",
     b'{\r\n\t"a": "\\u00e9 \\u20AC",\n"b":[ 72.50 ]}'],
)  # fmt: skip
def test_the_usual_is_read(raw: bytes) -> None:
    """Danger: a fast reader that reads nothing, unnoticed."""
    assert read_compact(raw) is not NOT_COMPACT
