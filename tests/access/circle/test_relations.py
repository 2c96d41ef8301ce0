"""Who cares for whom, and until when, as resources tell it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.access.circle.circle import Relation, holding
from hygie.access.circle.relations import Reading
from hygie.access.rights.rights import Bounds

READING = Reading(Bounds(90, 30, 7, 90), ZoneInfo("Europe/Paris"))
SUBJECT = {"reference": "Patient/p"}
CLAIRE, WARD, OTHER = "Practitioner/claire", "Location/medecine", "Location/chirurgie"
STAY = {
    "resourceType": "Encounter", "status": "finished", "subject": SUBJECT,
    "period": {"start": "2026-03-01T08:00:00Z", "end": "2026-03-10T12:00:00Z"},
    "participant": [{"individual": {"reference": CLAIRE}}],
    "location": [
        {"location": {"reference": WARD}, "period": {"end": "2026-03-04T08:00:00Z"}},
        {"location": {"reference": OTHER}, "period": {"start": "2026-03-04T08:00:00Z"}},
    ],
}  # fmt: skip


def on(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def carers(resource: dict, now: datetime) -> set[str]:
    return {one.who for one in READING.relations(resource) if one.holds(now)}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (on(28, 2), set()),
        (on(2), {CLAIRE, WARD}),
        (on(5), {CLAIRE, WARD, OTHER}),  # the unit it left still has its letter to write
        (on(3, 6), {CLAIRE, OTHER}),
        (on(9, 6), set()),
    ],
)
def test_a_stay_is_in_the_care_of_its_people_and_units(now: datetime, expected: set[str]) -> None:
    """Guards: a unit that reads a patient for ever; or loses them with the bed."""
    assert carers(STAY, now) == expected


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "unknown"])
def test_what_was_not_tells_nothing(status: str) -> None:
    """Guards: an admission made in error as a way into a record."""
    assert READING.relations(STAY | {"status": status}) == ()


def test_a_stay_that_ended_on_no_day_does_not_last_for_ever() -> None:
    """Guards: a stay imported without its end, and care without one."""
    ended = STAY | {"period": {"start": "2026-03-01T08:00:00Z"}, "location": []}
    assert carers(ended, on(2)) == {CLAIRE}
    assert carers(ended, on(2, 7)) == set()


def test_an_appointment_opens_a_little_before_and_closes_after() -> None:
    """Guards: a consultation without the record; a record open for a visit of last year."""
    meeting = {
        "resourceType": "Appointment", "status": "booked",
        "start": "2026-03-10T09:00:00Z", "end": "2026-03-10T09:30:00Z",
        "participant": [{"actor": SUBJECT}, {"actor": {"reference": CLAIRE}},
                        {"actor": {"reference": WARD}}, {"actor": {"display": "Interprète"}}],
    }  # fmt: skip
    assert carers(meeting, on(2)) == set()
    assert carers(meeting, on(4)) == {CLAIRE, WARD}
    assert carers(meeting, on(8, 4)) == {CLAIRE, WARD}
    assert carers(meeting, on(10, 4)) == set()


@pytest.mark.parametrize("kind", ["ServiceRequest", "MedicationRequest"])
def test_an_order_is_care_of_who_asks_and_who_answers(kind: str) -> None:
    """Guards: a biologist shut out of the record that the answer needs."""
    performer = {"reference": "Organization/labo"}
    order = {
        "resourceType": kind, "status": "active", "subject": SUBJECT,
        "authoredOn": "2026-03-01", "requester": {"reference": CLAIRE},
        "performer": [performer] if kind == "ServiceRequest" else performer,
    }  # fmt: skip
    assert carers(order, on(2)) == {CLAIRE, "Organization/labo"}
    assert carers(order, on(2, 7)) == set()
    assert carers(order | {"status": "draft"}, on(2)) == set()


def test_a_team_holds_within_its_time_and_its_members() -> None:
    """Guards: a member who left the team, and still reads."""
    team = {
        "resourceType": "CareTeam", "status": "active", "subject": SUBJECT,
        "period": {"start": "2026-03-01", "end": "2026-03-20"},
        "participant": [{"member": {"reference": CLAIRE}, "period": {"end": "2026-03-05"}},
                        {"member": {"reference": "Practitioner/paul"}}],
    }  # fmt: skip
    assert carers(team, on(5)) == {CLAIRE, "Practitioner/paul"}
    assert carers(team, on(6)) == {"Practitioner/paul"}
    assert carers(team, on(21)) == set()
    assert carers(team | {"status": "proposed"}, on(5)) == set()


def test_a_general_practitioner_cares_for_good() -> None:
    """Guards: the treating physician, to whom the law opens the record."""
    patient = {"resourceType": "Patient", "id": "p", "generalPractitioner": [{"reference": CLAIRE}]}
    assert carers(patient, on(1)) == {CLAIRE}


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.just("2026-03-01")
    | st.just("9999-12-31") | st.just("Patient/p") | st.just(CLAIRE),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["reference", "start", "end", "actor", "x"]), inner),
    max_leaves=8,
)  # fmt: skip


@given(
    st.dictionaries(
        st.sampled_from(["subject", "period", "status", "requester", "authoredOn", "start", "end"]),
        st.none() | st.text(max_size=12) | st.just("9999-12-31") | st.dictionaries(
            st.sampled_from(["reference", "start", "end"]), junk, max_size=3),
    ),
    st.sampled_from(["Encounter", "Appointment", "ServiceRequest", "CareTeam", "EpisodeOfCare"]),
)  # fmt: skip
def test_nothing_that_is_filed_breaks_it(body: dict, kind: str) -> None:
    """Guards: one odd resource that shuts a whole unit out of its records."""
    for one in READING.relations({"resourceType": kind} | body):
        one.holds(on(1))


moments = st.none() | st.integers(-5, 5).map(lambda days: on(15) + timedelta(days=days))
relations = st.builds(
    Relation, st.just(CLAIRE), st.sampled_from("pqr"), st.just("unit"), moments, moments
)


@given(st.lists(relations))
def test_one_relation_is_kept_of_each_patient_and_it_holds(those: list[Relation]) -> None:
    """Guards: an old relation shown as the reason, or a past one taken for care."""
    found = holding(those, on(15))
    assert set(found) == {one.patient for one in those if one.holds(on(15))}
    for one in found.values():
        assert one.holds(on(15))
