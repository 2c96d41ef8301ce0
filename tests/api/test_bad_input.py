"""Guards against bad input: a precise refusal, nothing stored, and the server stays up."""

import json
from typing import Any

import httpx
import pytest

from hygie.limits import MAX_BUNDLE_BYTES, MAX_FORM_BYTES, MAX_RESOURCE_BYTES
from hygie.store.store import Store

FHIR = {"Content-Type": "application/fhir+json"}
GOOD = b'{"resourceType":"Patient","birthDate":"1970-01-01"}'

BODIES: tuple[tuple[bytes, int, str], ...] = (
    (b"", 400, "json.empty"),
    (GOOD[:-5], 400, "json.truncated"),
    (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400, "json.depth"),
    (b"[" * 10_000 + b"]" * 10_000, 400, "json.depth"),
    (b'{"resourceType":"Patient","name":[{"family":"\xe9"}]}', 400, "json.encoding"),
    (b'{"resourceType":"Patient","gender":"male","gender":"female"}', 400, "json.duplicate-key"),
    (b'{"resourceType":"Patient","multipleBirthInteger":1e400}', 400, "json.number"),
    (b'{"resourceType":"Patient","multipleBirthInteger":NaN}', 400, "json.number"),
    (b'{"resourceType":"Patient","name":[{"family":"\\ud800"}]}', 400, "json.surrogate"),
    (GOOD + b"x", 400, "json.trailing"),
    (b"[]", 400, "json.resource-type"),
    (b"null", 400, "json.resource-type"),
    (b'{"resourceType":"Group"}', 400, "resource.type"),
    (b'{"resourceType":"Nonsense"}', 400, "resource.type"),
    (b'{"resourceType":"Patient","colour":"blue"}', 422, ""),
    (b'{"resourceType":"Patient","birthDate":"1970-02-30"}', 422, ""),
    (b'{"resourceType":"Patient","name":[]}', 422, ""),
    (b'{"resourceType":"Patient","name":null}', 422, ""),
)


async def rows(store: Store) -> int:
    found: int = await store.pool.fetchval("SELECT count(*) FROM hygie.resource")
    return found


def rule_of(response: httpx.Response) -> str:
    rule: str = response.json()["issue"][0]["details"]["coding"][0]["code"]
    return rule


async def test_bodies_that_cannot_be_read(client: httpx.AsyncClient, store: Store) -> None:
    """Danger: what cannot be read is guessed at, or takes the server down."""
    for body, status, rule in BODIES:
        for attempt in (
            client.post("/Patient", content=body, headers=FHIR),
            client.post("", content=body, headers=FHIR),
        ):
            response = await attempt
            assert response.status_code >= 400, body[:40]
            assert response.status_code < 500, body[:40]
        response = await client.post("/Patient", content=body, headers=FHIR)
        assert response.status_code == status, (body[:60], response.text)
        assert rule_of(response).startswith(rule), (body[:60], response.text)
        assert response.json()["issue"][0]["details"]["text"]
    assert await rows(store) == 0
    assert (await client.post("/Patient", content=GOOD, headers=FHIR)).status_code == 201


async def test_bodies_that_are_too_large(client: httpx.AsyncClient, store: Store) -> None:
    """Danger: one upload fills the memory of the server."""
    read = 0

    async def endless() -> Any:
        nonlocal read
        while True:
            read += 1 << 20
            yield b" " * (1 << 20)

    for path, limit in (("/Patient", MAX_RESOURCE_BYTES), ("", MAX_BUNDLE_BYTES)):
        read = 0
        response = await client.post(path, content=endless(), headers=FHIR)
        assert response.status_code == 413
        assert read <= limit + (1 << 21)
    said = FHIR | {"Content-Length": str(MAX_RESOURCE_BYTES + 1)}
    response = await client.post("/Patient", content=b"{}", headers=said)
    assert (response.status_code, rule_of(response)) == (413, "request.size")
    form = b"family=" + b"x" * MAX_FORM_BYTES
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    response = await client.post("/Patient/_search", content=form, headers=kind)
    assert response.status_code == 413
    assert await rows(store) == 0


async def test_bodies_of_another_kind(client: httpx.AsyncClient) -> None:
    """Danger: compressed or foreign bytes are read as JSON."""
    for headers in (
        {},
        {"Content-Type": "application/fhir+turtle"},
        {"Content-Type": "text/plain"},
        FHIR | {"Content-Encoding": "gzip"},
        {"Content-Type": "application/fhir+json; charset=latin1"},
    ):
        response = await client.post("/Patient", content=GOOD, headers=headers)
        assert (response.status_code, rule_of(response)) == (415, "request.media-type")
    response = await client.patch("/Patient/p", content=b"[]", headers=FHIR)
    assert response.status_code == 415
    assert response.headers["accept-patch"] == "application/json-patch+json"


@pytest.mark.parametrize("patch", ["{}", '[{"op":"nonsense"}]', '[{"op":"test","path":"/x"}]', "["])
async def test_patches_that_make_no_sense(client: httpx.AsyncClient, patch: str) -> None:
    """Danger: half a patch is applied."""
    await client.put("/Patient/p", content=b'{"resourceType":"Patient","id":"p"}', headers=FHIR)
    kind = {"Content-Type": "application/json-patch+json"}
    response = await client.patch("/Patient/p", content=patch, headers=kind)
    assert response.status_code in (400, 422)
    assert (await client.get("/Patient/p")).headers["etag"] == 'W/"1"'


async def test_searches_that_make_no_sense(client: httpx.AsyncClient) -> None:
    """Danger: a misspelt parameter is dropped, and the answer shows everybody."""
    await client.post("/Patient", content=GOOD, headers=FHIR)
    for query in (
        "colour=blue",
        "birthdate=hier",
        "birthdate:colour=1970",
        "name=%ff",
        "_count=-1",
        "_count=x",
        "_sort=colour",
        "_include=Patient:colour",
        "_cursor=nonsense",
        "gender=",
        "&".join(["gender=male"] * 100),
    ):
        response = await client.get(f"/Patient?{query}")
        assert response.status_code == 400, query[:40]
        assert response.json()["issue"][0]["details"]["text"]
    for path in ("/Patient/_history?_count=x", "/_history?_since=hier", "/_history?_at=2026"):
        assert (await client.get(path)).status_code == 400
    for query in ("_type=Nonsense", "_since=2026", "start=2026-01-01"):
        await client.put("/Patient/p", content=b'{"resourceType":"Patient","id":"p"}', headers=FHIR)
        assert (await client.get(f"/Patient/p/$everything?{query}")).status_code == 400
    assert (await client.get("/metadata?mode=normative")).status_code == 400


async def test_a_bundle_whose_500th_entry_is_wrong(client: httpx.AsyncClient, store: Store) -> None:
    """Danger: half a bundle is stored, and nobody knows which half."""
    entries = [
        {
            "resource": {"resourceType": "Patient", "active": True},
            "request": {"method": "POST", "url": "Patient"},
        }
        for _ in range(500)
    ]
    entries[499]["resource"] = {"resourceType": "Patient", "active": "yes"}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    response = await client.post("", content=json.dumps(bundle), headers=FHIR)
    assert response.status_code == 422
    places = [issue["expression"] for issue in response.json()["issue"]]
    assert places == [["Bundle.entry[499].resource.active"]]
    assert await rows(store) == 0
    entries.pop()
    response = await client.post("", content=json.dumps(bundle), headers=FHIR)
    assert (response.status_code, await rows(store)) == (200, 499)
