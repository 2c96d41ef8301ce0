"""Guards the formats of answers and bodies: JSON and XML say the same, and others are refused."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from hygie.fhir.codec import decode
from hygie.fhir.definitions import r4
from hygie.fhir.xml import read_xml, write_xml

XML = {"Accept": "application/fhir+xml"}
SENT = {"Content-Type": "application/fhir+xml"}
NAMESPACE = "http://hl7.org/fhir"
DIV = '<div xmlns="http://www.w3.org/1999/xhtml"><p title="a">é<br/>&lt;</p></div>'
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p",
    "text": {"status": "generated", "div": DIV},
    "name": [{"family": 'L’Hôte <&> "x"', "given": ["Ève", "Lou"]}],
    "birthDate": "1984-02-29",
    "_birthDate": {"extension": [{"url": "https://example.org/t", "valueTime": "10:30:00"}]},
}


def of_xml(response: httpx.Response) -> Any:
    assert response.headers["content-type"] == "application/fhir+xml;charset=utf-8"
    resource, issues = read_xml(response.content, r4())
    assert issues == []
    return resource


def to_xml(resource: Any) -> bytes:
    return write_xml(resource, r4())


async def put(client: httpx.AsyncClient) -> None:
    response = await client.put("/Patient/p", content=to_xml(PATIENT), headers=SENT)
    assert response.status_code == 201, response.text


async def test_what_came_in_xml_leaves_in_either(client: httpx.AsyncClient) -> None:
    """Danger: a resource that says one thing to one client and another to the next."""
    created = await client.put("/Patient/p", content=to_xml(PATIENT), headers=SENT | XML)
    stored = of_xml(created)
    assert {name: stored[name] for name in PATIENT} == PATIENT
    assert (await client.get("/Patient/p")).json() == stored
    assert of_xml(await client.get("/Patient/p", headers=XML)) == stored
    again = await client.put("/Patient/p", content=created.content, headers=SENT)
    assert (again.status_code, again.headers["etag"]) == (200, 'W/"1"')


@pytest.mark.parametrize(
    "url",
    ["/Patient/p", "/Patient", "/Patient/p/_history", "/Patient/p/_history/1", "/_history",
     "/Patient/p/$everything", "/metadata", "/Patient/p?_elements=name", "/Patient/p/$validate"],
)  # fmt: skip
async def test_every_answer_has_both_formats(client: httpx.AsyncClient, url: str) -> None:
    """Danger: an answer that only JSON has, or that is not the same in XML."""
    await put(client)
    in_json = await client.get(url)
    assert in_json.status_code == 200
    assert in_json.headers["content-type"] == "application/fhir+json;charset=utf-8"
    in_xml = await client.get(url, headers=XML)
    assert of_xml(in_xml) == decode(in_json.content)
    head = await client.head(url, headers=XML)
    assert head.headers["content-length"] == str(len(in_xml.content))
    assert head.content == b""


async def test_pages_asked_by_address_lead_to_pages_alike(client: httpx.AsyncClient) -> None:
    """Danger: the second page of a search in XML is in JSON."""
    for name in ("a", "b"):
        response = await client.put(f"/Patient/{name}", json={**PATIENT, "id": name})
        assert response.status_code == 201
    page = of_xml(await client.get("/Patient?_count=1&_format=xml"))
    url = next(link["url"] for link in page["link"] if link["relation"] == "next")
    assert len(of_xml(await client.get(url))["entry"]) == 1
    whole = of_xml(await client.get("/Patient?_format=xml"))
    assert whole["link"][0]["url"].endswith("/Patient?_format=xml")


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [("GET", "/Patient/none", 404), ("GET", "/Nonsense", 404), ("PUT", "/metadata", 405),
     ("GET", "/Patient?colour=blue", 400), ("POST", "/Patient", 415)],
)  # fmt: skip
async def test_refusals_are_in_the_format_asked_for(
    client: httpx.AsyncClient, method: str, url: str, status: int
) -> None:
    """Danger: a client of XML cannot read why it is refused."""
    by_address = url + ("&" if "?" in url else "?") + "_format=xml"
    for response in (
        await client.request(method, url, headers=XML),
        await client.request(method, by_address),
    ):
        assert response.status_code == status
        assert of_xml(response)["resourceType"] == "OperationOutcome"


async def test_nobody_known_is_told_so_in_xml(asking: Any) -> None:
    """Danger: the same, before anyone is known."""
    async with asking("") as client:
        response = await client.get("/Patient/p", headers=XML)
    assert (response.status_code, of_xml(response)["resourceType"]) == (401, "OperationOutcome")


@pytest.mark.parametrize(
    ("asked", "named"),
    [("ttl", "ttl"), ("html", "html"), ("application/fhir+turtle", "application/fhir+turtle"),
     ("application/fhir+xml;fhirVersion=5.0", "fhirVersion=5.0")],
)  # fmt: skip
async def test_other_formats_are_refused_by_name(
    client: httpx.AsyncClient, asked: str, named: str
) -> None:
    """Danger: a client reads Turtle, or FHIR R5, where there is R4 in JSON."""
    accepted = asked if "/" in asked else f"text/{asked}"
    for response in (
        await client.get("/metadata", params={"_format": asked}),
        await client.get("/metadata", headers={"Accept": accepted}),
    ):
        assert response.status_code == 406
        assert named in response.json()["issue"][0]["details"]["text"]


async def test_two_formats_at_once(client: httpx.AsyncClient) -> None:
    """Danger: one of two contradictory wishes dropped in silence."""
    assert (await client.get("/metadata?_format=xml&_format=json")).status_code == 400
    assert (await client.get("/metadata?_format=xml&_format=text/xml")).status_code == 200
    response = await client.get("/metadata?_format=json", headers=XML)
    assert response.headers["content-type"].startswith("application/fhir+json")


async def test_pretty(client: httpx.AsyncClient) -> None:
    """Danger: lines for people that change what is said."""
    await put(client)
    response = await client.get("/Patient/p?_pretty=true", headers=XML)
    assert of_xml(response) == (await client.get("/Patient/p")).json()
    assert '\n  <id value="p"/>\n' in response.text
    assert b'\n  "issue"' in (await client.get("/Patient/none?_pretty=true")).content


async def test_a_transaction_in_xml(client: httpx.AsyncClient) -> None:
    """Danger: bundles that only JSON has."""
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"fullUrl": "urn:uuid:6f0f2a3c-3c1b-4a58-9f39-0d5a3e0a8b11", "resource": PATIENT,
             "request": {"method": "PUT", "url": "Patient/p"}},
            {"resource": {"resourceType": "Basic", "code": {"text": "a"}, "subject":
             {"reference": "urn:uuid:6f0f2a3c-3c1b-4a58-9f39-0d5a3e0a8b11"}},
             "request": {"method": "POST", "url": "Basic"}},
        ],
    }  # fmt: skip
    response = await client.post("", content=to_xml(bundle), headers=SENT | XML)
    assert response.status_code == 200, response.text
    statuses = [entry["response"]["status"][:3] for entry in of_xml(response)["entry"]]
    assert statuses == ["201", "201"]
    found = of_xml(await client.get("/Basic?subject=Patient/p", headers=XML))
    assert found["entry"][0]["resource"]["subject"] == {"reference": "Patient/p"}


async def test_a_search_by_form_answers_in_xml(client: httpx.AsyncClient) -> None:
    """Danger: `_format` in a form is not seen."""
    await put(client)
    for response in (
        await client.post("/Patient/_search", data={"_format": "xml", "_id": "p"}),
        await client.post("/Patient/_search", data={"_id": "p"}, headers=XML),
    ):
        assert len(of_xml(response)["entry"]) == 1


@pytest.mark.parametrize(
    ("document", "status", "rule"),
    [
        ('<!DOCTYPE a [<!ENTITY a "ha">]><Patient/>', 400, "xml.doctype"),
        ('<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><Patient/>', 400, "xml.doctype"),
        (f'<Patient xmlns="{NAMESPACE}"><name>', 400, "xml.syntax"),
        ("<Patient/>", 422, "xml.namespace"),
        (f'<Patient xmlns="{NAMESPACE}"><gendre value="a"/></Patient>', 422,
         "structure.unknown-element"),
        (f'<Patient xmlns="{NAMESPACE}"><language value="a"/><id value="b"/></Patient>', 422,
         "xml.order"),
        ('<ClinicalDocument xmlns="urn:hl7-org:v3"/>', 400, "structure.resource-type"),
    ],
)  # fmt: skip
async def test_bad_xml(client: httpx.AsyncClient, document: str, status: int, rule: str) -> None:
    """Danger: entities that read files or grow, and faults dropped with what they spoil."""
    response = await client.post("/Patient", content=document, headers=SENT)
    assert response.status_code == status
    issue = response.json()["issue"][0]
    assert issue["details"]["coding"][0]["code"] == rule
    if rule in ("xml.doctype", "xml.syntax", "xml.namespace"):
        assert "line 1, column" in issue["details"]["text"]
    assert (await client.get("/Patient?_summary=count")).json()["total"] == 0


async def test_fhir_is_exchanged_in_utf_8(client: httpx.AsyncClient) -> None:
    """Danger: names whose accents depend on the reader."""
    document = f'<?xml version="1.0" encoding="UTF-16"?><Patient xmlns="{NAMESPACE}"/>'
    response = await client.post("/Patient", content=document.encode("utf-16"), headers=SENT)
    assert response.status_code == 422
    assert response.json()["issue"][0]["severity"] == "error"
    assert response.json()["issue"][0]["details"]["coding"][0]["code"] == "xml.encoding"


async def test_validation_tells_what_is_wrong_with_the_xml(client: httpx.AsyncClient) -> None:
    """Danger: a fault of the XML hides all that is wrong with what it holds."""
    document = f'<Patient xmlns="{NAMESPACE}"><gender value="x"/><active value="true"/></Patient>'
    response = await client.post("/Patient/$validate", content=document, headers=SENT | XML)
    assert response.status_code == 200
    rules = [issue["details"]["coding"][0]["code"] for issue in of_xml(response)["issue"]]
    assert {"xml.order", "value.binding"} <= set(rules)


async def test_a_large_bundle_is_converted_aside(client: httpx.AsyncClient) -> None:
    """Danger: one request in XML holds up all others."""
    entries = [
        {
            "resource": {**PATIENT, "id": name},
            "request": {"method": "PUT", "url": f"Patient/{name}"},
        }
        for name in (f"p{number}" for number in range(150))
    ]
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    document = to_xml(bundle)
    assert len(document) > 64 * 1024
    assert (await client.post("", content=document, headers=SENT)).status_code == 200
    found = await client.get("/Patient?_count=150", headers=XML)
    assert len(of_xml(found)["entry"]) == 150


async def test_what_is_no_resource_has_its_own_format(client: httpx.AsyncClient) -> None:
    """Danger: the SMART configuration, which is plain JSON, taken for a resource."""
    response = await client.get("/.well-known/smart-configuration", headers=XML)
    assert response.headers["content-type"] == "application/json"


async def test_a_refusal_that_xml_cannot_hold(client: httpx.AsyncClient) -> None:
    """Danger: a refusal that becomes a fault of the server, or a document nobody can read."""
    response = await client.get("/Patient?%01=a", headers=XML)
    assert response.status_code == 400
    assert response.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_examples_through_the_store(client: httpx.AsyncClient, form: str) -> None:
    """Danger: what the store does to a resource shows in one format only."""
    suites = Path(__file__).parents[3] / "shared" / "suites" / "r4-examples"
    if not suites.is_dir():
        pytest.skip("the public suites are not here")
    for name in ("Observation-f001", "Patient-example", "Medication-med0301"):
        raw = (suites / f"{name}.json").read_bytes()
        sent = decode(raw)
        url = f"/{sent['resourceType']}/{sent['id']}"
        headers = {"Content-Type": f"application/fhir+{form}"}
        content = to_xml(sent) if form == "xml" else raw
        assert (await client.put(url, content=content, headers=headers)).status_code == 201
        in_json = decode((await client.get(url)).content)
        assert of_xml(await client.get(url, headers=XML)) == in_json
        assert {name: in_json[name] for name in sent if name != "meta"} == {
            name: sent[name] for name in sent if name != "meta"
        }
