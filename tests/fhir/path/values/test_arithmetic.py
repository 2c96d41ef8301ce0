"""Guards against sums that are not exact, and against answers where there is none.

The examples are those of the FHIRPath specification (N1 and 3.0.0), written with its literals.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.fhir.path.values.samples import (
    CALENDAR_UNITS,
    DECIMALS,
    QUANTITIES,
    VALUES,
    ZONES,
    dates,
    rows,
    value,
)

from hygie.fhir.path.values import (
    Date,
    DateTime,
    Quantity,
    add,
    concatenate,
    div,
    divide,
    mod,
    multiply,
    negate,
    order,
    same,
    subtract,
    to_string,
)
from hygie.limits import MAX_STRING_CHARACTERS
from hygie.refusal import Refused

OPERATORS: dict[str, Callable[[object, object], object]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "div": div,
    "mod": mod,
    "&": concatenate,
}
RESULTS = """
1 | + | 1 | 2
1 | + | 1.0 | 2.0
1.8 | - | 1.2 | 0.6
0.1 | + | 0.2 | 0.3
1.2 | * | 1.8 | 2.16
4 | / | 2 | 2
1 | / | 2 | 0.5
1 | / | 3 | 0.3333333333333333333333333333
2 | / | 3 | 0.6666666666666666666666666667
1 | / | 0 |
1.0 | / | 0.0 |
5 | div | 2 | 2
-5 | div | 2 | -2
5.5 | div | 0.7 | 7
5 | div | 0 |
5 | mod | 2 | 1
-5 | mod | 2 | -1
5.5 | mod | 0.7 | 0.6
5.5 | mod | 0.0 |
2147483647 | + | 1 |
-2147483647 | - | 2 |
65536 | * | 65536 |
65536.0 | * | 65536 | 4294967296.0
9999999999999999999999999999.0 | + | 1 |
'a' | + | 'b' | ab
'a' | & | 'b' | ab
3 'm' | + | 3 'cm' | 303 'cm'
3 'm' | - | 3 'cm' | 297 'cm'
1 'm' | + | 1 's' |
1 'foo' | + | 2 'foo' | 3 'foo'
1 'foo' | + | 2 'bar' |
2 | + | 2 'cm' |
2 | + | 2 '1' | 4 '1'
1 'wk' | + | 2 days | 9 days
1 year | + | 2 years | 3 years
1 year | + | 12 months |
1 month | + | 1 'mo' |
1 'a' | + | 1 'd' | 366.25 'd'
20 'Cel' | + | 1 'Cel' | 21 'Cel'
20 'Cel' | + | 1 'K' |
12 'cm' | * | 3 'cm' | 36 'cm2'
3 'cm' | * | 12 'cm2' | 36 'cm3'
12 'cm2' | / | 3 'cm' | 4 'cm'
3 | * | 2 'cm' | 6 'cm'
60 | / | 1 's' | 60 '/s'
120 'm' | / | 60 's' | 2 'm/s'
1.0 'm' | / | 1.0 'm' | 1 '1'
4 'm' | / | 0 's' |
2 'Cel' | * | 2 |
2 'foo' | * | 2 'm' |
2 years | * | 3 | 6 years
2 years | * | 3 'm' |
2 seconds | * | 3 'm' | 6 's.m'
"""
MOVED = """
@1973-12-25 | + | 7 days | 1974-01-01
@1973-12-25 | + | 7.9 days | 1974-01-01
@1973-12-25 | + | 1 'wk' | 1974-01-01
@1973-12-25 | + | 1.9 weeks | 1974-01-01
@2026-01-31 | + | 1 month | 2026-02-28
@2024-01-31 | + | 1 month | 2024-02-29
@2024-03-31 | - | 1 month | 2024-02-29
@2016-02-29 | + | 1 year | 2017-02-28
@2019-03-01 | + | 24 months | 2021-03-01
@2019-03-01 | - | 24 months | 2017-03-01
@2014 | + | 24 months | 2016
@2014 | + | 23 months | 2015
@2014 | - | 23 months | 2013
@2016 | + | 365 days | 2017
@2016 | + | 364 days | 2016
@2026-02 | + | 5 weeks | 2026-03
@2026-02 | - | 1 day | 2026-02
@2014-12T | + | 720 hours | 2015-01
@2014-01-01T10 | + | 90 minutes | 2014-01-01T11
@2014-01-01T10 | + | 7199 seconds | 2014-01-01T11
@2014-01-01T10 | + | 1 month | 2014-02-01T10
@2014-01-01T23:30 | + | 1 hour | 2014-01-02T00:30
@2014-01-01T00:30Z | - | 1 hour | 2013-12-31T23:30Z
@1973-12-25T00:00:00.000+10:00 | + | 42.53 seconds | 1973-12-25T00:00:42.530+10:00
@1973-12-25T00:00:00.000+10:00 | + | 10 'ms' | 1973-12-25T00:00:00.010+10:00
@1973-12-25T00:00:00.000+10:00 | + | 1.5 minutes | 1973-12-25T00:01:00.000+10:00
@1973-12-25T00:00:00.000+10:00 | - | 1 millisecond | 1973-12-24T23:59:59.999+10:00
@1973-12-25T23:59:59 | + | 1 second | 1973-12-26T00:00:00
@2016-12-31T23:59:60Z | + | 1 second | 2017-01-01T00:00:01Z
@T23:30:00 | + | 1 hour | 00:30:00
@T00:30:00 | - | 1 'h' | 23:30:00
@T10 | + | 90 minutes | 11
@T10:30 | + | 49 hours | 11:30
"""
REFUSED = """
1 | + | 'a'
'a' | - | 'b'
true | + | 1
1 | & | 'a'
1 'g' | div | 1
@2012 | + | 1 'a'
@2012 | + | 1 'mo'
@2012 | + | 1 'mg'
@2012 | + | 1
@2012 | - | @2011
@2012-01-01 | + | 1 hour
@T10:00 | + | 1 day
1 day | + | @2012-01-01
@9999-12-31 | + | 1 day
@0001-01-01 | - | 1 month
@2012 | + | 9999999999999999999 years
"""


@pytest.mark.parametrize(("left", "operator", "right", "result"), rows(RESULTS))
def test_results_of_operators(left: str, operator: str, right: str, result: str) -> None:
    """Danger: a dose that is off by a rounding, a unit that does not follow."""
    found = OPERATORS[operator](value(left), value(right))
    assert (None if found is None else to_string(found)) == (result or None)


@pytest.mark.parametrize(("left", "operator", "right", "result"), rows(MOVED))
def test_dates_and_durations(left: str, operator: str, right: str, result: str) -> None:
    """Danger: a next dose, an age or a delay computed with months of 30 days."""
    assert str(OPERATORS[operator](value(left), value(right))) == result


@pytest.mark.parametrize(("left", "operator", "right"), rows(REFUSED))
def test_what_has_no_meaning_is_refused(left: str, operator: str, right: str) -> None:
    """Danger: an expression that means nothing passes for one with no answer."""
    with pytest.raises(Refused) as refused:
        OPERATORS[operator](value(left), value(right))
    issue = refused.value.refusal.issues[0]
    texts = issue.text("fr"), issue.text("en")
    assert not [text for text in texts if "201" in text or "{" in text]


def test_signs() -> None:
    """Danger: the least integer has no opposite; a text has no sign."""
    assert negate(5) == -5
    assert negate(-(2**31)) is None
    assert negate(Decimal("-0.50")) == Decimal("0.50")
    assert negate(Quantity(Decimal("5.5"), "mg")) == Quantity(Decimal("-5.5"), "mg")
    with pytest.raises(Refused):
        negate("a")


def test_long_integers_stay_whole_numbers() -> None:
    """Danger: an identifier above 32 bits loses its last digits, or vanishes."""
    assert add(2**40, 1) == 2**40 + 1
    assert multiply(2**40, 2**30) is None


def test_a_text_does_not_grow_without_end() -> None:
    """Danger: doubling a text thirty times over fills the memory."""
    with pytest.raises(Refused):
        add("a" * MAX_STRING_CHARACTERS, "b")


@given(DECIMALS, DECIMALS)
def test_numbers_are_exact(left: Decimal, right: Decimal) -> None:
    """Danger: anything computed in floats."""
    assert Fraction(add(left, right)) == Fraction(left) + Fraction(right)  # type: ignore[arg-type]
    assert Fraction(multiply(left, right)) == Fraction(left) * Fraction(right)  # type: ignore[arg-type]
    assert subtract(add(left, right), right) == left
    if right:
        whole, rest = div(left, right), mod(left, right)
        assert add(multiply(whole, right), rest) == left


@given(st.integers(-(2**31), 2**31 - 1), st.integers(-(2**31), 2**31 - 1))
def test_division_of_integers(left: int, right: int) -> None:
    """Danger: a remainder of the wrong sign, as Python's own has it."""
    assume(right and (left, right) != (-(2**31), -1))
    whole, rest = div(left, right), mod(left, right)
    assert isinstance(whole, int)
    assert isinstance(rest, int)
    assert whole * right + rest == left
    assert abs(rest) < abs(right)
    assert rest == 0 or (rest < 0) is (left < 0)


@given(QUANTITIES, QUANTITIES)
def test_quantities_added_in_either_order(left: Quantity, right: Quantity) -> None:
    """Danger: 1 'g' + 1 'mg' and 1 'mg' + 1 'g' differ, or the way back is lost."""
    total = add(left, right)
    assert (total is None) is (add(right, left) is None)
    if isinstance(total, Quantity):
        assert same(total, add(right, left)) is True
        if left.unit == right.unit:
            assert same(subtract(total, right), left) is True


@given(dates(), st.integers(0, 400), st.sampled_from(CALENDAR_UNITS[:4]))
def test_later_is_never_before(day: Date, count: int, unit: str) -> None:
    """Danger: adding a duration goes back in time."""
    assume(day.year < 9500)
    later = add(day, Quantity(Decimal(count), unit))
    assert isinstance(later, Date)
    assert later.precision == day.precision
    assert order(later, day) in ({0} if not count else {0, 1})


@given(
    st.dates(dt.date(20, 1, 1), dt.date(7000, 1, 1)),
    st.times(),
    st.integers(0, 10**6),
    st.sampled_from(["second", "ms", "min", "hours", "d"]),
    ZONES,
)
def test_there_and_back(day: dt.date, time: dt.time, count: int, unit: str, zone: str) -> None:
    """Danger: subtracting what was added does not lead back."""
    moment = dataclasses.replace(DateTime.of(dt.datetime.combine(day, time)), zone=zone)
    step = Quantity(Decimal(count), unit)
    later = add(moment, step)
    assert subtract(later, step) == moment
    assert isinstance(later, DateTime)
    assert later.zone == moment.zone


@given(VALUES, VALUES, st.sampled_from(sorted(OPERATORS)))
def test_any_two_values_have_a_result_or_are_refused(
    left: object, right: object, operator: str
) -> None:
    """Danger: two values of a resource make an operator fall over."""
    try:
        result = OPERATORS[operator](left, right)
    except Refused:
        return
    assert result is None or to_string(result) is not None
