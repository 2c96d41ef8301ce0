"""Reading JSON: what is kept exactly, and what is refused, with its place."""

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.codec import decode, decode_any, encode
from hygie.limits import MAX_JSON_DEPTH, MAX_LOCATED_CHARACTERS, MAX_RESOURCE_BYTES
from hygie.refusal import Category, Issue, Refused

LIMIT = MAX_RESOURCE_BYTES


def refused(raw: bytes) -> Issue:
    with pytest.raises(Refused) as caught:
        decode_any(raw, limit=LIMIT)
    (issue,) = caught.value.refusal.issues
    assert "{" not in issue.text("fr").replace(issue.details.get("found", ""), "")
    assert issue.text("fr") != issue.text("en")
    return issue


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("72.50", Decimal("72.50")),
        ("1E-2", Decimal("0.01")),
        ("-0.0", Decimal("-0.0")),
        ("1.000000000000000000E-245", Decimal("1.000000000000000000E-245")),
        ("12345678901234567890123456789012345678", 12345678901234567890123456789012345678),
        ("0", 0),
    ],
)
def test_numbers_keep_their_digits(text: str, value: Decimal | int) -> None:
    """Danger: a dose or a result whose precision changes on the way through."""
    read = decode_any(text.encode(), limit=LIMIT)
    assert (type(read), str(read)) == (type(value), str(value))
    assert Decimal(encode(read).decode()).as_tuple() == Decimal(text).as_tuple()


def test_negative_zero_keeps_its_sign_and_is_no_integer() -> None:
    """Danger: -0 read as the integer 0, and written back as something else."""
    assert encode(decode_any(b"[-0]", limit=LIMIT)) == b"[-0]"


@pytest.mark.parametrize(
    ("raw", "rule", "line", "column"),
    [
        (b'{"a": 1,\n "b": {"x": 1, "x": 2}}', "json.duplicate-key", 2, 16),
        (b'{"\\u0061": 1, "a": 2}', "json.duplicate-key", 1, 15),
        (b'{"a":\n  NaN}', "json.number", 2, 3),
        (b'{"a": [-Infinity]}', "json.number", 1, 8),
        (b'{"a": 1e400}', "json.number", 1, 7),
        (b'{"b": 1e99999999999999999999}', "json.number", 1, 7),
        (b'{"a": "1e400", "b": 1e-400}', "json.number", 1, 21),
        (b"[1, 0." + b"1" * 39 + b"]", "json.number", 1, 5),
        (b"[1, " + b"1" * 39 + b"]", "json.number", 1, 5),
        (b'["ok", "\\ud800"]', "json.surrogate", 1, 8),
        (b'{"\\udc00": 1}', "json.surrogate", 1, 2),
        (b"{} {}", "json.trailing", 1, 4),
        (b'{"a": "b', "json.truncated", 1, 7),
        (b'{"a": [1, 2\n', "json.truncated", 2, 1),
        (b"{'a': 1}", "json.syntax", 1, 2),
        (b'{"a": 01}', "json.syntax", 1, 8),
        (b'{"a": "\x01"}', "json.syntax", 1, 8),
        (b'{"a": 1}\x00', "json.trailing", 1, 9),
    ],
)
def test_ambiguous_documents_are_refused_with_their_place(
    raw: bytes, rule: str, line: int, column: int
) -> None:
    """Danger: two systems that read one document differently; a sender who cannot find why."""
    issue = refused(raw)
    assert (issue.rule, issue.details["line"], issue.details["column"]) == (
        rule,
        str(line),
        str(column),
    )
    assert f"(ligne {line}, colonne {column})" in issue.text("fr")


def test_duplicate_key_is_named() -> None:
    """Danger: a refusal that does not say which key."""
    assert "« status »" in refused(b'{"status": 1, "status": 1}').text("fr")


def test_duplicate_key_of_half_a_character_can_be_answered() -> None:
    """Danger: a refusal that cannot itself be written as UTF-8."""
    assert encode(refused(b'{"\\ud800": 1, "\\ud800": 2}').text("fr"))


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_ten_thousand_levels_are_refused(opening: bytes) -> None:
    """Danger: a recursion error, or a crash, from a few kilobytes of brackets."""
    assert refused(opening * 10_000).rule == "json.depth"


@pytest.mark.parametrize("extra", [0, 1])
def test_depth_limit_is_exact(extra: int) -> None:
    """Danger: a bound that is another one than the documented one."""
    raw = b"[" * (MAX_JSON_DEPTH + extra) + b"]" * (MAX_JSON_DEPTH + extra)
    if extra:
        assert refused(raw).rule == "json.depth"
    else:
        assert encode(decode_any(raw, limit=LIMIT)) == raw


def test_brackets_in_strings_are_not_levels() -> None:
    """Danger: a long text with brackets refused as too deep, or hiding real depth."""
    wide = json.dumps({"text": "[{" * 500, "list": [[] for _ in range(500)]}).encode()
    assert encode(decode_any(wide, limit=LIMIT)) == wide.replace(b'": ', b'":').replace(b", ", b",")
    assert refused(b'["]",' * 65 + b'"["' + b"]" * 65).rule == "json.depth"


@pytest.mark.parametrize(("raw", "offset"), [(b'{"a": "\xe9t\xe9"}', 7), (b"\xff\xfe{\x00", 0)])
def test_other_encodings_are_refused_with_their_byte(raw: bytes, offset: int) -> None:
    """Danger: Latin-1 accents silently mangled in names."""
    issue = refused(raw)
    assert (issue.rule, issue.details["offset"]) == ("json.encoding", str(offset))


def test_byte_order_mark_is_accepted() -> None:
    """Danger: files written by Windows tools refused for three invisible bytes."""
    assert decode_any(b'\xef\xbb\xbf{"a": 1}', limit=LIMIT) == {"a": 1}


def test_size_limit_is_exact_and_says_both_sizes() -> None:
    """Danger: memory exhausted by one document."""
    assert decode_any(b"[1]", limit=3) == [1]
    with pytest.raises(Refused) as caught:
        decode_any(b"[10]", limit=3)
    assert caught.value.refusal.category is Category.TOO_LARGE
    assert caught.value.refusal.issues[0].details == {"size": "4", "limit": "3"}


def test_long_documents_are_refused_without_a_second_reading() -> None:
    """Danger: a slow search for the place of a fault, used to exhaust the server."""
    issue = refused(b'{"a": "' + b" " * MAX_LOCATED_CHARACTERS + b'", "b": 1e400}')
    assert "line" not in issue.details
    assert issue.text("en").endswith(".")


@pytest.mark.parametrize("raw", [b"", b" \n", b"\xef\xbb\xbf"])
def test_empty_documents_are_refused(raw: bytes) -> None:
    """Danger: an empty body taken for an empty resource."""
    assert refused(raw).rule == "json.empty"


@pytest.mark.parametrize("raw", [b"[]", b"{}", b'"Patient"', b'{"resourceType": 1}', b"null"])
def test_a_resource_is_an_object_with_a_type(raw: bytes) -> None:
    """Danger: something that is not a resource reaching the rooms behind."""
    with pytest.raises(Refused) as caught:
        decode(raw)
    assert caught.value.refusal.issues[0].rule == "json.resource-type"


def test_unknown_types_are_left_to_the_validator() -> None:
    """Danger: two places that decide what a resource type is."""
    assert decode(b'{"resourceType": "Unicorn"}') == {"resourceType": "Unicorn"}


def test_refusals_never_show_the_document_in_their_exception_text() -> None:
    """Danger: health data in a log through the text of an exception."""
    with pytest.raises(Refused) as caught:
        decode(b'{"family": "Dupont", "family": "Dupont"}')
    assert "Dupont" not in str(caught.value)


numbers = st.integers(-(10**38) + 1, 10**38 - 1) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=7
)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | numbers | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_whatever_is_written_reads_back_the_same(value: Any) -> None:
    """Danger: any value that changes between two readings."""
    raw = encode(value)
    read = decode_any(raw, limit=LIMIT)
    assert read == value
    assert encode(read) == raw


@given(st.binary(max_size=60) | st.text(alphabet='{}[]":,\\u0d8eE+-.123 \nNaInfity', max_size=60))
def test_only_refusals_escape(raw: bytes | str) -> None:
    """Danger: an unforeseen exception on hostile bytes."""
    with suppress(Refused):
        decode_any(raw if isinstance(raw, bytes) else raw.encode(), limit=LIMIT)


class UnacceptableError(Exception):
    """What the slow model refuses."""


def slow_model(text: str) -> Any:
    """The rules, one after another, on top of a lenient reader."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) != len(pairs):
            raise UnacceptableError
        return dict(pairs)

    def depth(value: Any) -> int:
        children = list(value.values()) if isinstance(value, dict) else value
        return 1 + max(map(depth, children), default=0) if isinstance(value, dict | list) else 0

    def constant(_: str) -> None:
        raise UnacceptableError

    try:
        value = json.loads(text, object_pairs_hook=members, parse_constant=constant)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise UnacceptableError from error
    if depth(value) > MAX_JSON_DEPTH:
        raise UnacceptableError
    return value


fragments = st.sampled_from(
    ["{", "}", "[", "]", ":", ",", '"a"', '"b"', '"\\ud800"', '"\\ud83d\\ude00"', "1", "-2.5", " ",
     "null", "true", "NaN", '{"a":1}', '{"a":1,"a":2}', "[" * 40, "]" * 40, '"é"', "\n"]
)  # fmt: skip


@given(st.lists(fragments, max_size=12).map("".join) | values.map(lambda v: encode(v).decode()))
def test_acceptance_agrees_with_a_slow_model(text: str) -> None:
    """Danger: the fast reader accepting what a rule forbids, or refusing what none does."""
    try:
        expected = json.dumps(slow_model(text), default=str)
    except UnacceptableError:
        with pytest.raises(Refused):
            decode_any(text.encode(), limit=LIMIT)
    else:
        read = decode_any(text.encode(), limit=LIMIT)
        assert json.loads(encode(read)) == json.loads(expected)
