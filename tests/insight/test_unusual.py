"""What stands out among accesses, and what does not."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hygie.insight.unusual.rules import (
    MANY_PATIENTS_AN_HOUR,
    REFUSED_AN_HOUR,
    Finding,
    Known,
    Named,
    unusual,
)
from hygie.ledger.activity import Tally

PARIS = ZoneInfo("Europe/Paris")
SINCE = datetime(2026, 11, 16, tzinfo=PARIS)
TODAY = datetime(2026, 11, 18, 9, tzinfo=UTC)
ACTORS = {
    "morel": frozenset({"dr", "claire", "morel"}),
    "petit": frozenset({"jean", "petit"}),
}
PATIENTS = {
    1: Named(frozenset({"morel"}), frozenset({"lucie"})),
    2: Named(frozenset({"petit"}), frozenset({"jean"})),
    3: Named(frozenset({"durand"}), frozenset({"claire"})),
}
KNOWN = Known(PARIS, SINCE, ACTORS, PATIENTS)


def tally(
    actor: str = "morel", patient: int = 3, hour: datetime = TODAY, count: int = 1,
    refused: int = 0, glass: int = 0,
) -> Tally:  # fmt: skip
    return Tally(actor, patient, hour, count, refused, glass)


def found(*tallies: Tally) -> list[tuple[str, str, int]]:
    return [(one.rule, one.actor, one.count) for one in unusual(tallies, KNOWN)]


def weeks(patients: int, hour: int = 9, actor: str = "morel", days: int = 28) -> list[Tally]:
    """Some weeks of work before what is examined."""
    return [
        tally(actor, 100 + number, SINCE.astimezone(UTC) - timedelta(days=day + 1, hours=-hour))
        for day in range(days)
        for number in range(patients)
    ]


def test_an_ordinary_day_is_not_unusual() -> None:
    """Guards: so many warnings that nobody reads them."""
    assert found(*weeks(12), *(tally(patient=200 + n) for n in range(15))) == []


def test_a_namesake_stands_out() -> None:
    """Guards: relatives' records read unseen."""
    assert found(tally(patient=1, count=4)) == [("namesake", "morel", 4)]
    assert found(tally(actor="petit", patient=1)) == []


def test_a_given_name_alone_is_no_namesake() -> None:
    """Guards: everybody called Claire suspected of everybody else's curiosity."""
    assert found(tally(patient=3)) == []


def test_a_colleague_stands_out_by_family_and_given_name() -> None:
    """Guards: staff whose records the whole house reads."""
    (finding,) = unusual([tally(patient=2)], KNOWN)
    assert (finding.rule, finding.actor, finding.name) == ("colleague", "morel", "petit")
    assert [rule for rule, *_ in found(tally("petit", 2))] == ["namesake"]


def test_broken_glass_stands_out() -> None:
    """Guards: accesses outside the circle that nobody reviews."""
    assert found(tally(patient=3, glass=2)) == [("glass", "morel", 2)]


def test_many_records_within_an_hour_stand_out() -> None:
    """Guards: a patient list copied out, record by record."""
    several = [tally(patient=1000 + n) for n in range(MANY_PATIENTS_AN_HOUR)]
    assert found(*several) == [("many", "morel", MANY_PATIENTS_AN_HOUR)]
    assert found(*several[1:]) == []


def test_a_day_beyond_ones_own_habit_stands_out() -> None:
    """Guards: somebody who reads five times what they ever read, slowly."""
    spread = [tally(patient=1000 + n, hour=TODAY + timedelta(hours=n // 10)) for n in range(60)]
    assert found(*weeks(12), *spread) == [("habit", "morel", 60)]
    assert found(*weeks(50), *spread) == []
    assert found(*weeks(12, days=5), *spread) == []


def test_at_night_stands_out_for_who_works_by_day() -> None:
    """Guards: records read when nobody is on duty; and each night of duty reported."""
    late = tally(hour=TODAY.replace(hour=1))
    by_day = [*weeks(2, 9), *weeks(2, 14)]
    assert found(*by_day, late) == [("night", "morel", 1)]
    assert found(*weeks(2, 1), *weeks(2, 14), late) == []
    assert found(late) == []


def test_refusals_in_a_row_stand_out() -> None:
    """Guards: somebody who tries doors all day."""
    tried = [tally(patient=0, count=0, refused=1)] * REFUSED_AN_HOUR
    assert found(*tried) == [("refused", "morel", REFUSED_AN_HOUR)]
    assert found(*tried[1:]) == []


def test_what_is_older_is_habit_and_no_finding() -> None:
    """Guards: the same findings again every week."""
    old = SINCE.astimezone(UTC) - timedelta(hours=2)
    assert found(tally(patient=1, hour=old, glass=1, refused=9)) == []


tallies = st.lists(
    st.builds(
        tally, st.sampled_from(["morel", "petit", "nobody"]), st.integers(0, 60),
        st.integers(-900, 100).map(lambda hours: TODAY + timedelta(hours=hours)),
        st.integers(0, 3), st.integers(0, 3), st.integers(0, 1),
    ), max_size=200,
)  # fmt: skip


@given(tallies, st.randoms())
def test_findings_do_not_depend_on_the_order_of_what_is_read(several: list[Tally], random) -> None:
    """Guards: an auditor who sees something else each time the page is opened."""
    mixed = list(several)
    random.shuffle(mixed)

    def told(findings: list[Finding]) -> list[tuple[str, str, int, int, str]]:
        return sorted((f.rule, f.actor, f.patient, f.count, f.name) for f in findings)

    assert told(unusual(several, KNOWN)) == told(unusual(mixed, KNOWN))
    assert all(finding.at >= SINCE for finding in unusual(several, KNOWN))
