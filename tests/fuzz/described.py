"""The table of FHIR routes as an OpenAPI document: what a generator of requests reads."""

from collections.abc import Iterator
from typing import Any

from hygie.api.routes import ROUTES
from hygie.api.routing import ID, TYPE, VERSION, Route

TYPES = (
    "Patient",
    "Observation",
    "Encounter",
    "Group",
    "DocumentReference",
    "AuditEvent",
    "Binary",
)
IDS = ("connu", "canari", "resultat-connu", "resultat-canari")
SEARCHED = (
    "_id", "_lastUpdated", "_sort", "_count", "_include", "_revinclude",
    "_has:Observation:subject:code",
    "subject", "patient", "code", "date", "name", "birthdate", "_filter", "_elements", "_summary",
    "_total", "_since", "_type", "_text", "_content", "status", "category", "value-quantity",
    "subject:Patient.name", "_format", "_typeFilter", "start", "end", "query",
)  # fmt: skip
TEXT = {"type": "string", "maxLength": 60}
VALUES = {
    "anyOf": [
        TEXT, {"type": "integer"},
        {"enum": ["canari", "Patient/canari", "Patient:*", "-date", "gt2020", "*", "accurate"]},
    ]
}  # fmt: skip
RESOURCE = {
    "type": "object",
    "properties": {
        "resourceType": {"enum": [*TYPES, "Bundle", "Parameters", "Nonsense"]},
        "id": {"enum": list(IDS)},
        "type": {"enum": ["transaction", "batch", "message", "collection"]},
        "status": {"enum": ["final", "active", "x"]},
        "subject": {"properties": {"reference": {"enum": [f"Patient/{one}" for one in IDS]}}},
        "entry": {
            "type": "array", "maxItems": 4,
            "items": {"type": "object", "properties": {
                "fullUrl": TEXT,
                "request": {"type": "object", "properties": {
                    "method": {"enum": ["GET", "PUT", "POST", "DELETE", "PATCH"]},
                    "url": {"enum": [
                        "Patient/canari", "Observation?patient=canari", "Patient", "Patient/connu",
                        "Patient?name=a", "Encounter/x/_history",
                    ]},
                    "ifNoneExist": TEXT,
                }},
                "resource": {"type": "object"},
            }},
        },
        "parameter": {"type": "array", "maxItems": 3, "items": {"type": "object"}},
    },
}  # fmt: skip
"""Half of a resource: what is generated is mostly wrong, and sometimes nearly right."""


def document() -> dict[str, Any]:
    """OpenAPI 3.0 of every route but the WebSocket."""
    paths: dict[str, Any] = {}
    for route in ROUTES:
        for path in paths_of(route):
            paths.setdefault(path, {})[route.method.lower()] = operation(route, path)
    return {"openapi": "3.0.3", "info": {"title": "Hygie", "version": "R4"}, "paths": paths}


def paths_of(route: Route) -> Iterator[str]:
    names = {TYPE: "{type}", ID: "{id}", VERSION: "{version}"}
    if route.only and TYPE in route.shape:
        names[TYPE] = route.only
    yield "/" + "/".join(names.get(part, part) for part in route.shape)


def operation(route: Route, path: str) -> dict[str, Any]:
    places = {"type": list(TYPES), "id": list(IDS), "version": ["1", "2", "0", "x"]}
    given: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"enum": values}}
        for name, values in places.items()
        if f"{{{name}}}" in path
    ]
    given += [{"name": name, "in": "query", "schema": VALUES} for name in SEARCHED]
    headers = {"Accept": ["application/fhir+json", "application/fhir+xml", "*/*", "x"],
               "Prefer": ["respond-async", "return=representation", "handling=lenient"],
               "If-Match": ['W/"1"', "x"], "If-None-Exist": ["name=a", "_id=canari"]}  # fmt: skip
    given += [
        {"name": name, "in": "header", "schema": {"enum": values}}
        for name, values in headers.items()
    ]
    told: dict[str, Any] = {"parameters": given, "responses": {"default": {"description": "any"}}}
    if route.method in ("POST", "PUT", "PATCH"):
        kinds = {"application/fhir+json": RESOURCE, "application/fhir+xml": TEXT}
        if route.method == "POST":
            kinds["application/x-www-form-urlencoded"] = {
                "type": "object", "properties": dict.fromkeys(SEARCHED, TEXT)
            }  # fmt: skip
        if route.method == "PATCH":
            kinds["application/json-patch+json"] = {"type": "array", "items": {"type": "object"}}
        content = {kind: {"schema": schema} for kind, schema in kinds.items()}
        told["requestBody"] = {"content": content}
    return told
