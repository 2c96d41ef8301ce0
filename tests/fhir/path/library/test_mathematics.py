"""Guards against numbers that are wrong by a digit, or of another type than they should be."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.path.answers import answers, rule

from hygie.fhir.path.library import mathematics

EXAMPLES: list[tuple[str, list[Any]]] = [
    ("(-5.5 'mg').abs()", ["5.5 'mg'"]),
    ("(-1.1).ceiling()", [-1]),
    ("(-2.1).floor()", [-3]),
    ("(-1.56).truncate()", [-1]),
    ("1.5 'mg'.truncate()", ["1 'mg'"]),
    ("10000000000.5.floor()", []),
    ("3.14159.round(3)", [Decimal("3.142")]),
    ("0.5.round()", [Decimal(1)]),
    ("(-0.5).round()", [Decimal(-1)]),
    ("1.2.round(5)", [Decimal("1.2")]),
    ("81.sqrt()", [Decimal(9)]),
    ("(-1).sqrt()", []),
    ("16.log(2)", [Decimal(4)]),
    ("100.0.log(10.0)", [Decimal(2)]),
    ("1000.log(10)", [Decimal(3)]),
    ("2.log(1)", []),
    ("0.exp()", [Decimal(1)]),
    ("1000000.exp()", []),
    ("1.ln()", [Decimal(0)]),
    ("2.power(3)", [8]),
    ("2.power(-1)", [Decimal("0.5")]),
    ("2.5.power(2)", [Decimal("6.25")]),
    ("(-1).power(0.5)", []),
    ("2.power(31)", []),
    ("10.0.power(1000000)", []),
    ("{}.power(2)", []),
    ("2.power({})", []),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_what_functions_of_numbers_give(text: str, expected: list[Any]) -> None:
    """Danger: a dose is rounded the wrong way, or an overflow is taken for a number."""
    found = answers(text)
    assert found == expected
    assert [type(value) for value in found] == [type(value) for value in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.round(-1)", "wrong-argument"),
        ("0.ln()", "wrong-argument"),
        ("(-1).log(2)", "wrong-argument"),
        ("2.log(0)", "wrong-argument"),
        ("'1'.abs()", "wrong-type"),
        ("true.floor()", "wrong-type"),
        ("1 'mg'.sqrt()", "wrong-type"),
        ("(1 | 2).abs()", "several"),
    ],
)
def test_what_functions_of_numbers_refuse(text: str, expected: str) -> None:
    """Danger: a mistake in an expression is answered with a number."""
    assert rule(text) == expected


@given(st.decimals(-1000, 1000, places=4), st.integers(0, 6))
def test_rounding_is_to_the_nearest(number: Decimal, places: int) -> None:
    """Danger: a rounded value is farther away than half of its last digit."""
    found = mathematics.rounded(number, places)
    assert isinstance(found, Decimal)
    assert abs(found - number) <= Decimal("0.5").scaleb(-places)


@given(st.integers(2, 12), st.integers(0, 12))
def test_logarithms_undo_powers(base: int, exponent: int) -> None:
    """Danger: 125.log(5) is 2.999…"""
    assert mathematics.logarithm(Decimal(base) ** exponent, base) == exponent
