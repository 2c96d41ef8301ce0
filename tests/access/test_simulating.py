"""The simulator answers as the decision point does: of made worlds, each account and patient."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from argon2 import PasswordHasher
from tests.access.conftest import PASSWORD
from tests.conftest import database_url, keyring  # noqa: F401 - a database and keys of each test

from hygie.access import Access
from hygie.access.actors import Actors
from hygie.access.decision import Actor, Subject, decide
from hygie.access.glass import BreakGlass
from hygie.access.hashing import Hasher
from hygie.access.model import Account
from hygie.access.rights import shipped
from hygie.access.simulating import SOMEBODY, Simulating
from hygie.access.simulator import explain
from hygie.ledger import Ledger
from hygie.refusal import Refused
from hygie.sight import LETTERS
from hygie.store.store import Store
from hygie.trace import Context

SYSTEM = Context(actor="test", kind="system")
NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)
MOTIVE = "Garde des urgences, patient inconscient"
PATIENTS = [f"p{n}" for n in range(6)]
PEOPLE = [f"Practitioner/d{n}" for n in range(4)]
UNITS = ("Organization/pole", "Organization/uf-1", "Location/lit-1", "Location/lit-2")
ROLES = ("physician", "nurse", "secretary", "biologist", "pharmacist", "administrator",
    "medical-information", "patient")  # fmt: skip
TYPES = ("Patient", "Encounter", "Observation", "MedicationRequest", "Coverage", "AuditEvent")
LABORATORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def moments(random: Random) -> dict[str, str]:
    start = NOW + timedelta(days=random.randint(-120, 20), hours=random.randint(0, 23))
    found = {"start": start.isoformat()}
    if random.random() < 0.7:
        found["end"] = (start + timedelta(days=random.randint(0, 40))).isoformat()
    return found


def told(random: Random) -> Iterator[dict[str, Any]]:
    """What a record may say of who cares."""

    def who() -> dict[str, Any]:
        if random.random() < 0.2:
            return {"identifier": {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "810997000129"}}
        return {"reference": random.choice(PEOPLE)}

    for number in range(24):
        theirs = {"reference": f"Patient/{random.choice(PATIENTS)}"}
        period, id_ = moments(random), f"x{number}"
        status = random.choice(("in-progress", "finished", "entered-in-error", "planned"))
        yield random.choice((
            {"resourceType": "Encounter", "id": id_, "status": status, "class": {"code": "IMP"},
             "subject": theirs, "period": period, "participant": [{"individual": who()}],
             "location": [{"location": {"reference": random.choice(UNITS[2:])}, "period": period}],
             "serviceProvider": {"reference": random.choice(UNITS[:2])}},
            {"resourceType": "Appointment", "id": id_, "status": "booked", "start": period["start"],
             "end": period.get("end", period["start"]),
             "participant": [{"actor": theirs, "status": "accepted"},
                             {"actor": who(), "status": "accepted"}]},
            {"resourceType": "CareTeam", "id": id_, "status": "active", "subject": theirs,
             "period": period, "participant": [{"member": who()}]},
            {"resourceType": "ServiceRequest", "id": id_, "status": "active", "intent": "order",
             "subject": theirs, "authoredOn": period["start"], "requester": who(),
             "performer": [{"reference": random.choice(UNITS[:2])}]},
            {"resourceType": "EpisodeOfCare", "id": id_, "status": "active", "patient": theirs,
             "period": period, "careManager": who()},
        ))  # fmt: skip


async def furnish(store: Store, random: Random) -> None:
    pole = {"reference": "Organization/pole"}
    made: list[dict[str, Any]] = [
        {"resourceType": "Organization", "id": "pole"},
        {"resourceType": "Organization", "id": "uf-1", "partOf": pole},
        {"resourceType": "Location", "id": "lit-1", "managingOrganization": pole},
        {"resourceType": "Location", "id": "lit-2",
         "managingOrganization": {"reference": "Organization/uf-1"}},
    ]  # fmt: skip
    for id_ in PATIENTS:
        patient: dict[str, Any] = {"resourceType": "Patient", "id": id_}
        if random.random() < 0.3:
            patient["generalPractitioner"] = [{"reference": random.choice(PEOPLE)}]
        category = random.choice(("laboratory", "vital-signs"))
        observation = {
            "resourceType": "Observation", "id": f"o-{id_}", "status": "final",
            "subject": {"reference": f"Patient/{id_}"}, "code": {"text": "x"},
            "category": [{"coding": [{"system": LABORATORY, "code": category}]}],
        }  # fmt: skip
        made += [patient, observation]
    for resource in (*made, *told(random)):
        await store.update(SYSTEM, resource)


def accounts(random: Random) -> list[Account]:
    return [
        Account(
            name=f"compte{n}", display=f"Compte {n}", role=role, created=NOW,
            practitioner=f"Patient/{PATIENTS[0]}" if role == "patient" else random.choice(PEOPLE),
            units=tuple(random.sample(UNITS, random.randint(0, 2))),
            national=random.choice(("", "810997000129")),
        )
        for n, role in enumerate(ROLES * 2)
    ]  # fmt: skip


def of_house(store: Store, at: datetime) -> tuple[Actors, BreakGlass]:
    """The decision point of that moment."""
    rights = shipped()
    ledger = Ledger(store.pool, store.keyring)
    return (
        Actors(store, rights, lambda: at),
        BreakGlass(store.pool, store.keyring, ledger, rights, lambda: at),
    )


@pytest.mark.parametrize("seed", range(3))
async def test_the_simulator_decides_as_the_store_lets_read(
    store: Store, cheap: PasswordHasher, seed: int
) -> None:
    """Guards: an answer that reassures (or accuses) and is not what happens: for made records,
    at three moments, with and without bris de glace."""
    random, rights = Random(seed), shipped()
    await furnish(store, random)
    people = accounts(random)
    _, glass = of_house(store, NOW)
    trail = Ledger(store.pool, store.keyring)
    access = Access(store.pool, store.keyring, trail, hasher=Hasher(cheap))
    for account in people[:6]:
        if glass.may_break(account):
            await access.create_account(account.name, account.display, account.role, PASSWORD)
            context, whom = Context(account.name, "account"), random.choice(PATIENTS)
            await glass.break_(context, account, whom, "vital", MOTIVE, opposed=frozenset())
    compared, permitted = 0, 0
    for at in (NOW, NOW - timedelta(days=30), NOW + timedelta(hours=1)):
        actors, glass = of_house(store, at)
        simulating = Simulating(store.keyring.reference, actors.circles, glass)
        for patient in PATIENTS:
            key = store.keyring.reference("Patient", patient)
            simulated = await simulating.around(people, patient, at, "real")
            for account, actor in zip(people, simulated, strict=True):
                sight = await actors.sight(account, await glass.open_for(account.name, at))
                for type_ in TYPES:
                    for letter in LETTERS:
                        said = decide(actor, letter, Subject(type_, key), rights, at)
                        asked = account.name, account.role, patient, type_, letter, at, said.rule
                        assert said.permit == sight.holds(type_, letter, key), asked
                        compared, permitted = compared + 1, permitted + said.permit
                await _reads_as_said(store, actor, patient, sight, at)
    assert compared > permitted > compared / 20


async def _reads_as_said(
    store: Store, actor: Actor, patient: str, sight: Any, at: datetime
) -> None:
    key = store.keyring.reference("Patient", patient)
    said = decide(actor, "r", Subject("Observation", key), shipped(), at)
    context = Context(actor.name, "account", sight=sight)
    try:
        stored = await store.read(context, "Observation", f"o-{patient}")
    except Refused:
        assert not said.permit or said.query, (actor.name, said)
    else:
        assert said.permit, (actor.name, said)
        assert not said.query or b"laboratory" in stored.body


async def test_care_is_told_with_its_unit_and_its_dates(store: Store) -> None:
    """Guards: a right to read that nobody can trace back to a stay."""
    await store.update(SYSTEM, {"resourceType": "Patient", "id": "p0"})
    stay = {
        "resourceType": "Encounter", "id": "s", "status": "finished", "class": {"code": "IMP"},
        "subject": {"reference": "Patient/p0"},
        "period": {"start": "2026-05-20T08:00:00Z", "end": "2026-05-30T08:00:00Z"},
        "location": [{"location": {"reference": "Location/lit-1"}}],
    }  # fmt: skip
    await store.update(SYSTEM, stay)
    actors, glass = of_house(store, NOW)
    simulating = Simulating(store.keyring.reference, actors.circles, glass)
    nurse = Account(
        name="ines", display="Inès", role="nurse", created=NOW, units=("Location/lit-1",)
    )
    subject = Subject("Observation", store.keyring.reference("Patient", "p0"))

    async def at(days: int, glass_: Any = "real") -> Any:
        moment = NOW + timedelta(days=days)
        found = await simulating.around([nurse], "p0", moment, glass_)
        return explain(found, "r", subject, shipped(), moment)[0].decision

    now = await at(0)
    assert now.rule == "team.unit"
    assert now.relation.who == "Location/lit-1"
    lasting = timedelta(days=shipped().bounds.after_stay_days)
    assert now.relation.end.date() == (datetime(2026, 5, 30, tzinfo=UTC) + lasting).date()
    assert now.right in shipped().roles["nurse"].rights["clinical"]
    assert (await at(-13)).rule == "team.none"
    assert (await at(200)).rule == "team.none"
    assert (await at(200, "supposed")).rule == "team.break-glass"


async def test_a_situation_needs_no_patient(store: Store) -> None:
    """Guards: an administrator's question that reads who is cared for."""
    actors, glass = of_house(store, NOW)
    simulating = Simulating(store.keyring.reference, actors.circles, glass)
    nurse, patient = (
        Account(name=role, display=role, role=role, created=NOW, practitioner=practitioner)
        for role, practitioner in (("nurse", ""), ("patient", "Patient/p0"))
    )
    subject = Subject("Observation", SOMEBODY)
    rules = {}
    for situation in ("none", "team", "self"):
        for opened in ("none", "supposed"):
            found = await simulating.supposed([nurse, patient], situation, NOW, opened)  # type: ignore[arg-type]
            said = [decide(one, "r", subject, shipped(), NOW).rule for one in found]
            rules[situation, opened] = said
    assert rules == {
        ("none", "none"): ["team.none", "scope.not-self"],
        ("none", "supposed"): ["team.break-glass", "scope.not-self"],
        ("team", "none"): ["team.unit", "scope.not-self"],
        ("team", "supposed"): ["team.unit", "scope.not-self"],
        ("self", "none"): ["team.none", "scope.self"],
        ("self", "supposed"): ["team.break-glass", "scope.self"],
    }
