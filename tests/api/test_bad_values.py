"""Guards against values at the edge of what is allowed: a precise answer, never a fault."""

import json
from typing import Any

import httpx
import pytest

FHIR = {"Content-Type": "application/fhir+json"}
FIRST = "urn:uuid:11111111-1111-4111-8111-111111111111"
SECOND = "urn:uuid:22222222-2222-4222-8222-222222222222"


async def posted(client: httpx.AsyncClient, path: str, resource: Any) -> httpx.Response:
    return await client.post(path, content=json.dumps(resource), headers=FHIR)


async def found(client: httpx.AsyncClient, type_: str, **parameters: str) -> list[str]:
    answer = await client.post(f"/{type_}/_search", data=parameters)
    assert answer.status_code == 200, answer.text
    return [entry["resource"]["id"] for entry in answer.json().get("entry", [])]


def rule_of(answer: httpx.Response) -> str:
    rule: str = answer.json()["issue"][0]["details"]["coding"][0]["code"]
    return rule


def linked(full_url: str, other: str) -> dict[str, Any]:
    resource = {
        "resourceType": "Patient",
        "link": [{"other": {"reference": other}, "type": "seealso"}],
    }
    request = {"method": "POST", "url": "Patient"}
    return {"fullUrl": full_url, "resource": resource, "request": request}


@pytest.mark.parametrize(
    "pairs", [[(FIRST, SECOND), (SECOND, FIRST)], [(FIRST, FIRST)]], ids=["circle", "itself"]
)
async def test_references_may_go_in_a_circle(
    client: httpx.AsyncClient, pairs: list[tuple[str, str]]
) -> None:
    """Danger: entries that name each other are refused, or kept with placeholders, or for ever."""
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [linked(*pair) for pair in pairs],
    }
    answer = await posted(client, "", bundle)
    assert answer.status_code == 200
    made = [entry["response"]["location"].split("/")[1] for entry in answer.json()["entry"]]
    names = {url: f"Patient/{name}" for (url, _), name in zip(pairs, made, strict=True)}
    for (_, other), name in zip(pairs, made, strict=True):
        kept = (await client.get(f"/Patient/{name}")).json()
        assert kept["link"][0]["other"]["reference"] == names[other]


async def test_a_very_long_identifier_is_found_whole(client: httpx.AsyncClient) -> None:
    """Danger: a value cut somewhere, so that two persons who differ behind the cut are one."""
    long = "x" * 60_000
    made = []
    for last in "ab":
        patient = {
            "resourceType": "Patient",
            "identifier": [{"system": "u:a", "value": long + last}],
        }
        made.append((await posted(client, "/Patient", patient)).json()["id"])
    assert await found(client, "Patient", identifier=f"u:a|{long}a") == made[:1]
    assert await found(client, "Patient", identifier=f"{long}b") == made[1:]
    too_long = await client.post("/Patient/_search", data={"identifier": long + "y" * 6_000})
    assert (too_long.status_code, rule_of(too_long)) == (413, "request.size")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_the_first_and_the_last_day(client: httpx.AsyncClient, day: str) -> None:
    """Danger: a fault where a calendar ends, or a patient who is never found again."""
    made = await posted(client, "/Patient", {"resourceType": "Patient", "birthDate": day})
    assert await found(client, "Patient", birthdate=day) == [made.json()["id"]]
    assert await found(client, "Patient", birthdate=f"ne{day}") == []


async def test_there_is_no_year_zero(client: httpx.AsyncClient) -> None:
    """Danger: a day that no calendar has, stored, and then in every answer."""
    answer = await posted(
        client, "/Patient", {"resourceType": "Patient", "birthDate": "0000-01-01"}
    )
    assert (answer.status_code, rule_of(answer)) == (422, "value.calendar")


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+14:00",  # in UTC, before the first year
        "9999-12-31T23:59:59-12:00",  # after the last
        "2016-12-31T23:59:60Z",  # a leap second that was
        "0001", "9999", "9999-12",
    ],
)  # fmt: skip
async def test_moments_at_the_edge_are_found(client: httpx.AsyncClient, moment: str) -> None:
    """Danger: an overflow that refuses, or hides, what the standard allows."""
    observation = {
        "resourceType": "Observation", "status": "final", "code": {"text": "x"},
        "effectiveDateTime": moment,
    }  # fmt: skip
    made = (await posted(client, "/Observation", observation)).json()["id"]
    assert await found(client, "Observation", date=moment) == [made]
    assert await found(client, "Observation", date=f"ge{moment}") == [made]
    kept = (await client.get(f"/Observation/{made}")).json()
    assert kept["effectiveDateTime"] == moment


async def test_letters_that_normalise_to_the_same(client: httpx.AsyncClient) -> None:
    """Danger: one person under two names by how a keyboard writes an accent; or two identifiers,
    which are compared exactly, taken for one."""
    made = []
    for written in ("\u00c9mile", "E\u0301mile"):
        patient = {
            "resourceType": "Patient",
            "name": [{"family": written}],
            "identifier": [{"value": written}],
        }
        made.append((await posted(client, "/Patient", patient)).json()["id"])
    for written, one in zip(("\u00c9mile", "E\u0301mile"), made, strict=True):
        assert set(await found(client, "Patient", family=written)) == set(made)
        assert await found(client, "Patient", identifier=written) == [one]
        assert await found(client, "Patient", **{"family:exact": written}) == [one]
