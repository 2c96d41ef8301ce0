"""Guards against an answer over several types that leaves some out, or shows too much."""

from urllib.parse import urlsplit

import httpx
import pytest
from tests.api.conftest import Asking


@pytest.fixture
async def ward(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Three patients, four observations, a practitioner, and a list of one of each."""
    everyone = [{"resourceType": "Patient", "id": f"p{n}"} for n in range(3)]
    seen = [
        {"resourceType": "Observation", "id": f"o{n}", "status": "final", "code": {"text": "x"}}
        for n in range(4)
    ]
    doctor = {"resourceType": "Practitioner", "id": "d"}
    listed = {
        "resourceType": "List", "id": "l", "status": "current", "mode": "working",
        "entry": [{"item": {"reference": r}} for r in ("Patient/p1", "Observation/o2")],
    }  # fmt: skip
    for resource in (*everyone, *seen, doctor, listed):
        kind, own = resource["resourceType"], resource["id"]
        answer = await client.put(f"/{kind}/{own}", json=resource)
        assert answer.status_code == 201, answer.text
    return client


def names(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [entry["resource"]["id"] for entry in answer.json().get("entry", [])]


async def test_pages_hold_everything_once(ward: httpx.AsyncClient) -> None:
    """Danger: between two types, or two pages, a match is lost or given twice."""
    found: list[str] = []
    path = "?_type=Patient,Observation,Practitioner&_count=2"
    for _ in range(10):
        answer = await ward.get(path)
        page = names(answer)
        assert len(page) <= 2
        found += page
        following = [x["url"] for x in answer.json()["link"] if x["relation"] == "next"]
        if not following:
            break
        path = "?" + urlsplit(following[0]).query
    assert sorted(found) == ["d", "o0", "o1", "o2", "o3", "p0", "p1", "p2"]


async def test_without_types_all_are_searched(ward: httpx.AsyncClient) -> None:
    """Danger: a type that is stored and not looked at."""
    assert names(await ward.get("?_id=p1")) == ["p1"]
    assert names(await ward.post("/_search", data={"_id": "o1,l"})) == ["l", "o1"]
    counted = await ward.get("?_summary=count&_type=Patient,Observation")
    assert counted.json()["total"] == 7


async def test_what_is_not_common_is_refused(ward: httpx.AsyncClient) -> None:
    """Danger: a criterion that one of the types has not is dropped for it."""
    for query in (
        "_type=Patient,Observation&code=x", "_type=Patient,Nothing", "_type=",
        "_type=Patient,Observation&_sort=_id", "_type=Patient,Observation&_cursor=x",
        "_type=Patient,Observation&_include=Observation:subject",
    ):  # fmt: skip
        assert (await ward.get(f"?{query}")).status_code == 400, query
    assert names(await ward.get("?_type=Patient&_sort=-_lastUpdated"))[0] == "p2"


async def test_only_what_the_client_may_search_is_shown(ward: httpx.AsyncClient, asking) -> None:
    """Danger: a search of everything that shows what a search of one type refuses."""
    async with asking("system/Patient.s") as limited:
        assert sorted(names(await limited.get(""))) == ["p0", "p1", "p2"]
        assert (await limited.get("?_type=Patient,Observation")).status_code == 403
    async with asking("system/Patient.r") as reader:
        assert (await reader.get("")).status_code == 403


async def test_a_list_gives_what_it_refers_to(ward: httpx.AsyncClient, asking) -> None:
    """Danger: `_list` is passed over, and all is found; or a list is told of."""
    assert names(await ward.get("/Patient?_list=l")) == ["p1"]
    assert names(await ward.get("/Observation?_list=l,none")) == ["o2"]
    assert names(await ward.get("/Patient?_list=none")) == []
    assert (await ward.get("/Patient?_list=$current-problems")).status_code == 400
    async with asking("system/Patient.s") as limited:
        assert (await limited.get("/Patient?_list=l")).status_code == 403


async def test_what_is_left_out_of_several_types_is_told_of_each(asking: Asking) -> None:
    """Danger: a parameter that no type has, asked leniently: a breakdown, or the same twice."""
    async with asking("system/Patient.rs system/Observation.rs system/Patient.c") as client:
        for kind in ("Patient", "Observation"):
            await client.get(f"/{kind}")
        answer = await client.get(
            "/?_type=Patient,Observation&nothing=x", headers={"Prefer": "handling=lenient"}
        )
    assert answer.status_code == 200
    outcomes = [e for e in answer.json().get("entry", ()) if e["search"]["mode"] == "outcome"]
    assert len(outcomes) == 1
    told = [issue["details"]["text"] for issue in outcomes[0]["resource"]["issue"]]
    assert len(told) == len(set(told)) == 2  # of each type
