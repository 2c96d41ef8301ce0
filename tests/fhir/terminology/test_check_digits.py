"""Codes whose form shows a slip of the finger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.terminology.making import terms

from hygie.fhir.terminology import Membership
from hygie.fhir.terminology.check_digits import is_concept_id, is_loinc

SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"
CONCEPTS = ("73211009", "22298006", "138875005", "10821000202101", "900000000000207008")
TERMS = ("8310-5", "85354-9", "718-7", "100066-0")


@pytest.mark.parametrize("code", [*CONCEPTS, "71388002 |Procedure|:{260686004=129304002}"])
def test_concepts(code: str) -> None:
    """Danger: good codes refused, those of national extensions and expressions among them."""
    assert is_concept_id(code)
    assert terms().known(SNOMED, code) is Membership.UNKNOWN


@pytest.mark.parametrize(
    "code",
    ["73211008", "732110", "0732110099", "73211009x", "", "T-15460", "look up", "6547210000124112",
     "34552-0", "٧٣٢١١٠٠٩", "1" * 19],
)  # fmt: skip
def test_what_is_no_concept(code: str) -> None:
    """Danger: a mistyped digit that makes a patient's diagnosis another, or none."""
    assert not is_concept_id(code)
    assert terms().known(SNOMED, code) is Membership.OUT


@pytest.mark.parametrize("code", [*TERMS, "LA6560-2", "LP173421-1"])
def test_loinc_terms(code: str) -> None:
    """Danger: good codes refused; parts and answers have a check digit of another kind."""
    assert is_loinc(code)


@pytest.mark.parametrize(
    "code", ["8310-6", "83105", "8310-", "-5", "", "8310-5 ", "血圧", "８310-5"]
)
def test_what_is_no_loinc_term(code: str) -> None:
    """Danger: a mistyped digit that makes a result another."""
    assert not is_loinc(code)


@given(st.sampled_from(CONCEPTS), st.data())
def test_any_one_wrong_digit_of_a_concept_is_seen(code: str, data: st.DataObject) -> None:
    """Danger: a check digit that checks nothing (Verhoeff: every single error is caught)."""
    place = data.draw(st.integers(0, len(code) - 1))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda d: d != code[place]))
    assert not is_concept_id(code[:place] + digit + code[place + 1 :])


@given(st.sampled_from(CONCEPTS), st.data())
def test_two_swapped_digits_of_a_concept_are_seen(code: str, data: st.DataObject) -> None:
    """Danger: the most frequent error of typists let through."""
    place = data.draw(st.integers(0, len(code) - 2))
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_concept_id(swapped) is (swapped == code)


@given(st.sampled_from(TERMS), st.data())
def test_any_one_wrong_digit_of_a_loinc_term_is_seen(code: str, data: st.DataObject) -> None:
    """Danger: as above."""
    place = data.draw(st.sampled_from([n for n, c in enumerate(code) if c != "-"]))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda d: d != code[place]))
    assert not is_loinc(code[:place] + digit + code[place + 1 :])
