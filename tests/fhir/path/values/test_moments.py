"""Guards against dates and times misread, and against those that do not exist taken for real."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.path.values.samples import DAYS, date_times, dates, rows, times

from hygie.fhir.path.values import Date, DateTime, Time, order, read_literal, same
from hygie.limits import MAX_MOMENT_CHARACTERS

READ = """
2015 | Date | 4
2015-02 | Date | 6
2015-02-04 | Date | 8
2015T | DateTime | 4
2015-02T | DateTime | 6
2015-02-04T | DateTime | 8
2015-02-04T14 | DateTime | 10
2015-02-04T14:34 | DateTime | 12
2015-02-04T14:34:28 | DateTime | 14
2015-02-04T14:34:28.1 | DateTime | 15
2015-02-04T14:34:28.123Z | DateTime | 17
2015-02-04T14:34:28.123456-14:00 | DateTime | 20
2016-02-29 | Date | 8
2016-12-31T23:59:60Z | DateTime | 14
T14 | Time | 2
T14:34 | Time | 4
T14:34:28 | Time | 6
T14:34:28.123 | Time | 9
"""
NONE = """
2023-02-29
2023-02-30
2023-13
2023-00
0000
2023-1
915
2023-01-00
2015-02-04T24
2015-02-04T14:60
2015-02-04T14:34:61
2015-02-04T14:34:28+14:01
2015-02-04T14:34:28+10:60
2015-02-04T14:34:28+10
2015-02-04T14:34:28.
2015-02T14
2015TZ
2015-02-04t14
2015-02-04 14:34
T
T24
T14:34:28Z
T14:34:28+10:00
T1
٢٠١٥
2015\x00
"""


@pytest.mark.parametrize(("text", "kind", "digits"), rows(READ))
def test_what_is_written_after_an_at_sign(text: str, kind: str, digits: str) -> None:
    """Danger: a date taken for a date and time, or its precision lost."""
    moment = read_literal(text)
    assert moment is not None
    assert type(moment).__name__ == kind
    assert moment.precision == int(digits)
    assert str(moment) == text.removeprefix("T").removesuffix("T")


@pytest.mark.parametrize("text", [line for line in NONE.split("\n") if line])
def test_what_does_not_exist_is_nothing(text: str) -> None:
    """Danger: February 30 is compared, or an error takes the whole expression down."""
    assert read_literal(text) is None
    assert (Date.parse(text), DateTime.parse(text), Time.parse(text)) == (None, None, None)


@pytest.mark.parametrize("read", [Date.parse, DateTime.parse, Time.parse])
@pytest.mark.parametrize("item", [None, 2015, True, Decimal("2015"), {}, ["2015"], b"2015"])
def test_json_of_another_shape_is_nothing(read: object, item: object) -> None:
    """Danger: a resource whose birthDate is an object makes a compiled expression crash."""
    assert read(item) is None  # type: ignore[operator]


def test_a_long_fraction_is_not_read() -> None:
    """Danger: a text of a megabyte is kept in a cache, or makes a number of as many digits."""
    stem = "2015-02-04T14:34:28."
    longest = stem + "1" * (MAX_MOMENT_CHARACTERS - len(stem))
    assert DateTime.parse(longest) is not None
    assert DateTime.parse(longest + "1") is None


@given(dates() | date_times() | times())
def test_written_and_read_again(moment: Date | DateTime | Time) -> None:
    """Danger: toString() gives a text that means something else."""
    again = type(moment).parse(str(moment))
    assert again == moment
    assert (str(again), again.precision if again else 0) == (str(moment), moment.precision)


@given(date_times(), date_times(), date_times())
def test_order_is_transitive_where_it_is_known(a: DateTime, b: DateTime, c: DateTime) -> None:
    """Danger: a sort never ends, or depends on where it began."""
    if order(a, b) == -1 and order(b, c) == -1:
        assert order(a, c) in {-1, None}
        if a.zoned is c.zoned or a.zoned is b.zoned is c.zoned:
            assert order(a, c) == -1


@given(DAYS, st.times(), st.integers(-840, 840))
def test_one_instant_in_two_zones_is_one(day: dt.date, time: dt.time, minutes: int) -> None:
    """Danger: the same instant, written in summer time and in universal time, is two."""
    universal = dt.datetime.combine(day, time, dt.UTC)
    local = universal.astimezone(dt.timezone(dt.timedelta(minutes=minutes)))
    one, other = DateTime.of(universal), DateTime.of(local)
    assert one == other
    assert hash(one) == hash(other)
    assert same(one, other) is True
    assert one.date.day == universal.day
    assert str(other.time) == local.strftime("%H:%M:%S.") + f"{local.microsecond // 1000:03d}"


@given(times(), times())
def test_times_of_one_precision_are_in_one_order(left: Time, right: Time) -> None:
    """Danger: 9:05 comes after 10:00."""
    if (left.minute is None, left.second is None) == (right.minute is None, right.second is None):
        key = [(t.hour, t.minute or 0, t.second or 0) for t in (left, right)]
        assert order(left, right) == (key[0] > key[1]) - (key[0] < key[1])


def test_values_do_not_change() -> None:
    """Danger: a value kept in a cache is altered for everyone."""
    with pytest.raises(AttributeError):
        Date(2015).year = 2016  # type: ignore[misc]
    assert Date.of(dt.date(2015, 2, 4)) == Date(2015, 2, 4)
    assert Time.of(dt.time(14, 5, 6, 7999)) == Time(14, 5, Decimal("6.007"))
    assert DateTime.of(dt.datetime(2015, 2, 4, 1)).zone == ""  # noqa: DTZ001 - none is meant
