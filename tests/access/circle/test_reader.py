"""The circle as the store tells it: of people, of units and what is within them, in time."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from hygie.access.circle.reader import Circles
from hygie.access.model import Account
from hygie.access.rights import shipped
from hygie.access.rights.reading import _shipped, understood
from hygie.limits.access import CIRCLE_SECONDS
from hygie.store.store import Store
from hygie.trace import Context

SYSTEM = Context(actor="test", kind="system")
NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)


class Hand:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


def account(practitioner: str = "", *units: str) -> Account:
    return Account(
        name="claire", display="Claire", role="physician", created=NOW,
        practitioner=practitioner, units=units,
    )  # fmt: skip


async def put(store: Store, **resource: Any) -> None:
    await store.update(SYSTEM, resource)


async def stay(store: Store, patient: str, place: str = "lit-1", **more: Any) -> None:
    await put(store, resourceType="Patient", id=patient)
    await put(
        store, resourceType="Encounter", id=f"s-{patient}", status="in-progress",
        subject={"reference": f"Patient/{patient}"}, period={"start": "2026-05-30"},
        location=[{"location": {"reference": f"Location/{place}"}}], **{"class": {"code": "IMP"}},
        **more,
    )  # fmt: skip


@pytest.fixture
async def ward(store: Store) -> Store:
    await put(store, resourceType="Location", id="medecine")
    await put(store, resourceType="Location", id="lit-1", partOf={"reference": "Location/medecine"})
    await put(
        store, resourceType="Location", id="lit-9", partOf={"reference": "Location/chirurgie"}
    )
    await stay(store, "ici")
    await stay(store, "ailleurs", "lit-9")
    return store


def names(store: Store, circle: Any) -> set[str]:
    keys = {store.keyring.reference("Patient", one): one for one in ("ici", "ailleurs", "venu")}
    return {keys[key] for key in circle.patients}


async def test_a_unit_cares_for_who_is_in_its_beds(ward: Store) -> None:
    """Guards: a patient in bed 1 whom their unit does not see; or one of another unit."""
    circles = Circles(ward, shipped(), Hand())
    assert names(ward, await circles.of(account("", "Location/medecine"))) == {"ici"}
    assert names(ward, await circles.of(account())) == set()


async def test_who_is_of_a_part_is_of_the_whole(ward: Store) -> None:
    """Guards: a right of a department that its wards do not have; or that a neighbour has."""
    own = f"""
version = 2
[roles.guard]
label = "Garde"
rights.clinical = {{ right = "team:r", units = {json.dumps(["Location/medecine", "uf|3"])} }}
"""
    await put(ward, resourceType="Location", id="uf3", identifier=[{"system": "uf", "value": "3"}])
    await put(ward, resourceType="Location", id="lit-3", partOf={"reference": "Location/uf3"})
    circles = Circles(ward, understood(_shipped(), own.encode()), Hand())
    for units, expected in (
        (("Location/medecine",), {"Location/medecine"}),
        (("Location/lit-1",), {"Location/medecine"}),
        (("Location/lit-9",), set()),
        (("uf|3",), {"uf|3"}),
        (("Location/uf3", "Location/lit-1"), {"uf|3", "Location/medecine"}),
        (("Location/lit-3",), {"uf|3"}),
        (("uf|4",), set()),
    ):
        assert (await circles.of(account("", *units))).units == expected, units
    assert (await Circles(ward, shipped(), Hand()).of(account("", "Location/lit-1"))).units == set()


async def test_an_admission_opens_the_record_within_seconds(ward: Store) -> None:
    """Guards: a patient who arrived, and a ward that waits for the next day."""
    clock = Hand()
    circles, of_ward = Circles(ward, shipped(), clock), account("", "Location/medecine")
    await circles.of(of_ward)
    await stay(ward, "venu")
    clock.now += timedelta(seconds=CIRCLE_SECONDS)
    assert names(ward, await circles.of(of_ward)) == {"ici", "venu"}


async def test_who_attends_or_is_named_by_a_team_cares(ward: Store) -> None:
    """Guards: explicit membership, and the attending, without effect."""
    await put(
        ward, resourceType="CareTeam", id="equipe", status="active",
        subject={"reference": "Patient/ailleurs"},
        participant=[{"member": {"reference": "Practitioner/claire"}}],
    )  # fmt: skip
    circles = Circles(ward, shipped(), Hand())
    found = await circles.of(account("Practitioner/claire"))
    assert names(ward, found) == {"ailleurs"}
    assert {one.basis for one in found.patients.values()} == {"team"}


async def test_beds_are_found_by_the_organization_that_manages_them(ward: Store) -> None:
    """Guards: units as the gateway files them (an Organization, whose beds hang on it)."""
    uf = {"reference": "Organization/uf-2110"}
    pole = {"reference": "Organization/pole"}
    await put(ward, resourceType="Organization", id="uf-2110", partOf=pole)
    await put(ward, resourceType="Location", id="lit-7", managingOrganization=uf)
    await stay(ward, "venu", "lit-7")
    circles = Circles(ward, shipped(), Hand())
    assert names(ward, await circles.of(account("", "Organization/pole"))) == {"venu"}


@pytest.mark.parametrize("national", ["810997000129", "10997000129"])
async def test_who_is_named_by_a_number_alone_cares(ward: Store, national: str) -> None:
    """Guards: attending physicians of HL7 v2 messages, whom no Practitioner resource describes."""
    named = {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "810997000129"}
    await stay(ward, "venu", participant=[{"individual": {"identifier": named}}])
    circles = Circles(ward, shipped(), Hand())
    known = msgspec.structs.replace(account(), national=national)
    assert names(ward, await circles.of(known)) == {"venu"}


async def test_a_change_of_unit_counts_at_once(ward: Store) -> None:
    """Guards: an account that was moved, and keeps its former patients."""
    circles = Circles(ward, shipped(), Hand())
    assert names(ward, await circles.of(account("", "Location/medecine"))) == {"ici"}
    assert names(ward, await circles.of(account("", "Location/chirurgie"))) == {"ailleurs"}


async def test_a_clock_that_goes_back_does_not_keep_a_circle_for_ever(ward: Store) -> None:
    """Guards: a memory that never ages."""
    clock = Hand()
    circles, of_ward = Circles(ward, shipped(), clock), account("", "Location/medecine")
    await circles.of(of_ward)
    await stay(ward, "venu")
    clock.now -= timedelta(hours=1)
    assert "venu" in names(ward, await circles.of(of_ward))
