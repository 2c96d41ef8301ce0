"""Guards against an order of integers that is not the order of what they stand for."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from hygie.fhir.definitions import r4
from hygie.fhir.search.comparison import compare_dates
from hygie.fhir.search.entry import DATE_MAX, DATE_MIN
from hygie.store.index import days, spans

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)
INSTANTS = st.integers(DATE_MIN, DATE_MAX)
PARIS = ZoneInfo("Europe/Paris")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400_000_000


@given(FLOATS, FLOATS)
def test_doubles_keep_their_order(one: float, other: float):
    """A sort by value that misplaces negatives shows the wrong extreme."""
    assert -(2**63) < spans.ordered(one) < 2**63
    if one != other:
        assert (one < other) == (spans.ordered(one) < spans.ordered(other))


@given(DECIMALS, DECIMALS)
def test_bounds_hold_the_number(one: Decimal, other: Decimal):
    """A bound rounded the wrong way would lose a match."""
    assert spans.at_most(one) < spans.ordered(float(one)) < spans.at_least(one)
    if one <= other:
        assert spans.at_most(one) <= spans.at_most(other)


@given(INSTANTS, INSTANTS)
def test_what_lies_within_is_filed_under_what_holds(one: int, other: int):
    """A birth date filed beside the bucket that is searched would never be found."""
    low, high = sorted((one, other))
    held = days.holding(low, high, PARIS)
    middle = (low + high) // 2
    filed = set(days.filed_under(middle, middle, PARIS))
    assert {bucket.name for bucket in held} <= filed
    assert any(f"year {year}" in filed for year in days.years(low, high))


@given(st.dates(min_value=datetime(1900, 1, 1).date(), max_value=datetime(2100, 1, 1).date()))  # noqa: DTZ001
@example(datetime(1932, 4, 2).date())  # noqa: DTZ001 - its last hour was skipped in Paris
def test_whole_days_are_known(day):
    """`birthdate=1980-03-02` must not need every birth of that day to be opened."""
    start = datetime(day.year, day.month, day.day, tzinfo=PARIS)
    low = (start.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)
    after = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=PARIS)
    high = (after.astimezone(UTC) - EPOCH) // timedelta(microseconds=1) - 1
    narrowest = days.holding(low, high, PARIS)[-1]
    assert narrowest == days.Bucket(f"day {day.isoformat()}", whole=True)
    assert not days.holding(low, high - 1, PARIS)[-1].whole


@given(INSTANTS, st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le", "sa", "eb", "ap"]))
def test_asked_years_hold_the_asked(instant: int, prefix: str):
    """Whatever the prefix, an equal date is filed under one of the years asked."""
    asked = days.asked(prefix, instant, instant)
    assert set(asked) & set(days.filed_under(instant, instant, PARIS))
    assert len(asked) <= 45


def test_main_dates_never_identify():
    """The ordered column must not hold a birth date, whatever the type."""
    chosen = {kind: spans.main_date(r4(), kind) for kind in r4().resource_types}
    assert not spans.SENSITIVE_DATES & set(chosen.values())
    assert (chosen["Observation"], chosen["Patient"]) == ("date", "")
    assert (chosen["Encounter"], chosen["Condition"]) == ("date", "onset-date")


@given(INSTANTS, INSTANTS, INSTANTS, st.sampled_from(["gt", "ge", "lt", "le", "sa", "eb", "ap"]))
def test_asked_buckets_let_every_answer_through(one: int, other: int, asked: int, prefix: str):
    """A date that meets the comparison but is filed elsewhere would never be compared."""
    low, high = sorted((one, other))
    if compare_dates(prefix, (asked, asked), (low, high)):
        filed = set(days.filed_under(low, high, PARIS))
        assert filed & set(days.asked(prefix, asked, asked))
