"""Guards searches, histories and records over HTTP: nothing missing, nothing twice, no leak."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from hygie.fhir.codec import decode
from hygie.fhir.validate import base_validator


async def fill(client: httpx.AsyncClient) -> None:
    for n in range(7):
        patient = {"resourceType": "Patient", "id": f"p{n}", "birthDate": f"197{n}-01-01"}
        await client.put(f"/Patient/p{n}", json=patient)
        for kind in ("a", "b"):
            condition = {
                "resourceType": "Condition",
                "id": f"c{n}{kind}",
                "subject": {"reference": f"Patient/p{n}"},
                "code": {"coding": [{"system": "urn:codes", "code": kind}]},
            }
            await client.put(f"/Condition/c{n}{kind}", json=condition)


async def bundle(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    response = await client.get(url)
    assert response.status_code == 200, response.text
    found = decode(response.content)
    assert base_validator().validate(found) == []
    return found


def ids(found: dict[str, Any], mode: str = "match") -> list[str]:
    return [
        entry["resource"]["id"]
        for entry in found.get("entry", [])
        if entry.get("search", {}).get("mode", "match") == mode
    ]


def link(found: dict[str, Any], relation: str) -> str:
    return next((one["url"] for one in found["link"] if one["relation"] == relation), "")


async def pages(client: httpx.AsyncClient, url: str) -> list[dict[str, Any]]:
    found = []
    while url:
        found.append(await bundle(client, url))
        url = link(found[-1], "next")
        assert not url or url.startswith("http://hospital.test/fhir/")
    return found


async def test_pages_hold_everything_once(client: httpx.AsyncClient) -> None:
    """Danger: a record at the turn of a page is never seen."""
    await fill(client)
    for url, total in (
        ("/Patient?_count=3", 7),
        ("/Patient?_count=2&_sort=-birthdate", 7),
        ("/Condition?code=urn:codes%7Ca&_count=3", 7),
        ("/Patient/_history?_count=2", 7),
        ("/_history?_count=5", 21),
        ("/Patient/p1/$everything?_count=1", 3),
    ):
        found = [id_ for page in await pages(client, url) for id_ in ids(page)]
        assert len(found) == len(set(found)) == total, url
        if "sort" in url:
            assert found == [f"p{n}" for n in reversed(range(7))]


async def test_a_search_says_what_it_understood(client: httpx.AsyncClient) -> None:
    """Danger: an answer to another question than the one asked."""
    await fill(client)
    url = "/Condition?code=urn:codes%7Ca&_count=2&_total=accurate&_format=json"
    found = await bundle(client, url)
    assert found["total"] == 7
    asked = parse_qsl(urlsplit(link(found, "self")).query)
    assert asked == [("code", "urn:codes|a"), ("_count", "2"), ("_total", "accurate")]
    assert found["entry"][0]["fullUrl"].startswith("http://hospital.test/fhir/Condition/c")
    nothing = await bundle(client, "/Condition?code=urn:codes%7Cz&_total=accurate")
    assert nothing["total"] == 0
    assert "entry" not in nothing
    counted = await bundle(client, "/Condition?_summary=count")
    assert counted["total"] == 14
    assert "entry" not in counted


async def test_search_by_post_is_search_by_get(client: httpx.AsyncClient) -> None:
    """Danger: names in a form find somebody else than the same names in an address."""
    await fill(client)
    by_get = await bundle(client, "/Patient?birthdate=gt1973-06-01&_sort=birthdate&_count=2")
    for query, form in (
        ("", {"birthdate": "gt1973-06-01", "_sort": "birthdate", "_count": "2"}),
        ("?_sort=birthdate&_count=2", {"birthdate": "gt1973-06-01"}),
    ):
        response = await client.post(f"/Patient/_search{query}", data=form)
        assert ids(response.json()) == ids(by_get) == ["p4", "p5"]
    following = await client.get(link(response.json(), "next"))
    assert ids(following.json()) == ["p6"]
    response = await client.post("/Patient/_search", data={"_format": "ttl"})
    assert response.status_code == 406
    assert len(ids((await client.post("/Patient/_search?_id=p1")).json())) == 1


async def test_inclusions_are_told_from_matches(client: httpx.AsyncClient) -> None:
    """Danger: a patient brought along is taken for one that was found."""
    await fill(client)
    found = await bundle(client, "/Condition?_id=c1a,c1b,c2a&_include=Condition:patient")
    assert sorted(ids(found)) == ["c1a", "c1b", "c2a"]
    assert sorted(ids(found, "include")) == ["p1", "p2"]
    found = await bundle(client, "/Patient?_id=p3&_revinclude=Condition:patient")
    assert (ids(found), sorted(ids(found, "include"))) == (["p3"], ["c3a", "c3b"])


async def test_inclusions_stay_within_the_scopes(asking: Any, client: httpx.AsyncClient) -> None:
    """Danger: a token for conditions reads identities by including them."""
    await fill(client)
    async with asking("system/Condition.rs system/Device.rs") as other:
        assert (await other.get("/Condition?_id=c1a")).status_code == 200
        for query in (
            "_include=Condition:patient",
            "_include=*",
            "patient.birthdate=1971",
            "_revinclude=*",
        ):
            assert (await other.get(f"/Condition?{query}")).status_code == 403, query
        assert (await other.get("/Patient/p1/$everything")).status_code == 403
    async with asking("system/Patient.rs") as other:
        record = (await other.get("/Patient/p1/$everything")).json()
        assert ids(record) == ["p1"]
        assert "Condition" not in str(record)
        assert (await other.get("/Patient?_has:Condition:patient:code=a")).status_code == 403


async def test_lenient_handling_says_what_it_left_out(client: httpx.AsyncClient) -> None:
    """Danger: a criterion is dropped in silence, and everybody matches."""
    await fill(client)
    assert (await client.get("/Patient?colour=blue&_id=p1")).status_code == 400
    response = await client.get(
        "/Patient?colour=blue&_id=p1", headers={"Prefer": "handling=lenient"}
    )
    found = response.json()
    assert ids(found) == ["p1"]
    assert "colour" not in link(found, "self")
    outcome = found["entry"][-1]
    assert outcome["search"]["mode"] == "outcome"
    assert outcome["resource"]["issue"][0]["severity"] == "warning"
    assert "colour" in str(outcome)


async def test_excerpts_in_a_search(client: httpx.AsyncClient) -> None:
    """Danger: what `_elements` leaves out is given all the same."""
    await fill(client)
    found = await bundle(client, "/Patient?_id=p1&_elements=gender")
    assert set(found["entry"][0]["resource"]) == {"resourceType", "id", "meta"}
    assert "SUBSETTED" in str(found)


async def test_a_record_holds_its_own(client: httpx.AsyncClient) -> None:
    """Danger: another patient's data in a record, or some of this one's missing."""
    await fill(client)
    assert set(ids(await bundle(client, "/Patient/p1/$everything"))) == {"p1", "c1a", "c1b"}
    only = await bundle(client, "/Patient/p1/$everything?_type=Condition")
    assert set(ids(only)) == {"c1a", "c1b"}
    later = await bundle(client, "/Patient/p1/$everything?_since=2999-01-01T00:00:00Z")
    assert ids(later) == []


async def test_histories(client: httpx.AsyncClient) -> None:
    """Danger: a version, or who came after it, is lost."""
    await fill(client)
    await client.put("/Patient/p1", json={"resourceType": "Patient", "id": "p1", "active": True})
    await client.delete("/Patient/p2")
    past = await bundle(client, "/Patient/p1/_history")
    assert [e["resource"]["meta"]["versionId"] for e in past["entry"]] == ["2", "1"]
    kinds = await bundle(client, "/Patient/_history?_count=2")
    assert [e["request"]["method"] for e in kinds["entry"]] == ["DELETE", "PUT"]
    moment = past["entry"][0]["resource"]["meta"]["lastUpdated"]
    recent = await bundle(client, f"/_history?_since={moment}")
    assert len(recent["entry"]) == 2


@pytest.mark.parametrize("path", ["/Patient?_cursor=", "/Patient/_history?_cursor="])
async def test_a_cursor_belongs_to_its_question(client: httpx.AsyncClient, path: str) -> None:
    """Danger: a cursor made by hand, or for another search, shows what it should not."""
    await fill(client)
    first = await bundle(client, path.replace("_cursor=", "_count=2"))
    query = dict(parse_qsl(urlsplit(link(first, "next")).query))
    cursor = query["_cursor"]
    broken = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    assert (await client.get(f"{path}{broken}")).status_code == 400
    assert (await client.get(f"/Condition?_count=2&_cursor={cursor}")).status_code == 400
