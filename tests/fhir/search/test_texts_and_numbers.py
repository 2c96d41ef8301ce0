"""Guards against names that are not found, and numbers that claim more than their digits."""

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.fhir.search import normalize
from hygie.fhir.search.normalize import _FOLDED, _fold
from hygie.fhir.search.numbers import approximate_range, implicit_range, in_bounds
from hygie.fhir.search.splitting import escape, split, unescape
from hygie.limits import MAX_DECIMAL_DIGITS, MAX_DECIMAL_EXPONENT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jean-Éric  D’Œuf", "jean eric d oeuf"),
        ("O'BRIEN", "o brien"),
        ("  Zoé\tÆsop ", "zoe aesop"),
        ("Ñandú ÇELİK", "nandu celik"),
        ("Straße", "strasse"),
        ("Jean\u2011Luc", "jean luc"),
        ("E\u0301LISE", "elise"),
        ("ﬁlle", "fille"),
        ("St. Malo", "st malo"),
        ("", ""),
    ],
)
def test_names_compare_as_people_read_them(text: str, expected: str) -> None:
    """Danger: a patient is not found for an accent, a hyphen or an apostrophe."""
    assert normalize(text) == expected


@given(st.text())
@settings(deadline=None)
def test_normalizing_is_idempotent_and_blind_to_case_and_form(text: str) -> None:
    """Danger: what is filed and what is asked are normalised differently."""
    once = normalize(text)
    assert normalize(once) == once
    assert normalize(unicodedata.normalize("NFD", text)) == once
    assert normalize(text + "\u0301") == normalize(text) or not text


@given(st.text("abcÉéïçœÆ -'’", max_size=20))
@settings(deadline=None)
def test_case_does_not_count(text: str) -> None:
    """Danger: "MARTIN" does not find "Martin"."""
    assert normalize(text.upper()) == normalize(text.lower()) == normalize(text)


@given(st.lists(st.text("a,$|\\é", max_size=6), min_size=1, max_size=5))
@settings(deadline=None)
def test_escaped_values_split_back_into_themselves(values: list[str]) -> None:
    """Danger: a comma in a name becomes two names."""
    joined = ",".join(escape(value) for value in values)
    assert [unescape(part) for part in split(joined, ",")] == values


def test_a_backslash_before_anything_else_is_itself() -> None:
    """Danger: a path or a formula loses characters."""
    assert unescape("a\\b") == "a\\b"
    assert split("a\\", ",") == ["a\\"]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("100", "99.5", "100.5"),
        ("100.00", "99.995", "100.005"),
        ("1e2", "95", "105"),
        ("0", "-0.5", "0.5"),
        ("-2.0", "-2.05", "-1.95"),
        ("5.4", "5.35", "5.45"),
        ("1e-3", "0.0005", "0.0015"),
    ],
)
def test_a_number_s_range_is_what_its_digits_leave_open(text: str, low: str, high: str) -> None:
    """Danger: a search for 5.4 finds 5.46, or misses 5.44."""
    assert implicit_range(Decimal(text)) == (Decimal(low), Decimal(high))


BOUNDED = st.decimals(allow_nan=False, allow_infinity=False).filter(in_bounds)


@given(BOUNDED)
@settings(deadline=None)
def test_a_range_holds_its_number_and_the_approximate_one_holds_both(value: Decimal) -> None:
    """Danger: a range is lost to rounding of long or tiny decimals."""
    low, high = implicit_range(value)
    about_low, about_high = approximate_range(value)
    assert about_low <= low < value < high <= about_high


def test_infinite_and_huge_numbers_are_out_of_bounds() -> None:
    """Danger: 1e400 or NaN reaches the arithmetic."""
    beyond = MAX_DECIMAL_EXPONENT + 1
    for text in ("NaN", "Infinity", f"1e{beyond}", f"1e-{beyond}", "1" * (MAX_DECIMAL_DIGITS + 1)):
        assert not in_bounds(Decimal(text))
    assert in_bounds(Decimal("0"))
    assert in_bounds(Decimal(f"1e{MAX_DECIMAL_EXPONENT}"))


LATIN = st.characters(max_codepoint=0x24F) | st.characters(
    min_codepoint=0x2010, max_codepoint=0x2027
)


@given(st.text(LATIN))
def test_the_quick_way_to_fold_is_the_slow_one(text: str) -> None:
    """Guards: names that are filed one way and looked for in another."""
    assert text.translate(_FOLDED) == _fold(text)
