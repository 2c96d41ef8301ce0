"""Guards against a patient counted twice, in a bed left, or not at all."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hygie.insight.census import Grounds, Place, Unit, by_unit, census, occupancy, presence
from hygie.store.contract import Resource
from hygie.store.store import Store
from hygie.trace import Context

PARIS = ZoneInfo("Europe/Paris")
MEDICINE, SURGERY = (
    Unit("Organization/m", "2110", "Médecine"),
    Unit("Organization/s", "3100", "Ch."),
)
GROUNDS = Grounds(
    {"Organization/m": MEDICINE, "Organization/s": SURGERY},
    {"Location/1": Place("Location/1", "lit 1", MEDICINE), "Location/2": Place("Location/2", "2")},
)


def at(hour: int) -> datetime:
    return datetime(2026, 1, 10, hour, tzinfo=PARIS)


def span(start: int, end: int = 0) -> dict[str, str]:
    return {"start": at(start).isoformat()} | ({"end": at(end).isoformat()} if end else {})


def past(status: str, start: int, end: int) -> Resource:
    return {"status": status, "period": span(start, end)}


def lodged(place: int, start: int, end: int = 0, status: str = "active") -> Resource:
    location = {"reference": f"Location/{place}"}
    return {"location": location, "status": status, "period": span(start, end)}


STAY: Resource = {
    "resourceType": "Encounter",
    "id": "e",
    "identifier": [{"system": "urn:oid:1.2", "value": "V1"}],
    "status": "finished",
    "statusHistory": [past("planned", 6, 8), past("in-progress", 8, 12), past("onleave", 12, 14),
                      past("in-progress", 14, 18)],
    "class": {"code": "IMP"},
    "subject": {"reference": "Patient/p"},
    "period": span(8, 18),
    "location": [lodged(1, 8, 10), lodged(2, 10, 18)],
    "serviceProvider": {"reference": "Organization/s"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("hour", "state", "place", "unit"),
    [
        (5, "", "", ""),
        (7, "expected", "", "3100"),
        (8, "present", "Location/1", "2110"),
        (9, "present", "Location/1", "2110"),
        (10, "present", "Location/2", "3100"),
        (12, "onleave", "Location/2", "3100"),
        (14, "present", "Location/2", "3100"),
        (18, "", "", ""),
        (23, "", "", ""),
    ],
)
def test_a_stay_at_each_hour(hour: int, state: str, place: str, unit: str) -> None:
    """The bed of ten o'clock held by who left it at ten."""
    found = presence(STAY, at(hour), GROUNDS)
    assert (found.state if found else "") == state
    if found:
        assert (found.place.reference, found.place.unit.code) == (place, unit)


def test_stays_that_others_write_count_too() -> None:
    """An Encounter without history of its status, by a FHIR client, that is nowhere."""
    bare = {name: value for name, value in STAY.items() if name != "statusHistory"}
    assert presence(bare, at(9), GROUNDS)
    assert presence(bare, at(19), GROUNDS) is None
    for status in ("cancelled", "entered-in-error", "unknown"):
        assert presence(bare | {"status": status}, at(9), GROUNDS) is None
    day = bare | {"period": {"start": "2026-01-10"}, "status": "in-progress", "location": []}
    found = presence(day, at(9), GROUNDS)
    assert found is not None
    assert found.since == at(0)


async def test_the_census_of_a_store(store: Store, context: Context) -> None:
    """Stays missed by the search, or those of another day found by it."""
    resources: list[Resource] = [
        {"resourceType": "Organization", "id": "m", "identifier": [{"value": "2110"}],
         "name": "Médecine"},
        {"resourceType": "Organization", "id": "s", "identifier": [{"value": "3100"}]},
        {"resourceType": "Location", "id": "1", "name": "lit 1",
         "managingOrganization": {"reference": "Organization/m"}},
        {"resourceType": "Location", "id": "2"},
        STAY,
        STAY | {"id": "open", "identifier": [{"value": "V2"}], "status": "in-progress",
                "statusHistory": [], "period": span(9), "location": [lodged(1, 9)]},
        STAY | {"id": "gone", "identifier": [{"value": "V3"}], "status": "cancelled",
                "statusHistory": []},
        STAY | {"id": "old", "period": {"start": "2025-01-01", "end": "2025-01-03"},
                "statusHistory": [], "location": []},
    ]  # fmt: skip
    for resource in resources:
        await store.update(context, resource)
    found = await census(store, context, at(9))
    assert by_unit(found) == {"2110": frozenset(("V1", "V2"))}
    assert {one.place.name for one in found} == {"lit 1"}
    hours = await occupancy(store, context, at(7), at(19), step=timedelta(hours=1))
    assert [hour for hour, _ in hours] == [at(hour) for hour in range(7, 20)]
    counts = {hour.hour: dict(count) for hour, count in hours}
    assert counts[7] == {}
    assert counts[9] == {"2110": 2}
    assert counts[13] == counts[17] == {"2110": 1, "3100": 1}
    assert counts[19] == {"2110": 1}
