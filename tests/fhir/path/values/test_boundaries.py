"""Guards against bounds that leave out what a value may be: a period that seems to have ended."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.path.values.samples import DECIMALS, date_times, dates, rows, times, value

from hygie.fhir.path.values import (
    Date,
    DateTime,
    Quantity,
    Time,
    high_boundary,
    low_boundary,
    order,
    precision,
    to_string,
)
from hygie.refusal import Refused

BOUNDS = """
1.587 | | 1.58650000 | 1.58750000
1.587 | 6 | 1.586500 | 1.587500
1.587 | 2 | 1.58 | 1.59
1.587 | 0 | 1 | 2
1.587 | -1 | |
1.587 | 29 | |
-1.587 | | -1.58750000 | -1.58650000
-1.587 | 2 | -1.59 | -1.58
-1.587 | 0 | -2 | -1
12.500 | 4 | 12.4995 | 12.5005
0.0034 | 1 | 0.0 | 0.0
120 | 2 | 119.50 | 120.50
1 | 0 | 0 | 2
0 | 1 | -0.5 | 0.5
1.587 'cm' | 8 | 1.58650000 'cm' | 1.58750000 'cm'
9999999999999999999999999999.0 | 0 | 9999999999999999999999999998 | 9999999999999999999999999999
@2014 | | 2014-01-01 | 2014-12-31
@2014 | 6 | 2014-01 | 2014-12
@2014-02 | 8 | 2014-02-01 | 2014-02-28
@2014-02-03 | 4 | 2014 | 2014
@2014 | 5 | |
@2014 | 10 | |
@2014T | 8 | 2014-01-01 | 2014-12-31
@2014-01-01T08 | | 2014-01-01T08:00:00.000+14:00 | 2014-01-01T08:59:59.999-12:00
@2014-01-01T08 | 8 | 2014-01-01 | 2014-01-01
@2014-01-01T08 | 12 | 2014-01-01T08:00+14:00 | 2014-01-01T08:59-12:00
@2014-01-01T08:05+08:00 | 17 | 2014-01-01T08:05:00.000+08:00 | 2014-01-01T08:05:59.999+08:00
@2014-01-01T08:05:10Z | 17 | 2014-01-01T08:05:10.000Z | 2014-01-01T08:05:10.999Z
@2014-01-01T08:05:10.1Z | 17 | 2014-01-01T08:05:10.100Z | 2014-01-01T08:05:10.199Z
@2014-01-01T08:05:10.123456Z | 17 | 2014-01-01T08:05:10.123Z | 2014-01-01T08:05:10.123Z
@2014-01-01T08:05:10.999Z | 14 | 2014-01-01T08:05:10Z | 2014-01-01T08:05:10Z
@2014 | 17 | |
@T10:30 | | 10:30:00.000 | 10:30:59.999
@T10 | 6 | 10:00:00 | 10:59:59
@T10:30 | 2 | 10 | 10
@T10:30 | 8 | |
"""
DIGITS = """
1.58700 | 5
1 | 0
1.50 'mg' | 2
@2014 | 4
@2014-01-05T10:30:00.000 | 17
@2014-01-05T10:30:00Z | 14
@T10:30 | 4
@T10:30:00.000 | 9
"""


@pytest.mark.parametrize(("text", "digits", "low", "high"), rows(BOUNDS))
def test_bounds(text: str, digits: str, low: str, high: str) -> None:
    """Danger: the least is above the greatest, or a digit is made up."""
    count = int(digits) if digits else None
    bounds = low_boundary(value(text), count), high_boundary(value(text), count)
    assert tuple(to_string(bound) or "" for bound in bounds) == (low, high)


@pytest.mark.parametrize(("text", "digits"), rows(DIGITS))
def test_digits_of_precision(text: str, digits: str) -> None:
    """Danger: 72.50 is taken for less precise than it is."""
    assert precision(value(text)) == int(digits)


@pytest.mark.parametrize("item", ["1", True])
def test_texts_have_no_bounds(item: object) -> None:
    """Danger: a function gives an empty answer to a question that means nothing."""
    for function in (low_boundary, high_boundary, precision):
        with pytest.raises(Refused):
            function(item)


@given(DECIMALS | st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_is_within_its_bounds(number: Decimal) -> None:
    """Danger: what was measured is outside what it may be."""
    low, high = low_boundary(number), high_boundary(number)
    if low is None or high is None or precision(number) > 8:
        return
    assert isinstance(low, Decimal)
    assert isinstance(high, Decimal)
    assert low < number < high
    assert low_boundary(Quantity(number, "mg")) == Quantity(low, "mg")


@given(dates() | date_times() | times())
def test_a_moment_is_within_its_bounds(moment: Date | DateTime | Time) -> None:
    """Danger: a stay is counted out of the period it is in."""
    low, high = low_boundary(moment), high_boundary(moment)
    assert type(low) is type(high) is type(moment)
    assert order(low, high) in {-1, 0}
    assert order(low, moment) != 1
    assert order(high, moment) != -1 or (isinstance(high, Date) is False and precision(moment) > 14)
    assert low_boundary(low) == low


@given(dates() | date_times() | times(), st.integers(-1, 20))
def test_any_precision_is_kept_or_refused(moment: Date | DateTime | Time, digits: int) -> None:
    """Danger: a boundary of a precision nobody asked for."""
    for bound in (low_boundary(moment, digits), high_boundary(moment, digits)):
        assert bound is None or precision(bound) == digits
