"""Guards `$export` as clients see it: kicked off, followed, read, cancelled, and by whom."""

import gzip
import json
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tests.api.conftest import Asking

from hygie.api.bulk import manifest as bulk_manifest
from hygie.exchange.bulk import worker as bulk_worker
from hygie.exchange.bulk.exports import Exports
from hygie.exchange.bulk.worker import Worker
from hygie.store.store import Store

ASYNC = {"Prefer": "respond-async", "Accept": "application/fhir+json"}
Json = dict[str, Any]


@pytest.fixture
def worker(store: Store, exports: Exports) -> Worker:
    return Worker(store, exports, settle_seconds=0)


@pytest.fixture
async def ward(client: httpx.AsyncClient) -> None:
    """Two patients with an observation each, one of both, a practitioner, a group of the first."""
    for name in ("ada", "bob"):
        await put(client, {"resourceType": "Patient", "id": name, "gender": "other"})
        await put(client, observation(f"of-{name}", name))
    await put(client, {"resourceType": "Practitioner", "id": "doc"})
    await put(client, appointment("visit", "ada", "bob"))
    member = [{"entity": {"reference": "Patient/ada"}}]
    group = {"type": "person", "actual": True, "member": member}
    await put(client, {"resourceType": "Group", "id": "team", **group})


def observation(name: str, patient: str) -> Json:
    return {
        "resourceType": "Observation", "id": name, "status": "final", "code": {"text": "x"},
        "subject": {"reference": f"Patient/{patient}"},
    }  # fmt: skip


def appointment(name: str, *patients: str) -> Json:
    parts = [{"actor": {"reference": f"Patient/{p}"}, "status": "accepted"} for p in patients]
    return {"resourceType": "Appointment", "id": name, "status": "proposed", "participant": parts}


async def put(client: httpx.AsyncClient, resource: Json) -> None:
    response = await client.put(f"/{resource['resourceType']}/{resource['id']}", json=resource)
    assert response.status_code in (200, 201), response.text


async def kick_off(client: httpx.AsyncClient, path: str = "/$export", **more: Any) -> str:
    """Where the status is."""
    response = await client.request("POST" if more else "GET", path, headers=ASYNC, **more)
    assert response.status_code == 202, response.text
    return local(response.headers["content-location"])


def local(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path.removeprefix('/fhir')}?{parts.query}"


async def exported(client: httpx.AsyncClient, worker: Worker, path: str, **more: Any) -> Json:
    """The manifest of a finished export."""
    where = await kick_off(client, path, **more)
    await worker.once()
    response = await client.get(where)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def names(client: httpx.AsyncClient, manifest: Json, kind: str = "output") -> set[str]:
    return {f"{one['resourceType']}/{one['id']}" for one in await lines(client, manifest, kind)}


async def lines(client: httpx.AsyncClient, manifest: Json, kind: str = "output") -> list[Json]:
    found: list[Json] = []
    for file in manifest[kind]:
        response = await client.get(local(file["url"]))
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "application/fhir+ndjson"
        read = [json.loads(line) for line in response.text.splitlines()]
        assert len(read) == file["count"]
        assert {one["resourceType"] for one in read} == {file["type"]}
        found += read
    return found


async def test_everything_is_exported(
    client: httpx.AsyncClient, worker: Worker, ward: None
) -> None:
    """Danger: an export that leaves something out, or is not what is stored."""
    where = await kick_off(client)
    waiting = await client.get(where)
    assert waiting.status_code == 202
    assert waiting.headers["x-progress"]
    assert waiting.headers["retry-after"]
    await worker.once()
    response = await client.get(where)
    assert response.status_code == 200
    assert response.headers["expires"]
    manifest = response.json()
    assert manifest["request"] == "http://hospital.test/fhir/$export"
    assert manifest["requiresAccessToken"] is True
    assert manifest["error"] == manifest["deleted"] == []
    found = await lines(client, manifest)
    assert len(found) == 7
    for one in found:
        read = await client.get(f"/{one['resourceType']}/{one['id']}")
        assert read.json() == one


async def test_a_patient_export_holds_records_only(
    client: httpx.AsyncClient, worker: Worker, ward: None
) -> None:
    """Danger: what is nobody's among patients' data; what is several patients' left out."""
    manifest = await exported(client, worker, "/Patient/$export")
    whole = {"Patient/ada", "Patient/bob", "Observation/of-ada", "Observation/of-bob"}
    assert await names(client, manifest) == whole | {"Appointment/visit", "Group/team"}


async def test_a_group_export_holds_its_members_only(
    client: httpx.AsyncClient, worker: Worker, ward: None
) -> None:
    """Danger: another patient's data in a cohort's."""
    manifest = await exported(client, worker, "/Group/team/$export")
    own = {"Patient/ada", "Observation/of-ada", "Appointment/visit", "Group/team"}
    assert await names(client, manifest) == own


def parameters(**values: str) -> Json:
    parts = [{"name": name, "valueString": value} for name, value in values.items()]
    return {"resourceType": "Parameters", "parameter": parts}


async def test_patients_may_be_named_in_the_body(
    client: httpx.AsyncClient, worker: Worker, ward: None
) -> None:
    """Danger: an export of one patient that holds another; names in addresses."""
    body = parameters(patient="Patient/bob", _type="Patient,Observation")
    manifest = await exported(client, worker, "/Patient/$export", json=body)
    assert await names(client, manifest) == {"Patient/bob", "Observation/of-bob"}
    refused = await client.get("/Patient/$export?patient=bob", headers=ASYNC)
    assert refused.status_code == 400
    outside = await client.post("/Group/team/$export", json=body, headers=ASYNC)
    assert outside.status_code == 400


async def test_what_was_deleted_is_told(
    client: httpx.AsyncClient, worker: Worker, ward: None
) -> None:
    """Danger: a copy keeps what is no more."""
    before = (await exported(client, worker, "/$export"))["transactionTime"]
    await client.delete("/Observation/of-bob")
    await put(client, observation("later", "ada"))
    manifest = await exported(client, worker, f"/$export?_since={before}")
    assert await names(client, manifest) == {"Observation/later"}
    (bundle,) = await lines(client, manifest, "deleted")
    assert bundle["type"] == "transaction"
    request = {"method": "DELETE", "url": "Observation/of-bob"}
    assert [entry["request"] for entry in bundle["entry"]] == [request]


async def test_elements_are_cut_and_said_to_be(
    client: httpx.AsyncClient, worker: Worker, ward: None
) -> None:
    """Danger: more given than asked; an excerpt taken for the whole."""
    path = "/$export?_type=Patient,Practitioner&_elements=Patient.gender"
    found = await lines(client, await exported(client, worker, path))
    patients = [one for one in found if one["resourceType"] == "Patient"]
    assert all(one["meta"]["tag"][0]["code"] == "SUBSETTED" for one in patients)
    assert all(set(one) == {"resourceType", "id", "meta", "gender"} for one in patients)
    assert [one for one in found if "tag" not in one["meta"]] == [
        one for one in found if one["resourceType"] == "Practitioner"
    ]


async def test_types_are_filtered(client: httpx.AsyncClient, worker: Worker, ward: None) -> None:
    """Danger: a filter that is not heeded, or that leaves out what meets it."""
    one = "Observation%3Fstatus=final%26_id=of-bob"
    path = f"/$export?_type=Patient,Observation&_typeFilter={one}"
    found = await names(client, await exported(client, worker, path))
    assert found == {"Patient/ada", "Patient/bob", "Observation/of-bob"}
    other = path + ",Observation%3Fsubject=Patient/ada"
    found = await names(client, await exported(client, worker, other))
    assert {"Observation/of-ada", "Observation/of-bob"} < found
    none = "/$export?_type=Observation&_typeFilter=Observation%3Fstatus:not=final"
    assert await names(client, await exported(client, worker, none)) == set()


async def test_manifests_come_in_pages_to_who_allows_it(
    client: httpx.AsyncClient,
    worker: Worker,
    ward: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Danger: files that no page lists, or two do; a page that changes after it was given out."""
    monkeypatch.setattr(bulk_manifest, "MAX_MANIFEST_FILES", 2)
    monkeypatch.setattr(bulk_worker, "TURN_SECONDS", 0)
    where = await kick_off(client, "/$export?allowPartialManifests=true")
    assert (await client.get(where)).content == b""
    await worker.once()
    await worker.once()
    part = await client.get(where)
    assert part.status_code == 202
    first = part.json()
    for _ in range(40):
        await worker.once()
    found, pages = set[str](), 0
    while where:
        page = await client.get(where)
        assert page.status_code == 200
        assert pages or page.json() == first
        listed = await names(client, page.json())
        assert not listed & found
        found |= listed
        pages += 1
        where = next((local(one["url"]) for one in page.json().get("link", ())), "")
    assert len(found) == 7
    assert pages > 1


async def test_who_asks_too_often_is_told_to_wait(client: httpx.AsyncClient) -> None:
    """Danger: clients that ask a thousand times a second how far it is."""
    where = await kick_off(client)
    answers = [await client.get(where) for _ in range(30)]
    assert [answer.status_code for answer in answers] == [202] * 20 + [429] * 10
    assert answers[-1].headers["retry-after"]


async def test_provenance_comes_along(
    client: httpx.AsyncClient, worker: Worker, ward: None
) -> None:
    """Danger: data whose origin is left behind, or the origin of what is not given out."""
    for name, target in (("first", "of-ada"), ("second", "of-ada"), ("other", "of-bob")):
        await put(client, provenance(name, target))
    await put(client, provenance("second", "of-ada", "2026-01-03"))
    path = "/Group/team/$export?_type=Observation&includeAssociatedData="
    relevant = await exported(client, worker, path + "RelevantProvenanceResources")
    own = {"Observation/of-ada", "Provenance/first", "Provenance/second"}
    assert await names(client, relevant) == own
    latest = await exported(client, worker, path + "LatestProvenanceResources")
    assert await names(client, latest) == own - {"Provenance/first"}
    every = await exported(
        client, worker, "/$export?includeAssociatedData=LatestProvenanceResources"
    )
    found = {one for one in await names(client, every) if one.startswith("Provenance")}
    assert found == {"Provenance/second", "Provenance/other"}


def provenance(name: str, target: str, day: str = "2026-01-02") -> Json:
    return {
        "resourceType": "Provenance", "id": name, "recorded": f"{day}T00:00:00Z",
        "target": [{"reference": f"Observation/{target}"}], "agent": [{"who": {"display": "x"}}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("_type=Unicorn", "export.parameter"),
        ("_outputFormat=text/csv", "export.parameter"),
        ("_since=2999-01-01T00:00:00Z", "export.parameter"),
        ("_since=2020-01-01", "export.parameter"),
        ("_since=2020-01-01T00:00:00Z&_until=2019-01-01T00:00:00Z", "export.parameter"),
        ("_elements=Patient.wings", "export.parameter"),
        ("organizeOutputBy=Patient", "export.parameter"),
        ("includeAssociatedData=Everything", "export.parameter"),
        ("_typeFilter=Observation?patient.name=x", "export.parameter"),
        ("_type=Patient&_typeFilter=Observation?status=final", "export.parameter"),
        ("_typeFilter=Observation?_count=3", "search.malformed-value"),
        ("wings=2", "parameter.unknown"),
    ],
)
async def test_what_is_not_understood_is_refused(
    client: httpx.AsyncClient, query: str, rule: str
) -> None:
    """Danger: an export of something else than was asked for."""
    response = await client.get(f"/$export?{query}", headers=ASYNC)
    assert response.status_code == 400
    assert response.json()["issue"][0]["details"]["coding"][0]["code"] == rule


async def test_only_later_answers_are_offered(client: httpx.AsyncClient) -> None:
    """Danger: a client that waits for all the data in one answer."""
    response = await client.get("/$export")
    assert response.status_code == 400


async def test_rights_are_those_of_who_asks(
    asking: Asking, client: httpx.AsyncClient, worker: Worker, ward: None
) -> None:
    """Danger: types given out that the token does not allow; exports of others read."""
    async with asking("system/Patient.rs") as other:
        manifest = await exported(other, worker, "/$export")
        assert await names(other, manifest) == {"Patient/ada", "Patient/bob"}
        refused = await other.get("/$export?_type=Observation", headers=ASYNC)
        assert refused.status_code == 403
    async with asking("system/Observation.rs") as third:
        stranger = await third.get(local(manifest["output"][0]["url"]))
        assert stranger.status_code == 403


async def test_files_are_compressed_or_read_in_parts(
    client: httpx.AsyncClient, worker: Worker, ward: None
) -> None:
    """Danger: a download that cannot go on, or that is not what the file holds."""
    manifest = await exported(client, worker, "/$export?_type=Patient")
    url = local(manifest["output"][0]["url"])
    whole = (await client.get(url, headers={"Accept-Encoding": "identity"})).content
    async with client.stream("GET", url, headers={"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join([piece async for piece in packed.aiter_raw()])
    assert gzip.decompress(raw) == whole
    headers = {"Accept-Encoding": "identity", "Range": "bytes=10-29"}
    part = await client.get(url, headers=headers)
    assert part.status_code == 206
    assert part.content == whole[10:30]
    assert part.headers["content-range"] == f"bytes 10-29/{len(whole)}"


async def test_a_cancelled_export_is_no_more(
    client: httpx.AsyncClient, worker: Worker, exports: Exports, ward: None
) -> None:
    """Danger: data that stay on disk, or can still be read."""
    where = await kick_off(client)
    await worker.once()
    manifest = (await client.get(where)).json()
    assert (await client.delete(where)).status_code == 202
    assert (await client.get(where)).status_code == 404
    assert (await client.get(local(manifest["output"][0]["url"]))).status_code == 404
    assert list(exports.folder.iterdir()) == []


async def test_a_file_that_was_altered_is_refused(
    client: httpx.AsyncClient, worker: Worker, exports: Exports, ward: None
) -> None:
    """Danger: data that somebody changed on the disk, given out as ours."""
    manifest = await exported(client, worker, "/$export?_type=Patient")
    (path,) = [path for path in exports.folder.rglob("*") if path.is_file()]
    raw = bytearray(path.read_bytes())
    raw[-3] ^= 1
    path.write_bytes(raw)
    response = await client.get(local(manifest["output"][0]["url"]))
    assert response.status_code == 409
    rule = response.json()["issue"][0]["details"]["coding"][0]["code"]
    assert rule == "export.file-altered"


async def test_a_hundred_at_once_are_not_taken(client: httpx.AsyncClient) -> None:
    """Danger: a client that fills the disk with exports."""
    answers = [await client.get("/$export", headers=ASYNC) for _ in range(100)]
    assert [one.status_code for one in answers].count(202) == 4
    assert {one.status_code for one in answers} == {202, 429}
    assert answers[-1].headers["retry-after"]
