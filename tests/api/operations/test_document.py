"""Guards `$document`: a document holds all that its Composition refers to, and nothing else."""

from typing import Any

import httpx
import pytest

from hygie.fhir.validate import base_validator

TEXT = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">a</div>'}
AUTHOR = "Practitioner/dr"
COMPOSITION: dict[str, Any] = {
    "resourceType": "Composition",
    "id": "c",
    "text": TEXT,
    "status": "final",
    "type": {"text": "Lettre"},
    "subject": {"reference": "Patient/p"},
    "date": "2026-03-01",
    "author": [{"reference": AUTHOR}, {"identifier": {"value": "12"}}],
    "title": "Lettre de sortie",
    "attester": [{"mode": "legal", "party": {"reference": AUTHOR}}],
    "section": [
        {
            "title": "A",
            "text": TEXT,
            "section": [{"title": "B", "entry": [{"reference": "Basic/2"}]}],
            "entry": [{"reference": "Basic/1"}, {"reference": "Basic/2/_history/1"}],
        }
    ],
}


def resources() -> list[dict[str, Any]]:
    return [
        {"resourceType": "Patient", "id": "p", "text": TEXT},
        {"resourceType": "Practitioner", "id": "dr", "text": TEXT},
        *({"resourceType": "Basic", "id": name, "text": TEXT, "code": {"text": "a"},
           "author": {"reference": "Practitioner/dr"}} for name in "12"),
        COMPOSITION,
    ]  # fmt: skip


@pytest.fixture
async def stored(client: httpx.AsyncClient) -> httpx.AsyncClient:
    for one in resources():
        response = await client.put(f"/{one['resourceType']}/{one['id']}", json=one)
        assert response.status_code == 201, response.text
    return client


def urls(document: dict[str, Any]) -> list[str]:
    assert (document["resourceType"], document["type"]) == ("Bundle", "document")
    return [
        entry["fullUrl"].removeprefix("http://hospital.test/fhir/") for entry in document["entry"]
    ]


async def test_a_document_holds_what_its_composition_names(stored: httpx.AsyncClient) -> None:
    """Danger: a document whose reader finds a reference that leads nowhere."""
    made = await stored.get("/Composition/c/$document")
    assert made.status_code == 200
    document = made.json()
    assert urls(document)[:3] == ["Composition/c", "Patient/p", AUTHOR]
    assert sorted(urls(document)[3:]) == ["Basic/1", "Basic/2"]
    assert [(i.rule, i.location, i.details) for i in base_validator().validate(document)] == []
    again = (await stored.get("/Composition/c/$document")).json()
    assert urls(again) == urls(document)
    assert again["identifier"] != document["identifier"]


@pytest.mark.parametrize("way", ["query", "body", "instance"])
async def test_every_way_of_asking(stored: httpx.AsyncClient, way: str) -> None:
    """Danger: one way gives another document than the next."""
    body = {"resourceType": "Parameters", "parameter": [{"name": "id", "valueUri": "c"}]}
    response = {
        "query": lambda: stored.get("/Composition/$document?id=c"),
        "body": lambda: stored.post("/Composition/$document", json=body),
        "instance": lambda: stored.post("/Composition/c/$document"),
    }[way]
    assert len(urls((await response()).json())) == 5


async def test_a_document_is_stored_on_request(stored: httpx.AsyncClient) -> None:
    """Danger: a document that cannot be found again, or that is no valid one."""
    composition = {**COMPOSITION, "section": [{"title": "A", "entry": [{"reference": "Basic/1"}]}]}
    assert (await stored.put("/Composition/c", json=composition)).status_code == 200
    made = await stored.post("/Composition/c/$document?persist=true")
    assert made.status_code == 201, made.text
    path = made.headers["location"].removeprefix("http://hospital.test/fhir")
    assert (await stored.get(path)).json() == made.json()
    assert urls(made.json()) == ["Composition/c", "Patient/p", AUTHOR, "Basic/1"]


async def test_what_is_missing_is_listed(stored: httpx.AsyncClient) -> None:
    """Danger: a document without something, that does not say so."""
    entries = [{"reference": text} for text in ("Basic/none", "Basic/1", "http://other/Basic/1")]
    composition = {**COMPOSITION, "section": [{"title": "A", "entry": entries}]}
    assert (await stored.put("/Composition/c", json=composition)).status_code == 200
    assert (await stored.delete("/Patient/p")).status_code == 204
    refused = await stored.get("/Composition/c/$document")
    assert refused.status_code == 422
    assert [issue["expression"] for issue in refused.json()["issue"]] == [
        ["Composition.subject"], ["Composition.section[0].entry[0]"],
        ["Composition.section[0].entry[2]"],
    ]  # fmt: skip
    assert "Basic/none" in refused.text


@pytest.mark.parametrize(
    ("scopes", "query", "status"),
    [
        ("system/*.r", "", 200),
        ("system/Composition.r system/Patient.r", "", 403),
        ("system/Patient.r", "", 403),
        ("system/*.r", "?persist=true", 403),
    ],
)
async def test_rights(
    stored: httpx.AsyncClient, asking: Any, scopes: str, query: str, status: int
) -> None:
    """Danger: a document shows what its reader may not read."""
    async with asking(scopes) as client:
        response = await client.get(f"/Composition/c/$document{query}")
    assert response.status_code == status


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/Composition/$document", 400),
        ("/Composition/c/$document?id=c", 400),
        ("/Composition/c/$document?persist=maybe", 400),
        ("/Composition/c/$document?graph=http://x", 400),
        ("/Composition/c/$document?persist=true&persist=true", 400),
        ("/Composition/none/$document", 404),
        ("/Patient/p/$document", 404),
    ],
)
async def test_bad_requests(stored: httpx.AsyncClient, url: str, status: int) -> None:
    """Danger: something asked for and dropped."""
    assert (await stored.get(url)).status_code == status


@pytest.mark.parametrize(
    "value", [{"valueInteger": 1}, {}, {"valueBoolean": True, "valueCode": "a"}]
)
async def test_bad_parameters(stored: httpx.AsyncClient, value: Any) -> None:
    """Danger: the same, in a body."""
    for parameter in ({"name": "persist"} | value, "a"):
        body = {"resourceType": "Parameters", "parameter": [parameter]}
        assert (await stored.post("/Composition/c/$document", json=body)).status_code == 400


async def test_documents_are_bounded(
    stored: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: one request that reads the whole store."""
    monkeypatch.setattr("hygie.api.operations.document.MAX_DOCUMENT_RESOURCES", 3)
    assert (await stored.get("/Composition/c/$document")).status_code == 413
