"""Guards groups by criteria: an export of exactly the patients that meet them, when it is asked."""

from typing import Any

import httpx
import pytest
from tests.api.test_export import (
    ASYNC,
    Json,
    appointment,
    exported,
    names,
    observation,
    put,
    worker,
)

from hygie.exchange.bulk.worker import Worker

__all__ = ["worker"]
FILTER = "http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter"


def cohort(*expressions: str, members: tuple[str, ...] = (), **more: Any) -> Json:
    filters = [
        {
            "url": FILTER,
            "valueExpression": {"language": "application/x-fhir-query", "expression": one},
        }
        for one in expressions
    ]
    named = [{"entity": {"reference": one}} for one in members]
    return {
        "resourceType": "Group", "id": "cohort", "type": "person", "actual": bool(members),
        "name": "Cohorte", **({"modifierExtension": filters} if filters else {}),
        **({"member": named} if named else {}), **more,
    }  # fmt: skip


@pytest.fixture
async def town(client: httpx.AsyncClient) -> None:
    """Four patients: two women, three with a final observation, two at one appointment."""
    for name, gender in (("ada", "female"), ("bea", "female"), ("cyr", "male"), ("dan", "male")):
        await put(client, {"resourceType": "Patient", "id": name, "gender": gender})
    for name in ("ada", "cyr", "dan"):
        await put(client, observation(f"of-{name}", name))
    await put(client, observation("draft", "bea") | {"status": "preliminary"})
    await put(client, appointment("visit", "ada", "cyr"))


async def patients(client: httpx.AsyncClient, worker: Worker, group: Json) -> set[str]:
    await put(client, group)
    manifest = await exported(client, worker, f"/Group/{group['id']}/$export?_type=Patient")
    return {name.removeprefix("Patient/") for name in await names(client, manifest)}


async def test_members_are_those_that_meet_every_criterion(
    client: httpx.AsyncClient, worker: Worker, town: None
) -> None:
    """Danger: another patient's data in a cohort's; a patient of the cohort left out."""
    assert await patients(client, worker, cohort("Patient?gender=female")) == {"ada", "bea"}
    final = "Observation?status=final"
    assert await patients(client, worker, cohort(final)) == {"ada", "cyr", "dan"}
    both = cohort(final, "Patient?gender=male")
    assert await patients(client, worker, both) == {"cyr", "dan"}
    seen = cohort(final, "Appointment?status=proposed", "Patient?gender=male")
    assert await patients(client, worker, seen) == {"cyr"}
    chained = cohort("Observation?patient.gender=female&status=final")
    assert await patients(client, worker, chained) == {"ada"}


async def test_members_are_those_of_the_moment(
    client: httpx.AsyncClient, worker: Worker, town: None
) -> None:
    """Danger: a cohort of last month, exported as today's."""
    group = cohort("Observation?status=preliminary")
    assert await patients(client, worker, group) == {"bea"}
    await put(client, observation("another", "dan") | {"status": "preliminary"})
    assert await patients(client, worker, group) == {"bea", "dan"}


async def test_criteria_narrow_members_that_are_named(
    client: httpx.AsyncClient, worker: Worker, town: None
) -> None:
    """Danger: a cohort wider than the group that it was drawn from."""
    roster = {
        "resourceType": "Group", "id": "roster", "type": "person", "actual": True,
        "member": [{"entity": {"reference": f"Patient/{name}"}} for name in ("ada", "bea", "dan")],
    }  # fmt: skip
    await put(client, roster)
    within = cohort("Patient?gender=female", members=("Group/roster",))
    assert await patients(client, worker, within) == {"ada", "bea"}
    # One roster in two groups of criteria counts in each of them.
    await put(client, cohort("Patient?gender=male", members=("Group/roster",)) | {"id": "men"})
    await put(client, cohort("Observation?status=preliminary", members=("Group/roster",),
                             ) | {"id": "drafts"})  # fmt: skip
    whole = cohort(members=("Group/men", "Group/drafts", "Group/cohort"))
    assert await patients(client, worker, whole) == {"dan", "bea"}


async def test_a_cohort_of_nobody_is_not_everybody(
    client: httpx.AsyncClient, worker: Worker, town: None
) -> None:
    """Danger: no patient found, and so all of them exported."""
    await put(client, cohort("Patient?gender=other"))
    answer = await client.get("/Group/cohort/$export", headers=ASYNC)
    assert answer.status_code == 422
    await put(client, cohort("Patient?gender=female", members=("Patient/cyr",)))
    assert (await client.get("/Group/cohort/$export", headers=ASYNC)).status_code == 422


@pytest.mark.parametrize(
    ("expression", "status"),
    [
        ("Patient", 400),
        ("Patient?nothing=x", 400),
        ("Patient?gender=female&_sort=birthdate", 400),
        ("Observation?status=final,Patient?gender=male", 422),
        ("Practitioner?name=x", 422),
        ("?gender=female", 400),
        ("Patient/ada/Observation?status=final", 400),
    ],
)
async def test_criteria_that_cannot_be_met_are_refused(
    client: httpx.AsyncClient, expression: str, status: int
) -> None:
    """Danger: a cohort whose members nobody can tell, found out when it is exported."""
    answer = await client.put("/Group/cohort", json=cohort(expression))
    assert answer.status_code == status, answer.text


async def test_other_languages_and_kinds_are_refused(client: httpx.AsyncClient) -> None:
    """Danger: a criterion read as something that it does not say."""
    other = cohort("Patient?gender=female")
    other["modifierExtension"][0]["valueExpression"]["language"] = "text/cql"
    assert (await client.put("/Group/cohort", json=other)).status_code == 422
    devices = cohort("Patient?gender=female") | {"type": "device"}
    assert (await client.put("/Group/cohort", json=devices)).status_code == 422


async def test_criteria_take_the_right_to_search(
    client: httpx.AsyncClient, asking: Any, town: None
) -> None:
    """Danger: who may not read observations learns by a cohort who has which."""
    await put(client, cohort("Observation?status=preliminary"))
    await put(client, cohort("Patient?_has:Observation:patient:status=final") | {"id": "by-has"})
    async with asking("system/Patient.rs system/Group.rs") as other:
        for name in ("cohort", "by-has"):
            answer = await other.get(f"/Group/{name}/$export?_type=Patient", headers=ASYNC)
            assert answer.status_code == 403, name


async def test_a_criterion_that_finds_too_much_is_refused(
    client: httpx.AsyncClient, town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: a request that reads the whole store before it answers."""
    monkeypatch.setattr("hygie.exchange.bulk.cohorts.MAX_PAGE", 1)
    monkeypatch.setattr("hygie.exchange.bulk.cohorts.MAX_COHORT_READ", 2)
    await put(client, cohort("Observation?status=final"))
    assert (await client.get("/Group/cohort/$export", headers=ASYNC)).status_code == 413
