"""Guards against a wrong birth date, a wrong age, or a date that reads as another one."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.web.present.dates import (
    Moment,
    machine,
    parse_typed_date,
    read_moment,
    say_age,
    say_day,
    say_duration,
    say_moment,
    say_since,
    whole_months,
)

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 11, 22)
days = st.dates(date(1900, 1, 1), TODAY)


def moment(text: str) -> Moment:
    found = read_moment(text, PARIS)
    assert found is not None
    return found


def spoken(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    "typed",
    ["03/02/1951", "3/2/1951", "03021951", "030251", "3.2.51", "3-2-51", "3 2 1951", " 03/02/51 ",
     "1951-02-03"],
)  # fmt: skip
def test_birth_dates_as_people_type_them(typed: str) -> None:
    """A clerk who types a date another way must not be told that the patient is unknown."""
    assert parse_typed_date(typed, TODAY) == date(1951, 2, 3)


@pytest.mark.parametrize(
    "typed",
    ["", "31/02/1951", "32/01/1951", "3/13/51", "1951", "3/2", "abc", "03/02/195", "0" * 99],
)
def test_what_is_no_date_is_not_guessed(typed: str) -> None:
    """A guessed birth date would open somebody else's record."""
    assert parse_typed_date(typed, TODAY) is None


@given(days)
def test_every_day_can_be_typed_in_each_form(day: date) -> None:
    """A form that fails for some days only would go unnoticed for years."""
    for form in ("%d/%m/%Y", "%d%m%Y", "%d.%m.%Y", "%Y-%m-%d"):
        assert parse_typed_date(day.strftime(form), TODAY) == day


@given(st.dates(TODAY - timedelta(days=36500), TODAY))
def test_two_digit_years_are_of_the_last_hundred_years(day: date) -> None:
    """« 26 » is 2026 for a newborn, and « 51 » is 1951: never a birth in the future."""
    found = parse_typed_date(day.strftime("%d/%m/%y"), TODAY)
    assert found is not None
    assert found <= TODAY
    assert (found.day, found.month, found.year % 100) == (day.day, day.month, day.year % 100)
    assert TODAY.year - found.year <= 100


@given(st.text(max_size=30))
def test_any_typing_is_survived(typed: str) -> None:
    """Odd input must give no date, not a broken page."""
    found = parse_typed_date(typed, TODAY)
    assert found is None or isinstance(found, date)


@pytest.mark.parametrize(
    ("fhir", "said"),
    [("1951-02-03", "3 févr. 1951"), ("1951-02", "févr. 1951"), ("1951", "1951"),
     ("2026-05-01", "1er mai 2026"), ("2026-11-22T13:05:00Z", "22 nov. 2026, 14 h 05"),
     ("2026-07-01T23:30:00+00:00", "2 juil. 2026, 1 h 30"),
     ("2026-11-22T00:00:00.123+01:00", "22 nov. 2026, 0 h 00")],
)  # fmt: skip
def test_fhir_dates_in_french_and_in_the_hospital_s_zone(fhir: str, said: str) -> None:
    """A time shown in another zone would date a blood sample wrongly."""
    assert spoken(say_moment(moment(fhir))) == said


@pytest.mark.parametrize("text", ["", "hier", "2026-13-01", "2026-02-30", "9999-99", None, 12, "1"])
def test_what_is_no_fhir_date_reads_as_none(text: object) -> None:
    """A malformed date from another system must not break the record."""
    assert read_moment(text, PARIS) is None


@given(st.integers(-1_500_000_000, 4_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)))
def test_machine_readable_time_keeps_the_instant(at: datetime) -> None:
    """The attribute that programs read must not drift from the words that people read."""
    found = moment(at.isoformat())
    assert datetime.fromisoformat(machine(found)) == at.replace(second=0, microsecond=0)


def test_machine_readable_dates_keep_their_precision() -> None:
    """A year must not become the first of January."""
    assert [machine(moment(t)) for t in ("1951", "1951-02", "1951-02-03")] == [
        "1951", "1951-02", "1951-02-03",
    ]  # fmt: skip


@given(days, days)
def test_age_counts_completed_months_only(birth: date, on: date) -> None:
    """An age a month too high changes a child's dose."""
    months = whole_months(birth, on)
    if on < birth:
        return
    anniversary = birth.replace(day=1)
    reached = (on.year - anniversary.year) * 12 + on.month - anniversary.month
    assert months in (reached, reached - 1)
    assert (months == reached) == (on.day >= birth.day)


@pytest.mark.parametrize(
    ("birth", "age"),
    [("1951-02-03", "75 ans"), ("1951-11-22", "75 ans"), ("1951-11-23", "74 ans"),
     ("2025-11-23", "11 mois"), ("2024-11-23", "23 mois"), ("2024-11-22", "2 ans"),
     ("2026-11-20", "2 jours"), ("2026-11-21", "1 jour"), ("2026-11-22", "0 jour"),
     ("2026-12-01", ""), ("1951", "environ 75 ans"), ("2025-10-22", "13 mois")],
)  # fmt: skip
def test_ages_in_the_unit_clinicians_use(birth: str, age: str) -> None:
    """« 0 an » says nothing of a newborn."""
    assert spoken(say_age(moment(birth), TODAY)) == age


def test_since_and_durations() -> None:
    """« depuis le 2014 » would be read as a day."""
    assert spoken(say_since(moment("2014"))) == "depuis 2014"
    assert spoken(say_since(moment("2026-11-18"))) == "depuis le 18 nov. 2026"
    lengths = (timedelta(minutes=45), timedelta(hours=5), timedelta(hours=47), timedelta(days=3))
    assert [spoken(say_duration(length)) for length in lengths] == ["45 min", "5 h", "47 h", "3 j"]
    assert spoken(say_day(moment("2026-11-01"))) == "1er nov. 2026"
