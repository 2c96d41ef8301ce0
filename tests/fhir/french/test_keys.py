"""Numbers that a supplier is told are wrong must be wrong, and only those."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.fr import nir, siren, siret

from hygie.fhir.french import keys


@pytest.mark.parametrize(
    ("stem", "key"),
    [("2950209126111", None), ("2550814168025", "38"), ("180032B033021", None)],
)
def test_the_key_is_that_of_the_rule_of_97(stem: str, key: str | None) -> None:
    """Danger: good matricules refused, Corsican ones first, whose letters stand for numbers."""
    plain = int(stem.replace("2A", "19").replace("2B", "18"))
    expected = key or f"{97 - plain % 97:02d}"
    assert keys.ins_key(stem) == expected
    assert keys.has_ins_key(stem + expected)


@given(st.integers(0, 10**13 - 1), st.integers(1, 96))
def test_another_key_is_a_wrong_key(number: int, off: int) -> None:
    """Danger: a typing error in the key is let through."""
    stem = f"{number:013d}"
    wrong = (int(keys.ins_key(stem)) + off - 1) % 97 + 1
    assert not keys.has_ins_key(f"{stem}{wrong:02d}")


@given(st.text(max_size=20))
def test_no_text_makes_a_judge_fail(text: str) -> None:
    """Danger: hostile data stops the validation of a whole message."""
    judges = (
        keys.has_ins_key, keys.is_commune, keys.is_rpps, keys.is_finess, keys.is_adeli,
        keys.is_siren, keys.is_siret, keys.is_professional, keys.is_structure,
    )  # fmt: skip
    for judge in judges:
        assert judge(text) in (True, False)


@given(st.text("0123456789", min_size=13, max_size=16))
def test_keys_are_those_of_an_independent_library(digits: str) -> None:
    """Danger: an error of ours is told to every supplier as theirs."""
    assert keys.ins_key(digits) == nir.calc_check_digits(digits)
    assert keys.luhn_digit(digits) == luhn.calc_check_digit(digits)
    for stem in ("35600000000048", "73282932", "000000000"):
        number = (stem + digits)[:14]
        assert keys.is_siret(number) == siret.is_valid(number)
        assert keys.is_siren(number[:9]) == siren.is_valid(number[:9])


@given(st.text("0123456789", min_size=10, max_size=10))
def test_one_luhn_digit_of_ten_is_right(stem: str) -> None:
    """Danger: the key of professionals and establishments is not looked at."""
    right = [digit for digit in "0123456789" if keys.is_rpps(stem + digit)]
    assert right == [keys.luhn_digit(stem)]


@pytest.mark.parametrize("number", ["350005179", "350000741", "750712184", "2A0000014"])
def test_published_establishments_are_accepted(number: str) -> None:
    """Danger: the establishments themselves are said to be wrong."""
    assert keys.is_finess(number)
    assert keys.is_structure("1" + number)


@pytest.mark.parametrize(
    "number", ["350005178", "35000517", "3500051790", "2C0000014", "٣50005179"]
)
def test_what_is_no_finess_is_not_one(number: str) -> None:
    """Danger: a FINESS that lost a digit, or its zero at the front in a spreadsheet, is kept."""
    assert not keys.is_finess(number)


def test_la_poste_has_its_own_rule_for_sirets() -> None:
    """Danger: its thousands of establishments, whose keys are not Luhn's, are refused."""
    assert keys.is_siret("35600000000048")
    assert keys.is_siret("35600000049837")
    assert not keys.is_siret("35600000049838")


@pytest.mark.parametrize("place", ["01006", "75056", "2A004", "2B033", "97411", "99109", "20004"])
def test_birth_places_of_the_cog_are_accepted(place: str) -> None:
    """Danger: people born in Corsica, overseas or abroad cannot be recorded."""
    assert keys.is_commune(place)


@pytest.mark.parametrize("place", ["", "1006", "45000 ", "2C004", "00001", "FRA", "750561"])
def test_what_is_no_birth_place_is_not_one(place: str) -> None:
    """Danger: a country code or a code that lost its zero is taken for a birth place."""
    assert not keys.is_commune(place)


def test_months_that_say_unknown_contradict_nothing() -> None:
    """Danger: people born abroad, whose month was not known, get a warning for life."""
    assert not keys.month_differs("1234567890122" + "44", "1974-12-25")
    assert keys.month_differs("1741167890122" + "44", "1974-12-25")
    assert not keys.month_differs("1741167890122" + "44", "1974")
