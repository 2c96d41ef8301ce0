"""Guards the contents of Binary resources: what comes in as a PDF goes out as that PDF."""

from base64 import b64encode
from typing import Any

import httpx
import pytest

FHIR = {"Accept": "application/fhir+json"}
PDF = {"Content-Type": "application/pdf"}
CONTENT = b"%PDF-1.7 \x00\xff\r\n"


@pytest.fixture
async def stored(client: httpx.AsyncClient) -> httpx.AsyncClient:
    headers = PDF | {"X-Security-Context": "Patient/p"}
    assert (await client.put("/Binary/b", content=CONTENT, headers=headers)).status_code == 201
    return client


async def test_a_content_comes_back_to_the_byte(stored: httpx.AsyncClient) -> None:
    """Danger: a document altered by its storage, or that a browser runs."""
    for url in ("/Binary/b", "/Binary/b/_history/1"):
        for accept in ("*/*", "application/pdf", "", "text/html,*/*;q=0.8"):
            read = await stored.get(url, headers={"Accept": accept})
            assert (read.status_code, read.content) == (200, CONTENT)
            assert read.headers["content-type"] == "application/pdf"
            assert read.headers["content-disposition"] == "attachment"
            assert read.headers["x-content-type-options"] == "nosniff"
            assert read.headers["x-security-context"] == "Patient/p"
            assert read.headers["etag"] == 'W/"1"'
    head = await stored.head("/Binary/b")
    assert (head.headers["content-length"], head.content) == (str(len(CONTENT)), b"")
    known = await stored.get("/Binary/b", headers={"If-None-Match": 'W/"1"'})
    assert known.status_code == 304


async def test_it_is_a_resource_as_well(stored: httpx.AsyncClient) -> None:
    """Danger: a content that only one of two kinds of client finds."""
    for read in (
        await stored.get("/Binary/b", headers=FHIR),
        await stored.get("/Binary/b?_format=json"),
    ):
        binary = read.json()
        assert binary["contentType"] == "application/pdf"
        assert binary["data"] == b64encode(CONTENT).decode()
        assert binary["securityContext"] == {"reference": "Patient/p"}
    in_xml = await stored.get("/Binary/b", headers={"Accept": "application/fhir+xml"})
    assert in_xml.text.startswith("<?xml")
    found = (await stored.get("/Binary?_id=b")).json()
    assert found["entry"][0]["resource"]["contentType"] == "application/pdf"


async def test_a_resource_is_no_content(client: httpx.AsyncClient) -> None:
    """Danger: a Binary that comes as FHIR is wrapped in another."""
    binary = {"resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": "YQ=="}
    made = await client.put("/Binary/b", json=binary)
    assert made.status_code == 201
    assert made.json()["contentType"] == "text/plain"
    assert (await client.get("/Binary/b")).content == b"a"
    del binary["data"]
    assert (await client.put("/Binary/b", json=binary)).status_code == 200
    assert (await client.get("/Binary/b")).content == b""


async def test_a_content_is_created(client: httpx.AsyncClient) -> None:
    """Danger: a type with parameters lost on the way."""
    media = "text/plain; charset=iso-8859-15"
    made = await client.post("/Binary", content=b"\xa4", headers={"Content-Type": media})
    assert (made.status_code, made.json()["contentType"]) == (201, media)
    read = await client.get(f"/Binary/{made.json()['id']}")
    assert (read.content, read.headers["content-type"]) == (b"\xa4", media)


async def test_refusals_are_resources(stored: httpx.AsyncClient, asking: Any) -> None:
    """Danger: a refusal saved as the document."""
    missing = await stored.get("/Binary/none")
    assert (missing.status_code, missing.json()["resourceType"]) == (404, "OperationOutcome")
    async with asking("system/Patient.r") as client:
        assert (await client.get("/Binary/b")).status_code == 403
        assert (await client.put("/Binary/b", content=b"a", headers=PDF)).status_code == 403
    assert (await stored.post("/Patient", content=b"a", headers=PDF)).status_code == 415


async def test_contents_are_bounded(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: a content that makes a resource larger than any may be."""
    monkeypatch.setattr("hygie.api.binaries.MAX_CONTENT_BYTES", 3)
    assert (await client.post("/Binary", content=b"1234", headers=PDF)).status_code == 413


@pytest.mark.parametrize("given", ["text/html\r\nSet-Cookie: a=b", "text", "é/é", ""])
async def test_no_header_is_made_of_data(client: httpx.AsyncClient, given: str) -> None:
    """Danger: a content type that adds a header to the answer."""
    binary = {"resourceType": "Binary", "id": "b", "contentType": given, "data": "YQ=="}
    made = await client.put("/Binary/b", json=binary)
    if made.status_code == 422:
        return
    read = await client.get("/Binary/b")
    assert read.headers["content-type"] == "application/octet-stream"
    assert "set-cookie" not in read.headers
