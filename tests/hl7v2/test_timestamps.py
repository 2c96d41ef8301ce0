"""Guards against events on the wrong day or hour."""

from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.hl7v2.timestamps import date_time, day, time_of_day
from hygie.refusal import Refused

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026", "2026"),
        ("202601", "2026-01"),
        ("20260131", "2026-01-31"),
        ("2026013107", "2026-01-31T07:00:00+01:00"),
        ("202606060931", "2026-06-06T09:31:00+02:00"),
        ("20260606093105.1234", "2026-06-06T09:31:05.1234+02:00"),
        ("20260606093105+0000", "2026-06-06T09:31:05+00:00"),
        ("20260606093105-0430", "2026-06-06T09:31:05-04:30"),
    ],
)
def test_precision_and_offset_are_kept(text, moment):
    """A moment said more, or less, precisely than it was sent; summer time forgotten."""
    assert date_time(text, PARIS, "OBX-14") == moment


@pytest.mark.parametrize(
    "text",
    ["20260230", "20261301", "2026010125", "202601010960", "hier", "26", "2026-01-01", "２０２６"],
)
def test_what_is_no_date_is_refused_at_its_place(text):
    """An event filed on a day that does not exist."""
    with pytest.raises(Refused) as caught:
        date_time(text, PARIS, "OBX[2]-14")
    assert caught.value.refusal.issues[0].location == "OBX[2]-14"


@given(st.dates())
def test_every_day_comes_through(value):
    """A birth date one day off."""
    assert day(f"{value:%Y%m%d}".rjust(8, "0"), "PID-7") == value.isoformat()
    assert day(f"{value:%Y%m%d}".rjust(8, "0") + "1530", "PID-7") == value.isoformat()


@given(st.text(max_size=16))
def test_only_refusals_come_out_of_other_texts(text):
    """A feed stopped by a date."""
    for reader in (
        lambda: date_time(text, PARIS, ""),
        lambda: day(text, ""),
        lambda: time_of_day(text, ""),
    ):
        with suppress(Refused):
            assert reader()


def test_times_of_day():
    """A time read as a date."""
    assert time_of_day("0931", "OBX-5") == "09:31:00"
    with pytest.raises(Refused):
        time_of_day("2460", "OBX-5")
