"""Guards against texts taken for values they are not, and values lost on the way to text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.path.values.samples import VALUES, rows, value

from hygie.fhir.path import values
from hygie.fhir.path.values import (
    Quantity,
    converts_to_quantity,
    same,
    to_boolean,
    to_date,
    to_date_time,
    to_decimal,
    to_integer,
    to_quantity,
    to_string,
    to_time,
)
from hygie.limits import MAX_DECIMAL_DIGITS

CONVERTED = """
boolean | 'TRUE' | true
boolean | 'y' | true
boolean | '1.0' | true
boolean | 'No' | false
boolean | '0.0' | false
boolean | '1.00' |
boolean | 1 | true
boolean | 0.0 | false
boolean | 2 |
boolean | 'maybe' |
integer | '1' | 1
integer | '+1' | 1
integer | '-1' | -1
integer | '1.0' |
integer | '2147483648' |
integer | '१' |
integer | ' 1' |
integer | true | 1
integer | 1.0 |
long | '9223372036854775807' | 9223372036854775807
long | '9223372036854775808' |
long | '-9223372036854775808' | -9223372036854775808
long | '1.0' |
long | true | 1
long | 1.0 |
long | 2147483648L | 2147483648
integer | 2147483648L |
decimal | '1' | 1
decimal | '-1.10' | -1.10
decimal | '1.' |
decimal | '.1' |
decimal | '1e3' |
decimal | 'NaN' |
decimal | true | 1.0
decimal | 1 | 1
string | 1.50 | 1.50
string | true | true
string | @2014-12-14 | 2014-12-14
string | @2015T | 2015
string | @T10:30 | 10:30
string | 1 'wk' | 1 'wk'
string | 1 week | 1 week
string | 4 days | 4 days
date | '2015' | 2015
date | '2015-02-04T14:34' |
date | @2015-02-04T14:34:28Z | 2015-02-04
date | '2015-02-30' |
date_time | '2015' | 2015
date_time | '2015-02-04T14:34:28+10:00' | 2015-02-04T14:34:28+10:00
date_time | @2015-02 | 2015-02
date_time | '14:34' |
time | '14' | 14
time | '14:34:28.123' | 14:34:28.123
time | 'T14' |
time | '14:34Z' |
time | @2015-02-04T14:34 |
quantity | '1' | 1 '1'
quantity | '4 days' | 4 days
quantity | '10 \\'mg[Hg]\\'' | 10 'mg[Hg]'
quantity | '-1.50\\'mg\\'' | -1.50 'mg'
quantity | '1 wk' |
quantity | '1 \\'wk\\'' | 1 'wk'
quantity | '1.a' |
quantity | '1 \\'\\'' |
quantity | true | 1.0 '1'
quantity | 1 | 1 '1'
quantity | @2015 |
"""
IN_UNIT = """
52 'cm' | m | 0.52 'm'
2 '[in_i]' | cm | 5.08 'cm'
24 'm' | kg |
45 | m |
45 | % | 4500 '%'
98.6 '[degF]' | Cel | 37 'Cel'
1 'wk' | d | 7 'd'
1 'a' | d | 365.25 'd'
1 year | a | 1 'a'
182.5 days | a | 0.5 'a'
182.625 'd' | years | 0.5 years
7 days | wk | 1 'wk'
1 year | months | 12 months
1 year | days | 365 days
1 month | d | 30 'd'
1 hour | s | 3600 's'
1 'g' | foo |
1 'foo' | foo | 1 'foo'
1 'foo' | mg |
"""


@pytest.mark.parametrize(("kind", "text", "result"), rows(CONVERTED))
def test_conversions(kind: str, text: str, result: str) -> None:
    """Danger: `1e3`, ` 1` or `T14` slip through, or a unit changes on the way to text."""
    found = getattr(values, f"to_{kind}")(value(text))
    assert getattr(values, f"converts_to_{kind}")(value(text)) is (found is not None)
    assert (None if found is None else to_string(found)) == (result or None)


@pytest.mark.parametrize(("text", "unit", "result"), rows(IN_UNIT))
def test_conversion_to_a_unit(text: str, unit: str, result: str) -> None:
    """Danger: a year of 365 days where UCUM's has 365.25."""
    found = to_quantity(value(text), unit)
    assert converts_to_quantity(value(text), unit) is (found is not None)
    assert (None if found is None else str(found)) == (result or None)


def test_long_texts_are_not_numbers() -> None:
    """Danger: a text of a megabyte of digits is multiplied out."""
    digits = "9" * 100_000
    assert (to_integer(digits), to_decimal(digits), to_quantity(digits)) == (None, None, None)
    assert to_decimal("0." + "1" * MAX_DECIMAL_DIGITS) is not None
    assert to_decimal("0." + "1" * (MAX_DECIMAL_DIGITS + 1)) is None


@pytest.mark.parametrize("item", [None, {}, [], object()])
def test_what_is_no_value_converts_to_nothing(item: object) -> None:
    """Danger: an element given for a value makes a conversion crash."""
    names = ["boolean", "integer", "decimal", "string", "date", "date_time", "time", "quantity"]
    assert [getattr(values, f"to_{name}")(item) for name in names] == [None] * len(names)


@given(VALUES)
def test_a_value_comes_back_from_its_text(item: object) -> None:
    """Danger: toString() loses a digit, a zone or a unit."""
    text = to_string(item)
    assert text is not None
    readers = {
        bool: to_boolean,
        int: to_integer,
        Decimal: to_decimal,
        str: to_string,
        Quantity: to_quantity,
        values.Date: to_date,
        values.DateTime: to_date_time,
        values.Time: to_time,
    }
    assert same(readers[type(item)](text), item) is True  # type: ignore[operator]


@given(st.text(alphabet="0123456789.+-' daysmg", max_size=12))
def test_any_text_converts_or_does_not(text: str) -> None:
    """Danger: a text of a resource makes a conversion fall over."""
    found = to_quantity(text)
    assert found is None or to_quantity(str(found)) == found
