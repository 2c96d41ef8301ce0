"""Guards against dates read in the wrong place of time."""

import calendar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fhir.search.shared import PARIS

from hygie.fhir.search.entry import DATE_MAX, DATE_MIN
from hygie.fhir.search.instants import interval

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    return (moment.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def model(first: date, last: date, zone: ZoneInfo) -> tuple[int, int]:
    """The slow reading: midnight of the first day, to midnight after the last."""
    start = datetime.combine(first, datetime.min.time(), zone)
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
    return micros(start), micros(end) - 1


ZONES = st.sampled_from(
    [PARIS, ZoneInfo("UTC"), ZoneInfo("Indian/Reunion"), ZoneInfo("Asia/Kabul")]
)
DAYS = st.dates(date(2, 1, 1), date(9998, 12, 30))


@given(DAYS, ZONES)
@settings(deadline=None)
def test_days_months_and_years_are_those_of_the_calendar(day: date, zone: ZoneInfo) -> None:
    """Danger: a birth or an admission falls on the day before."""
    last = calendar.monthrange(day.year, day.month)[1]
    month = model(day.replace(day=1), day.replace(day=last), zone)
    year = model(date(day.year, 1, 1), date(day.year, 12, 31), zone)
    assert interval(day.isoformat(), zone) == model(day, day, zone)
    assert interval(day.isoformat()[:7], zone) == month
    assert interval(day.isoformat()[:4], zone) == year


@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)),  # noqa: DTZ001
    st.timezones() | st.just(UTC),
    st.integers(0, 9),
)
@settings(deadline=None)
def test_an_instant_covers_what_its_digits_leave_open(
    moment: datetime, zone: ZoneInfo, digits: int
) -> None:
    """Danger: "10:00:00" and "10:00:00.000" are taken for the same precision."""
    offset = moment.replace(tzinfo=zone).utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    written = f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    fraction = f".{moment.microsecond:06}000"[: digits + 1] if digits else ""
    low = micros(moment.replace(tzinfo=UTC, microsecond=0)) - minutes * 60_000_000
    low += int(fraction[1:7].ljust(6, "0")) if fraction else 0
    width = 10 ** (6 - min(digits, 6))
    text = moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + fraction + written
    assert interval(text, PARIS) == (low, low + width - 1)


@pytest.mark.parametrize(
    ("text", "low", "width"),
    [
        ("2020-03-29", "2020-03-28T23:00:00Z", 23 * 3600),
        ("2020-10-25", "2020-10-24T22:00:00Z", 25 * 3600),
        ("2020-07-01T10:00", "2020-07-01T08:00:00Z", 60),
        ("2020-01-01T10:00:00", "2020-01-01T09:00:00Z", 1),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z", 1),
        ("1969-12-31", "1969-12-30T23:00:00Z", 86400),
    ],
)
def test_what_has_no_zone_is_read_in_the_establishment_s(text: str, low: str, width: int) -> None:
    """Danger: summer time, leap seconds or the epoch shift a search."""
    first = micros(datetime.fromisoformat(low))
    assert interval(text, PARIS) == (first, first + width * 1_000_000 - 1)


def test_the_ends_of_time_are_held() -> None:
    """Danger: year 1 and year 9999, used for "unknown" and "never", overflow."""
    for zone in (PARIS, ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")):
        first, last = interval("0001", zone), interval("9999", zone)
        assert first is not None
        assert last is not None
        assert DATE_MIN <= first[0] < first[1]
        assert last[0] < last[1] == DATE_MAX
        assert interval("9999-12-31", zone) is not None
        assert interval("9999-12", zone) is not None
    east = interval("0001-01-01T00:00:00+14:00", PARIS)
    west = interval("9999-12-31T23:59:59-12:00", PARIS)
    assert east == (DATE_MIN, DATE_MIN)
    assert west == (DATE_MAX, DATE_MAX)


@given(st.text(max_size=30) | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.Z+-]{0,20})?"))
@settings(deadline=None)
def test_any_text_is_an_interval_or_none(text: str) -> None:
    """Danger: a date that is none breaks a search or an import."""
    found = interval(text, PARIS)
    assert found is None or DATE_MIN <= found[0] <= found[1] <= DATE_MAX


@pytest.mark.parametrize(
    "text",
    ["", "20", "2021-02-30", "2021-13", "2021-1-1", "2021-01-01T25:00", "2021-01-01T10", "now",
     "2021-01-01T10:00:61Z", "2021-01-01 10:00", "２０２１", "2021-01-01T10:00+25:00", "20210101"],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    """Danger: a wrong date is read as another one."""
    assert interval(text, PARIS) is None
