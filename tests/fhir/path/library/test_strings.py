"""Guards against texts cut, found, matched or written in another way than FHIRPath says."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.path.answers import answers, rule

from hygie.fhir.path.library import encoding, patterns, strings
from hygie.limits import MAX_STRING_CHARACTERS
from hygie.refusal import Refused

EXAMPLES: list[tuple[str, list[Any]]] = [
    ("'a🔥b'.indexOf('b')", [2]),
    ("'abc'.indexOf('')", [0]),
    ("'abcdefg'.indexOf('x')", [-1]),
    ("'abc abc'.lastIndexOf('a')", [4]),
    ("'0123'.lastIndexOf('')", [4]),
    ("'abcdefg'.substring(3)", ["defg"]),
    ("'abcdefg'.substring(6, 2)", ["g"]),
    ("'abcdefg'.substring(7, 1)", []),
    ("'abcdefg'.substring(-1, 1)", []),
    ("'abcdefg'.substring(3, 0)", [""]),
    ("'abcdefg'.substring(3, -1)", [""]),
    ("'abcdefg'.substring(3, {})", ["defg"]),
    ("'abcdefg'.substring({}, 1)", []),
    ("'a🔥c'.replace('', 'x')", ["xax🔥xcx"]),
    ("'abcdefg'.replace('cde', '')", ["abfg"]),
    ("'abc'.toChars()", ["a", "b", "c"]),
    ("'\\tabc\\n'.trim()", ["abc"]),
    ("'\\u00a0abc'.trim()", ["\u00a0abc"]),
    ("'A,,C'.split(',')", ["A", "", "C"]),
    ("'ABC'.split('')", ["A", "B", "C"]),
    ("('A' | 'B').join()", ["AB"]),
    ("{}.join(',')", []),
    ("'N8000123123'.matches('^N[0-9]{8}$')", [False]),
    ("'N8000123123'.matches('N[0-9]{8}')", [True]),
    ("'N8000123123'.matchesFull('N[0-9]{8}')", [False]),
    ("'first\\nsecond'.matches('^second')", [False]),
    ("'first\\nsecond'.matches('^SECOND', 'im')", [True]),
    ("'a\\nb'.matches('a.b')", [True]),
    (
        "'11/30/72'.replaceMatches('(?<m>\\\\d+)/(?<d>\\\\d+)/(?<y>\\\\d+)', '${d}-${m}-${y}')",
        ["30-11-72"],
    ),
    ("'aaabaa'.replaceMatches('aa', '\"aa\"')", ['"aa"ab"aa"']),
    ("'ab'.replaceMatches('(a)(x)?', '[$1$2$3]')", ["[a$3]b"]),
    ("'été'.encode('ascii')", ["?t?"]),
    ("'_-8='.decode('base64')", []),
    ("'ff'.decode('hex')", []),
    ("'A&B'.escape('html')", ["A&amp;B"]),
    ("'\\\\u0041\\\\n'.unescape('json')", ["A\n"]),
    ("'\\\\uD83D\\\\uDD25\\\\u0041u'.unescape('json')", ["🔥Au"]),
    ("'a\\\\uD83D'.unescape('json')", []),
    ("'\\\\uDD25\\\\uD83D'.unescape('json')", []),
]
REFUSED = [
    ("1.startsWith('a')", "wrong-type"),
    ("'a'.startsWith(1)", "wrong-type"),
    ("('a' | 'b').length()", "several"),
    ("'a'.indexOf('a' | 'b')", "several"),
    ("(1 | 'a').join()", "wrong-type"),
    ("'a'.matches('(?=a)')", "pattern"),
    ("'a'.matches('(')", "pattern"),
    ("'a'.matches('a', 'g')", "wrong-argument"),
    ("'a'.encode('rot13')", "wrong-argument"),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_what_functions_of_text_give(text: str, expected: list[Any]) -> None:
    """Danger: a text is cut, found or written otherwise than the specification's examples."""
    assert answers(text) == expected


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_what_functions_of_text_refuse(text: str, expected: str) -> None:
    """Danger: a mistake in an expression is answered as if it were none."""
    assert rule(text) == expected


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){20}", "^(([a-z])+.)+[A-Z]+$"])
def test_no_pattern_takes_forever(pattern: str) -> None:
    """Danger: an expression from outside stops the server by catastrophic backtracking."""
    begun = time.process_time()
    patterns.matches("a" * 5_000 + "!", pattern)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "text",
    [
        "'{}'.replace('', '{}')",
        "'{}'.toChars().aggregate($total & $total, 'ab')",
        "'{}'.replaceMatches('a', '{}')",
        "('{}' | 'b').join('{}').encode('hex').replace('6', '{}')",
    ],
)
def test_no_text_grows_beyond_bounds(text: str) -> None:
    """Danger: an expression of a line fills the memory."""
    assert rule(text.replace("{}", "a" * 10_000)).startswith("too-l")
    assert MAX_STRING_CHARACTERS < 10_000**2


@given(st.text(), st.sampled_from(["hex", "base64", "urlbase64"]))
def test_what_is_encoded_is_decoded(text: str, form: str) -> None:
    """Danger: a text comes back changed."""
    if any("\ud800" <= c <= "\udfff" for c in text):
        return
    assert encoding.decode(encoding.encode(text, form), form) == text


@given(st.text(), st.sampled_from(["html", "json"]))
def test_what_is_escaped_is_unescaped(text: str, target: str) -> None:
    """Danger: a text comes back changed."""
    if "\r" not in text:  # a character reference to it is another character in HTML
        assert encoding.unescape(encoding.escape(text, target), target) == text


@given(st.text(max_size=20), st.text(max_size=3), st.text(max_size=5))
def test_replace_is_pythons(text: str, sought: str, substitution: str) -> None:
    """Danger: the bound on what `replace` makes changes what it makes."""
    assert strings.replace(text, sought, substitution) == text.replace(sought, substitution)


def test_a_pattern_too_long_is_refused() -> None:
    """Danger: a pattern of a megabyte is compiled."""
    with pytest.raises(Refused):
        patterns.matches("a", "a" * 5_000)
