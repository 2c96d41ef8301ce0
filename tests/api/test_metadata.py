"""Guards the truth of the CapabilityStatement: what is listed works, what works is listed."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.api.conftest import BASE

from hygie.api import Rooms, fhir_app
from hygie.api.routes import ROUTES
from hygie.api.smart.app import ROUTES as SMART
from hygie.api.traces.handlers import decline
from hygie.fhir.codec import decode
from hygie.fhir.validate import base_validator

FHIR = {"Content-Type": "application/fhir+json"}
PATCH = {"Content-Type": "application/json-patch+json"}
SAMPLES = {
    "number": "1", "date": "2026-01-01", "string": "x", "token": "x", "reference": "1",
    "composite": "x$x", "quantity": "1", "uri": "urn:x",
}  # fmt: skip


@pytest.fixture
async def statement(client: httpx.AsyncClient) -> dict[str, Any]:
    response = await client.get("/metadata")
    assert response.status_code == 200
    return decode(response.content)


def calls(type_: str) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """How each interaction of a resource type is called. Most resources need more than this to
    be valid: a refusal of the content (422) shows that the interaction is there.
    """
    body = {"content": json.dumps({"resourceType": type_, "id": "x"}), "headers": FHIR}
    patch = {"content": "[]", "headers": PATCH}
    meta = {"name": "meta", "valueMeta": {"tag": [{"code": "a"}]}}
    named = {"resourceType": "Parameters", "parameter": [meta]}
    labels = {"content": json.dumps(named), "headers": FHIR}
    return {
        "create": ("POST", f"/{type_}", body),
        "update": ("PUT", f"/{type_}/x", body),
        "read": ("GET", f"/{type_}/x", {}),
        "vread": ("GET", f"/{type_}/x/_history/1", {}),
        "patch": ("PATCH", f"/{type_}/x", patch),
        "history-instance": ("GET", f"/{type_}/x/_history", {}),
        "history-type": ("GET", f"/{type_}/_history", {}),
        "search-type": ("GET", f"/{type_}", {}),
        "delete": ("DELETE", f"/{type_}/x", {}),
        "$everything": ("GET", f"/{type_}/x/$everything", {}),
        "$validate": ("POST", f"/{type_}/$validate", body),
        "$expand": ("POST", f"/{type_}/$expand", parameters(("url", "Uri", GENDERS))),
        "$validate-code": (
            "POST",
            f"/{type_}/$validate-code",
            parameters(
                ("url", "Uri", GENDERS if type_ == "ValueSet" else GENDER),
                ("code", "Code", "male"),
                ("system", "Uri", GENDER),
            ),
        ),
        "$batch-validate-code": ("POST", f"/{type_}/$batch-validate-code", parameters()),
        "$lookup": (
            "POST",
            f"/{type_}/$lookup",
            parameters(("system", "Uri", GENDER), ("code", "Code", "male")),
        ),
        "$subsumes": (
            "POST",
            f"/{type_}/$subsumes",
            parameters(
                ("system", "Uri", GENDER), ("codeA", "Code", "male"), ("codeB", "Code", "male")
            ),
        ),
        "$closure": ("POST", "/$closure", parameters(("name", "String", "table"))),
        "$translate": (
            "POST",
            f"/{type_}/$translate",
            parameters(
                ("url", "Uri", "http://hl7.org/fhir/ConceptMap/cm-administrative-gender-v3"),
                ("system", "Uri", GENDER),
                ("code", "Code", "male"),
            ),
        ),
        "$export": ("GET", EXPORTS.get(type_, ""), {"headers": {"Prefer": "respond-async"}}),
        "$meta": ("GET", f"/{type_}/$meta", {}),
        "$meta-add": ("POST", f"/{type_}/x/$meta-add", labels),
        "$meta-delete": ("POST", f"/{type_}/x/$meta-delete", labels),
        "$graphql": ("GET", f"/{type_}/x/$graphql?query={{id}}", {}),
        "$lastn": ("GET", f"/{type_}/$lastn?patient=x&category=laboratory", {}),
        "$stats": ("GET", f"/{type_}/$stats?subject=Patient/x&code=y&statistic=count", {}),
        "$document": ("GET", f"/{type_}/x/$document", {}),
        "$status": ("GET", f"/{type_}/$status", {}),
        "$events": ("GET", f"/{type_}/x/$events", {}),
        "$get-ws-binding-token": ("GET", f"/{type_}/x/$get-ws-binding-token", {}),
    }


def parameters(*named: tuple[str, str, str]) -> dict[str, Any]:
    """What an operation is sent: name, type and value of each."""
    sent = [{"name": name, f"value{kind}": value} for name, kind, value in named]
    return {
        "content": json.dumps({"resourceType": "Parameters", "parameter": sent}), "headers": FHIR
    }  # fmt: skip


GENDER = "http://hl7.org/fhir/administrative-gender"
GENDERS = "http://hl7.org/fhir/ValueSet/administrative-gender"
EXPORTS = {"Patient": "/Patient/$export", "Group": "/Group/x/$export"}
SERVED = {200, 201, 202, 204, 404, 410, 422}
"""404 and 410 for a resource that is not there; an interaction that is not gives 405."""


async def test_the_statement_is_valid_and_names_what_it_is(
    client: httpx.AsyncClient, statement: dict[str, Any]
) -> None:
    """Danger: clients cannot read what the server says of itself."""
    assert base_validator().validate(statement) == []
    assert statement["fhirVersion"] == "4.0.1"
    assert statement["implementation"]["url"] == "http://hospital.test/fhir"
    assert statement["software"]["version"] == "0.0.0-test"
    again = await client.get("/metadata?mode=full&_pretty=true")
    assert decode(again.content) == statement


async def test_every_interaction_that_is_listed_works(
    client: httpx.AsyncClient, statement: dict[str, Any]
) -> None:
    """Danger: a client relies on something that is not there."""
    for resource in statement["rest"][0]["resource"]:
        known = calls(resource["type"])
        listed = [entry["code"] for entry in resource["interaction"]]
        listed += ["$" + operation["name"] for operation in resource.get("operation", [])]
        for code in sorted(listed, key=list(known).index):
            method, path, more = known[code]
            response = await client.request(method, path, **more)
            assert response.status_code in SERVED, (code, response.text)
            if response.status_code == 404:
                told = response.json()
                told = told if "issue" in told else told["errors"][0]["extensions"]["resource"]
                rule = told["issue"][0]["details"]["coding"][0]["code"]
                assert rule in ("store.not-found", "not-found"), (code, path)


async def test_what_works_is_listed(statement: dict[str, Any]) -> None:
    """Danger: something can be done that nobody was told of."""
    rest = statement["rest"][0]
    listed = {entry["code"] for entry in rest["interaction"]}
    listed |= {"$" + operation["name"] for operation in rest["operation"]}
    for resource in rest["resource"]:
        listed |= {entry["code"] for entry in resource["interaction"]}
        listed |= {"$" + operation["name"] for operation in resource.get("operation", [])}
    served = {code for route in ROUTES for code in route.interactions}
    assert served == listed
    assert all(
        route.interactions
        or route.open
        or route.handler is decline
        or "conditional" in route.handler.__name__
        for route in ROUTES
    )


async def test_every_search_parameter_that_is_listed_is_understood(
    client: httpx.AsyncClient, statement: dict[str, Any]
) -> None:
    """Danger: a parameter is promised and refused, or silently does nothing."""
    for resource in statement["rest"][0]["resource"]:
        for query in queries(resource):
            response = await client.get(f"/{resource['type']}?{query}&_count=1")
            understood = response.status_code == 200
            # A sample value may not suit a parameter: then the value is refused, not the name.
            rule = response.json().get("issue", [{}])[0].get("details", {}).get("coding", [{}])[0]
            assert understood or rule["code"] == "search.malformed-value", (query, response.text)


async def test_what_every_search_may_ask_is_listed_and_understood(
    client: httpx.AsyncClient, statement: dict[str, Any]
) -> None:
    """Danger: a filter that works is unknown to clients, or one that is listed is refused."""
    listed = [parameter["name"] for parameter in statement["rest"][0]["searchParam"]]
    asked = {"_type": "Patient", "_list": "none", "_filter": 'gender eq "male"'}
    assert listed == list(asked)
    for name, value in asked.items():
        path = "/" if name == "_type" else "/Patient"
        assert (await client.get(path, params={name: value})).status_code in (200, 404), name


def queries(resource: dict[str, Any]) -> Iterator[str]:
    """One query for every parameter of a few types, for a few parameters of the others."""
    whole = resource["type"] in ("Patient", "Observation", "Encounter", "AuditEvent")
    parameters = resource.get("searchParam", [])
    for parameter in parameters if whole else parameters[-2:]:
        yield f"{parameter['name']}={SAMPLES.get(parameter['type'], 'x')}"
    for name, limit in (("searchInclude", 3), ("searchRevInclude", 3)):
        for value in resource.get(name, [])[: None if whole else limit][:40]:
            yield f"_{name.removeprefix('search').lower()}={value}"


async def test_features_that_are_listed_work(
    client: httpx.AsyncClient, statement: dict[str, Any]
) -> None:
    """Danger: a flag of the statement is wishful."""
    resource = next(r for r in statement["rest"][0]["resource"] if r["type"] == "Patient")
    patient = {"resourceType": "Patient", "id": "x"}
    flags = {
        "updateCreate": True, "readHistory": True, "conditionalCreate": True,
        "conditionalUpdate": True, "conditionalDelete": "single",
        "conditionalRead": "full-support", "versioning": "versioned",
    }  # fmt: skip
    assert {name: resource[name] for name in flags} == flags
    assert (await client.put("/Patient/x", json=patient)).status_code == 201
    assert (await client.get("/Patient/x/_history/1")).status_code == 200
    made = await client.post("/Patient", json=patient, headers={"If-None-Exist": "_id=x"})
    assert made.status_code == 200
    assert (await client.put("/Patient?_id=x", json=patient)).status_code == 200
    patched = await client.patch("/Patient?_id=x", content="[]", headers=PATCH)
    assert patched.status_code == 200
    read = await client.get("/Patient/x", headers={"If-None-Match": 'W/"1"'})
    assert read.status_code == 304
    assert (await client.delete("/Patient?_id=x")).status_code == 204
    for kind in ("transaction", "batch"):
        answer = await client.post("", json={"resourceType": "Bundle", "type": kind})
        assert answer.json()["type"] == f"{kind}-response"
    assert (await client.get("/_history")).status_code == 200


async def test_smart_configuration_promises_what_there_is(
    client: httpx.AsyncClient,
) -> None:
    """Danger: a SMART app is sent to an authorization server that does not exist."""
    response = await client.get("/.well-known/smart-configuration")
    assert response.headers["content-type"] == "application/json"
    content = response.json()
    assert {"launch-ehr", "launch-standalone", "permission-v2"} <= set(content["capabilities"])
    served = {"http://hospital.test" + path for path in (*SMART, "/oauth/authorize")}
    promised = {v for k, v in content.items() if k.endswith(("_endpoint", "jwks_uri"))}
    assert promised <= served
    assert content["code_challenge_methods_supported"] == ["S256"]
    statement = (await client.get("/metadata")).json()
    security = statement["rest"][0]["security"]
    uris = {one["valueUri"] for one in security["extension"][0]["extension"]}
    assert uris <= served


async def test_word_search_that_is_off_is_not_listed(rooms: Rooms) -> None:
    """Danger: a client relies on a search that this establishment refuses."""
    rooms.store.vault.blinder.words = False
    app = fhir_app(rooms, version="0")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        listed = decode((await client.get("/metadata")).content)["rest"][0]["resource"]
    names = {parameter["name"] for each in listed for parameter in each["searchParam"]}
    assert "_id" in names
    assert not names & {"_text", "_content"}
