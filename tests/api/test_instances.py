"""Guards reading and writing one resource over HTTP: statuses, headers, versions (R4 §3.1.0)."""

import json
from typing import Any

import httpx

PATCH = {"Content-Type": "application/json-patch+json"}


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **more}


async def test_a_create_says_where_what_and_which_version(client: httpx.AsyncClient) -> None:
    """Danger: the one who created something cannot find it again."""
    made = await client.post("/Patient", json=patient(gender="male"))
    assert made.status_code == 201
    assert made.headers["etag"] == 'W/"1"'
    assert made.headers["content-type"].startswith("application/fhir+json")
    body = made.json()
    location = f"http://hospital.test/fhir/Patient/{body['id']}/_history/1"
    assert made.headers["location"] == location
    for url in (location, f"/Patient/{body['id']}"):
        read = await client.get(url)
        assert (read.status_code, read.content) == (200, made.content)
        assert read.headers["last-modified"] == made.headers["last-modified"]


async def test_prefer_says_what_comes_back(client: httpx.AsyncClient) -> None:
    """Danger: a gateway that needs no body pays for it, or one that needs it gets none."""
    for wish, kind in (
        ("return=minimal", ""),
        ("return=representation", "Patient"),
        ("return=OperationOutcome", "OperationOutcome"),
    ):
        made = await client.post("/Patient", json=patient(), headers={"Prefer": wish})
        assert made.status_code == 201
        assert (made.json()["resourceType"] if made.content else "") == kind
    gone = await client.delete("/Patient/x", headers={"Prefer": "return=OperationOutcome"})
    assert (gone.status_code, gone.json()["resourceType"]) == (200, "OperationOutcome")


async def test_a_life(client: httpx.AsyncClient) -> None:
    """Danger: a step of the ordinary way answers with another status than the standard's."""
    made = await client.put("/Patient/p", json=patient(id="p"))
    assert made.status_code == 201
    again = await client.put("/Patient/p", json=patient(id="p"))
    assert (again.status_code, again.headers["etag"]) == (200, 'W/"1"')
    stale = await client.put(
        "/Patient/p", json=patient(id="p", gender="male"), headers={"If-Match": 'W/"7"'}
    )
    assert stale.status_code == 412
    unclear = await client.put("/Patient/p", json=patient(id="p"), headers={"If-Match": "7"})
    assert unclear.status_code == 400
    patch = json.dumps([{"op": "add", "path": "/gender", "value": "female"}])
    patched = await client.patch("/Patient/p", content=patch, headers=PATCH | {"If-Match": 'W/"1"'})
    assert (patched.status_code, patched.json()["gender"]) == (200, "female")
    removed = await client.delete("/Patient/p", headers={"If-Match": 'W/"1"'})
    assert removed.status_code == 412
    removed = await client.delete("/Patient/p")
    assert (removed.status_code, removed.content) == (204, b"")
    assert (await client.delete("/Patient/p")).status_code == 204
    assert (await client.get("/Patient/p")).status_code == 410
    assert (await client.get("/Patient/p/_history/3")).status_code == 410
    assert (await client.get("/Patient/p/_history/2")).json()["gender"] == "female"
    back = await client.put("/Patient/p", json=patient(id="p"))
    assert (back.status_code, back.headers["etag"]) == (200, 'W/"4"')
    past = (await client.get("/Patient/p/_history")).json()
    assert past["type"] == "history"
    assert [e["request"]["method"] for e in past["entry"]] == ["PUT", "DELETE", "PUT", "POST"]
    assert "resource" not in past["entry"][1]


async def test_who_has_the_version_already_gets_no_body(client: httpx.AsyncClient) -> None:
    """Danger: a stale copy is confirmed, or a fresh one sent again and again."""
    made = await client.put("/Patient/p", json=patient(id="p"))
    for headers, status in (
        ({"If-None-Match": 'W/"1"'}, 304),
        ({"If-None-Match": 'W/"9", W/"1"'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": 'W/"2"'}, 200),
        ({"If-Modified-Since": made.headers["last-modified"]}, 304),
        ({"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "hier"}, 200),
    ):
        read = await client.get("/Patient/p", headers=headers)
        assert read.status_code == status, headers
        assert bool(read.content) == (status == 200)
        assert read.headers["etag"] == 'W/"1"'


async def test_conditional_writes(client: httpx.AsyncClient) -> None:
    """Danger: a criterion is lost between the door and the store."""
    one = patient(identifier=[{"system": "urn:t", "value": "1"}])
    criteria = "identifier=urn:t%7C1"
    exists = {"If-None-Exist": criteria}
    first = await client.post("/Patient", json=one, headers=exists)
    second = await client.post("/Patient", json=one, headers=exists)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    changed = await client.put(f"/Patient?{criteria}", json=one | {"gender": "male"})
    assert (changed.status_code, changed.headers["etag"]) == (200, 'W/"2"')
    patch = json.dumps([{"op": "remove", "path": "/gender"}])
    patched = await client.patch(f"/Patient?{criteria}", content=patch, headers=PATCH)
    assert (patched.status_code, "gender" in patched.json()) == (200, False)
    await client.post("/Patient", json=one)
    for response in (
        await client.post("/Patient", json=one, headers=exists),
        await client.put(f"/Patient?{criteria}", json=one),
        await client.patch(f"/Patient?{criteria}", content=patch, headers=PATCH),
        await client.delete(f"/Patient?{criteria}"),
    ):
        assert response.status_code == 412
    await client.delete(f"/Patient/{first.json()['id']}")
    assert (await client.delete(f"/Patient?{criteria}")).status_code == 204
    assert (await client.delete(f"/Patient?{criteria}")).status_code == 204


async def test_the_form_of_an_answer(client: httpx.AsyncClient) -> None:
    """Danger: an excerpt is taken for the whole; a number changes when it is made pretty."""
    weight = (
        b'{"resourceType":"Observation","id":"o","status":"final","code":{"text":"Poids"},'
        b'"valueQuantity":{"value":72.50},"note":[{"text":"n"}]}'
    )
    headers = {"Content-Type": "application/fhir+json"}
    assert (await client.put("/Observation/o", content=weight, headers=headers)).status_code == 201
    pretty = await client.get("/Observation/o?_pretty=true")
    assert b'\n    "value": 72.50\n' in pretty.content
    short = (await client.get("/Observation/o?_elements=status")).json()
    assert set(short) == {"resourceType", "id", "meta", "status", "code"}
    assert short["meta"]["tag"][0]["code"] == "SUBSETTED"
    assert (await client.put("/Observation/o", json=short)).status_code == 422
    summary = (await client.get("/Observation/o?_summary=true")).json()
    assert "note" not in summary
    for query, status in (
        ("_format=json", 200),
        ("_format=application/fhir%2Bjson", 200),
        ("_format=application/fhir+json", 200),
        ("_format=xml", 200),
        ("_format=ttl", 406),
        ("_pretty=maybe", 400),
        ("_summary=all", 400),
        ("_summary=count", 400),
        ("_elements=colour", 400),
        ("colour=blue", 400),
    ):
        assert (await client.get(f"/Observation/o?{query}")).status_code == status, query
    accept = {"Accept": "text/turtle"}
    assert (await client.get("/Observation/o", headers=accept)).status_code == 406
    assert (await client.get("/Observation/o?_format=json", headers=accept)).status_code == 200
    lenient = {"Prefer": "handling=lenient"}
    assert (await client.get("/Observation/o?colour=blue", headers=lenient)).status_code == 200
