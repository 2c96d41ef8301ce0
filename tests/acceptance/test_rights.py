"""Who may do what, asked from outside: nobody, readers, readers of one type, writers."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from tests.acceptance.house import JSON, House, issue_of

PATIENT = {"resourceType": "Patient", "id": "rights", "active": True}
OBSERVATION = {
    "resourceType": "Observation", "id": "rights", "status": "final", "code": {"text": "secret"},
    "subject": {"reference": "Patient/rights"},
}  # fmt: skip
PATHS = (
    "/Patient", "/Patient/rights", "/Patient/rights/_history", "/Patient/rights/_history/1",
    "/Patient/_history", "/_history", "/Patient/rights/$everything", "/Observation?code=x",
    "/Patiente", "/nothing/here",
)  # fmt: skip


@pytest.fixture(scope="module")
def record(house: House) -> Iterator[httpx.Client]:
    """A patient with one result; the client that made them."""
    with house.client() as client:
        assert client.put("/Patient/rights", json=PATIENT, headers=JSON).status_code in (200, 201)
        for_result = client.put("/Observation/rights", json=OBSERVATION, headers=JSON)
        assert for_result.status_code in (200, 201)
        yield client


@pytest.mark.parametrize("bearer", ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer " + "a" * 5000])
def test_nobody_unknown_reads_or_writes(house: House, record: httpx.Client, bearer: str) -> None:
    """Guards: any door to data that opens to a stranger."""
    before = house.resources()
    with house.client("", **({"Authorization": bearer} if bearer else {})) as client:
        answers = [client.get(path) for path in PATHS]
        answers += [
            client.post("/Patient", json=PATIENT, headers=JSON),
            client.post("/Patient/_search", data={"name": "a"}),
            client.post("", json={"resourceType": "Bundle", "type": "batch"}, headers=JSON),
            client.put("/Patient/rights", json=PATIENT, headers=JSON),
            client.patch("/Patient/rights", json=[]),
            client.delete("/Patient/rights"),
        ]
        assert client.get("/metadata").status_code == 200
    for answer in answers:
        assert answer.status_code == 401, answer.url
        assert answer.headers["www-authenticate"].startswith("Bearer")
        issue_of(answer)
    assert house.resources() == before


def test_who_may_only_read_writes_nothing(house: House, record: httpx.Client) -> None:
    """Guards: a reader's token with which records are changed."""
    before = house.resources()
    changed = PATIENT | {"active": False}
    with house.client("reader") as client:
        patch = [{"op": "replace", "path": "/active", "value": False}]
        kind = {"Content-Type": "application/json-patch+json"}
        for answer in (
            client.post("/Patient", json=PATIENT, headers=JSON),
            client.put("/Patient/rights", json=changed, headers=JSON),
            client.put("/Patient?_id=rights", json=changed, headers=JSON),
            client.patch("/Patient/rights", json=patch, headers=kind),
            client.delete("/Patient/rights"),
            client.delete("/Patient?_id=rights"),
        ):
            assert answer.status_code == 403, answer.request
            issue_of(answer)
        entry = {"resource": changed, "request": {"method": "PUT", "url": "Patient/rights"}}
        for kind_of_bundle in ("transaction", "batch"):
            bundle = {"resourceType": "Bundle", "type": kind_of_bundle, "entry": [entry]}
            assert "403" in client.post("", json=bundle, headers=JSON).text + str(
                client.post("", json=bundle, headers=JSON).status_code
            )
        assert client.get("/Patient/rights").status_code == 200
    assert house.resources() == before


def test_who_may_read_patients_sees_nothing_else(house: House, record: httpx.Client) -> None:
    """Guards: results that leak through an include, a chain, a bundle or a history."""
    with house.client("patients") as client:
        assert client.get("/Patient/rights").status_code == 200
        refused = (
            "/Observation", "/Observation/rights", "/Observation/rights/_history", "/_history",
            "/Patient?_has:Observation:patient:code=x", "/Observation?patient=Patient/rights",
        )  # fmt: skip
        for path in refused:
            assert client.get(path).status_code == 403, path
        for path in (
            "/Patient?_id=rights&_revinclude=Observation:patient",
            "/Patient?_id=rights&_revinclude=*",
            "/Patient/rights/$everything",
        ):
            answer = client.get(path)
            assert answer.status_code in (200, 400, 403), path
            assert "secret" not in answer.text, path
        entry = [{"request": {"method": "GET", "url": "Observation/rights"}}]
        for kind in ("batch", "transaction"):
            bundle = {"resourceType": "Bundle", "type": kind, "entry": entry}
            assert "secret" not in client.post("", json=bundle, headers=JSON).text
    assert "secret" in record.get("/Patient/rights/$everything").text


def test_who_may_only_write_gets_nothing_back(house: House, record: httpx.Client) -> None:
    """Guards: a writer's token with which records are read, or their existence is probed."""
    with house.client("writer") as client:
        told = client.put("/Patient/rights", json=PATIENT, headers=JSON)
        assert told.status_code == 200
        assert "Patient" not in told.text
        for answer in (
            client.get("/Patient/rights"),
            client.get("/Patient"),
            client.put("/Patient?_id=rights", json=PATIENT, headers=JSON),
            client.post("/Patient", json=PATIENT, headers=JSON | {"If-None-Exist": "_id=rights"}),
        ):
            assert answer.status_code == 403, answer.request


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("GET", "/Patient/rights", "read"),
        ("GET", "/Patient/rights/_history/1", "vread"),
        ("GET", "/Patient/rights/_history", "history"),
        ("GET", "/Patient?_id=rights", "search"),
        ("GET", "/Patient/rights/$everything", "everything"),
        ("PUT", "/Basic/traced", "create"),
        ("PUT", "/Basic/traced", "update"),
        ("GET", "/Patient/absent", "read"),
        ("DELETE", "/Basic/traced", "delete"),
    ],
)
def test_every_access_leaves_its_trace(
    house: House, record: httpx.Client, method: str, path: str, action: str
) -> None:
    """Guards: an access that nobody can be held to account for."""
    request = uuid4().hex
    traced = {"resourceType": "Basic", "id": "traced", "code": {"text": action}}
    given = {"content": None}
    if method == "PUT" and action == "update":
        record.put(path, json=traced | {"code": {"text": "before"}}, headers=JSON)
    if action == "create":
        path = path + "-anew"
        traced["id"] = "traced-anew"
    if action == "delete":
        record.put(path, json=traced, headers=JSON)
    body = {"json": traced} if method == "PUT" else given
    answer = record.request(method, path, headers=JSON | {"X-Request-Id": request}, **body)
    assert answer.headers["x-request-id"] == request
    left = house.value(
        "SELECT count(*) FROM hygie.audit WHERE request = $1 AND action = $2 AND actor = 'all'",
        request, action,
    )  # fmt: skip
    assert left == 1


def test_a_refused_reach_leaves_its_trace(house: House, record: httpx.Client) -> None:
    """Guards: someone who tries doors, unseen."""
    with house.client("patients") as client:
        client.get("/Observation/rights", headers={"X-Request-Id": "trace-refused"})
    query = "SELECT count(*) FROM hygie.audit WHERE request = $1 AND action = 'refused'"
    assert house.value(query, "trace-refused") == 1
