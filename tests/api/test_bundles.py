"""Guards bundles over HTTP: whole records as other systems send them."""

import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from hygie.fhir.codec import decode
from hygie.fhir.validate import base_validator
from hygie.limits import MAX_BUNDLE_BYTES

FHIR = {"Content-Type": "application/fhir+json"}
SHARED = Path(os.environ.get("HYGIE_SHARED") or Path(__file__).parents[3] / "shared")
SYNTHEA = SHARED / "suites" / "synthea-sample"


def transaction(*entries: Any, kind: str = "transaction") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def put(id_: str) -> dict[str, Any]:
    return {
        "resource": {"resourceType": "Patient", "id": id_},
        "request": {"method": "PUT", "url": f"Patient/{id_}"},
    }


async def test_a_transaction_answers_entry_by_entry(client: httpx.AsyncClient) -> None:
    """Danger: the sender cannot tell which record became which."""
    content = transaction(
        {"request": {"method": "GET", "url": "Patient?_id=a,b"}}, put("a"), put("b")
    )
    response = await client.post("", json=content, headers={"Prefer": "return=representation"})
    assert response.status_code == 200
    answer = response.json()
    assert answer["type"] == "transaction-response"
    seen = answer["entry"][0]["resource"]
    assert seen["link"][0]["url"] == "http://hospital.test/fhir/Patient?_id=a,b"
    assert sorted(e["resource"]["id"] for e in seen["entry"]) == ["a", "b"]
    made = answer["entry"][1]
    assert made["resource"]["id"] == "a"
    assert made["fullUrl"] == "http://hospital.test/fhir/Patient/a"
    assert made["response"] == {
        "status": "201 Created",
        "location": "Patient/a/_history/1",
        "etag": 'W/"1"',
        "lastModified": made["resource"]["meta"]["lastUpdated"],
    }


async def test_scopes_hold_for_every_entry(asking: Any, client: httpx.AsyncClient) -> None:
    """Danger: what a token may not do alone, it may do in a bundle."""
    await client.put("/Patient/a", json=put("a")["resource"])
    async with asking("system/Observation.cruds system/Patient.s") as other:
        for request in (
            {"method": "GET", "url": "Patient/a"},
            {"method": "DELETE", "url": "Patient/a"},
            {"method": "GET", "url": "Patient?_revinclude=Condition:patient"},
        ):
            response = await other.post("", json=transaction({"request": request}))
            assert response.status_code == 403
            assert "Bundle.entry[0]" in response.text
            response = await other.post("", json=transaction({"request": request}, kind="batch"))
            status = response.json()["entry"][0]["response"]["status"]
            assert (response.status_code, status) == (200, "403 Forbidden")
    assert (await client.get("/Patient/a")).status_code == 200


@pytest.mark.skipif(not SYNTHEA.is_dir(), reason="the shared suites are not here")
async def test_synthetic_records_are_stored_and_read_again(client: httpx.AsyncClient) -> None:
    """Danger: a real-sized record is refused, or comes back changed."""
    paths = sorted(SYNTHEA.glob("*.json"), key=lambda path: path.stat().st_size)
    for path in paths[: len(paths) // 2]:
        sent = decode(path.read_bytes(), limit=MAX_BUNDLE_BYTES)
        response = await client.post("", content=path.read_bytes(), headers=FHIR)
        assert response.status_code == 200, response.text[:500]
        answer = decode(response.content)
        assert base_validator().validate(answer) == []
        statuses = {entry["response"]["status"] for entry in answer["entry"]}
        assert statuses == {"201 Created"}
        targets = {
            entry["fullUrl"]: made["response"]["location"].rpartition("/_history")[0]
            for entry, made in zip(sent["entry"], answer["entry"], strict=True)
        }
        for entry in sent["entry"][::20]:
            read = await client.get(f"/{targets[entry['fullUrl']]}")
            assert stripped(read.content) == stripped(linked(entry["resource"], targets))
    found = (await client.get("/Patient?_total=accurate&_count=1")).json()
    for entry in found["entry"]:
        record = await client.get(f"/Patient/{entry['resource']['id']}/$everything?_count=1000")
        assert len(record.json()["entry"]) > 20


def linked(resource: Any, targets: dict[str, str]) -> bytes:
    text = json.dumps(resource, default=str)
    for old, new in targets.items():
        text = text.replace(json.dumps(old), json.dumps(new))
    return text.encode()


def stripped(raw: bytes) -> Any:
    """What was sent, without what the server adds; numbers by value."""
    content = json.loads(raw, parse_float=str, parse_int=str)
    return {name: value for name, value in content.items() if name not in ("id", "meta")}
