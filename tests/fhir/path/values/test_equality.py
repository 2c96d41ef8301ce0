"""Guards against values taken for equal that are not, and against guesses where none can be told.

The examples are those of the FHIRPath specification (N1 and 3.0.0), written with its literals.
"""

from decimal import Decimal

import pytest
from hypothesis import given
from tests.fhir.path.values.samples import VALUES, rows, value

from hygie.fhir.path.values import Quantity, alike, comparable, order, same
from hygie.refusal import Refused

SAME = """
1 | 1.0 | true
1.10 | 1.1 | true
true | 1 | false
'1' | 1 | false
'a' | 'A' | false
@2012 | @2012 | true
@2012 | @2013 | false
@2012-01 | @2012 |
@2012-04-15 | @2012-04-15T10:00:00 |
@2012-04-15 | @2012-04-16T10:00:00 | false
@2012 | @2012T | true
@2012-01-01T10:30:31 | @2012-01-01T10:30 |
@2012-01-01T10:30:31.0 | @2012-01-01T10:30:31 | true
@2012-01-01T10:30:31.1 | @2012-01-01T10:30:31 | false
@2012-04-15T15:00:00Z | @2012-04-15T10:00:00 |
@2012-04-15T15:00:00Z | @2012-04-12T10:00:00 | false
@2017-11-05T01:30:00.0-04:00 | @2017-11-05T00:30:00.0-05:00 | true
@2017-11-05T01:30:00.0-04:00 | @2017-11-05T01:15:00.0-05:00 | false
@2012-04-15T15:00:00Z | @2012-04-15T15:00:00+00:00 | true
@T10:30 | @T10:30:00 |
@T10:30:00 | @T10:30:00.0 | true
@2012 | @T20:12 | false
4.0000 'g' | 4000.0 'mg' | true
4 'g' | 4040 'mg' | false
1 'cm' | 1 's' |
1 'cm2' | 1 'cm' |
1 'foo' | 1 'foo' | true
1 'foo' | 1 'bar' |
1 'foo' | 1 'm' |
23 | 23 '1' | true
23 'Cel' | 73.4 '[degF]' | true
300.15 'K' | 27 'Cel' | true
7 days | 1 'wk' | true
7 days | 1 week | true
1 second | 1000 'ms' | true
1 year | 12 months | true
1 year | 365 days | true
1 year | 360 days | false
1 month | 30 days | true
1 year | 1 'a' |
1 year | 12 'mo' |
1 month | 30 'd' |
1 'a' | 365 days |
1 year | 1 'kg' |
1 'a' | 365.25 'd' | true
"""
ALIKE = """
'a' | 'A' | true
'a b' | 'a\tb' | true
'a  b' | 'a b' | false
1 | 1.4 | true
0.67 | 0.6666666666 | true
1.1 | 1.2 | false
1.10 | 1.14 | true
@2012-01 | @2012 | false
@2012-01-01T10:30:31.0 | @2012-01-01T10:30:31 | true
4 'g' | 4040 'mg' | true
4 'g' | 4.04 'mg' | false
1 '[in_i]' | 2.5 'cm' | true
1 year | 1 'a' | true
1 year | 12 'mo' | true
1 month | 1 'mo' | true
1 'cm' | 1 's' | false
1 'foo' | 1 'bar' | false
1 'min' | 1.0001 minutes | true
true | 1 | false
"""
ORDER = """
1 | 1.5 | -1
'abc' | 'ABC' | 1
@2018-03 | @2018-03-01 |
@2018-02 | @2018-03-01 | -1
@2018-03-01T10 | @2018-03-01T10:30 |
@2018-03-01T10:30:00 | @2018-03-01T10:30:00.0 | 0
@2018-01-01T16:00:00+12:00 | @2018-01-01T15:00:00.0+10:00 | -1
@2018-01-01T16:00:00Z | @2018-01-01 |
@2018-01-03T16:00:00Z | @2018-01-01 | 1
@2018-12-31T23:30:00-05:00 | @2019 |
@2012-04-15T15:00:00Z | @2012-04-16T05:00:01 | -1
@2012-04-15T15:00:00Z | @2012-04-16T05:00:00 |
@2012-04-15T15:00:00Z | @2012-04-15T03:00:00 |
@2012-04-15T15:00:00Z | @2012-04-15T02:59:59 | 1
@T10 | @T10:30 |
@2012-04-15 | @2012-04-15T23:59 |
@2012-04 | @2012-04-30T23:59:59.999 |
@2012 | @2012-12-31T23:59 |
@T10 | @T10:59 |
@T10 | @T11 | -1
4 'm' | 4 'cm' | 1
6 months | 1 year | -1
6 days | 1 week | -1
1 year | 1 'a' |
1 'cm' | 1 's' |
2 | 1 '1' | 1
"""


@pytest.mark.parametrize(("left", "right", "expected"), rows(SAME))
def test_equal_is_true_false_or_unknown(left: str, right: str, expected: str) -> None:
    """Danger: an invariant holds, or fails, on what nobody knows."""
    answer = {"true": True, "false": False, "": None}[expected]
    assert same(value(left), value(right)) is answer
    assert same(value(right), value(left)) is answer


@pytest.mark.parametrize(("left", "right", "expected"), rows(ALIKE))
def test_equivalent_is_true_or_false(left: str, right: str, expected: str) -> None:
    """Danger: the same thing written otherwise is missed."""
    assert alike(value(left), value(right)) is (expected == "true")
    assert alike(value(right), value(left)) is (expected == "true")


@pytest.mark.parametrize(("left", "right", "expected"), rows(ORDER))
def test_order_is_known_or_not(left: str, right: str, expected: str) -> None:
    """Danger: a dose or a date is said to be less than one it may exceed."""
    answer = int(expected) if expected else None
    assert order(value(left), value(right)) == answer
    assert order(value(right), value(left)) == (None if answer is None else -answer)


@pytest.mark.parametrize(
    ("left", "right"), [("1", "'a'"), ("true", "false"), ("@2012", "@T10"), ("1 'g'", "'1'")]
)
def test_what_is_not_ordered_is_refused(left: str, right: str) -> None:
    """Danger: a comparison that means nothing passes for an answer. The refusal shows no value."""
    with pytest.raises(Refused) as refused:
        order(value(left), value(right))
    assert refused.value.refusal.issues[0].rule == "fhirpath.operands"
    assert "2012" not in refused.value.refusal.issues[0].text("fr")


def test_comparable_quantities_are_those_with_an_answer() -> None:
    """Danger: an expression guards itself with comparable() and is empty all the same."""
    assert comparable(Quantity(Decimal(1), "cm"), Quantity(Decimal(1), "[in_i]"))
    assert not comparable(Quantity(Decimal(1), "cm"), Quantity(Decimal(1), "[s]"))
    assert not comparable(Quantity(Decimal(1), "year"), Quantity(Decimal(1), "a"))


@given(VALUES, VALUES)
def test_equal_does_not_depend_on_the_side(left: object, right: object) -> None:
    """Danger: `a = b` and `b = a` differ; or hashes separate what Python's == joins."""
    assert same(left, right) is same(right, left)
    assert same(left, left) is True
    assert alike(left, right) is alike(right, left)
    if left == right and type(left) is type(right):
        assert same(left, right) is True
        assert hash(left) == hash(right)
