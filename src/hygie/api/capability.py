"""The CapabilityStatement, generated from the table of routes and the registry (R4 §3.1.0.12).

What is listed works, what works is listed: nothing is written by hand a second time.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from hygie.api.request import LEDGERED
from hygie.api.routing import Route
from hygie.api.smart import discovery
from hygie.api.traces.asking import PARAMETERS as TRACED
from hygie.exchange.subscriptions.backport import BASE as BACKPORT
from hygie.exchange.subscriptions.backport import PROFILE, TOPICS, WEBSOCKET
from hygie.fhir.definitions import Registry, SearchParameter
from hygie.fhir.search import supported_parameters
from hygie.intake.messaging.heading import EVENT_CODES, FILED

OPERATIONS: Final = {
    "$everything": "http://hl7.org/fhir/OperationDefinition/Patient-everything",
    "$meta": "http://hl7.org/fhir/OperationDefinition/Resource-meta",
    "$meta-add": "http://hl7.org/fhir/OperationDefinition/Resource-meta-add",
    "$meta-delete": "http://hl7.org/fhir/OperationDefinition/Resource-meta-delete",
    "$graphql": "http://hl7.org/fhir/OperationDefinition/Resource-graphql",
    "$document": "http://hl7.org/fhir/OperationDefinition/Composition-document",
    "$lastn": "http://hl7.org/fhir/OperationDefinition/Observation-lastn",
    "$stats": "http://hl7.org/fhir/OperationDefinition/Observation-stats",
    "$viewdefinition-run": "http://sql-on-fhir.org/OperationDefinition/$viewdefinition-run",
    "$validate": "http://hl7.org/fhir/OperationDefinition/Resource-validate",
    "$expand": "http://hl7.org/fhir/OperationDefinition/ValueSet-expand",
    "ValueSet/$validate-code": "http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code",
    "CodeSystem/$validate-code": "http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code",
    "$batch-validate-code": (
        "http://hl7.org/fhir/tools/OperationDefinition/ValueSet-batch-validate-code"
    ),
    "$process-message": "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message",
    "$lookup": "http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup",
    "$subsumes": "http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes",
    "$closure": "http://hl7.org/fhir/OperationDefinition/ConceptMap-closure",
    "$translate": "http://hl7.org/fhir/OperationDefinition/ConceptMap-translate",
    "$export": "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export",
    "Patient/$export": "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export",
    "Group/$export": "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/group-export",
    "$export-poll-status": "urn:hygie:operation:export-poll-status",
    "$export-file": "urn:hygie:operation:export-file",
    "$import": "urn:hygie:operation:import",
    "$import-poll-status": "urn:hygie:operation:import-poll-status",
    "$import-errors": "urn:hygie:operation:import-errors",
    "$status": f"{BACKPORT}/OperationDefinition/backport-subscription-status",
    "$events": f"{BACKPORT}/OperationDefinition/backport-subscription-events",
    "$get-ws-binding-token": (
        f"{BACKPORT}/OperationDefinition/backport-subscription-get-ws-binding-token"
    ),
}
"""By name; by type and name what is another operation there."""
EVERYWHERE: Final = (("_type", "special"), ("_list", "special"), ("_filter", "special"))
"""Search parameters of whatever is searched that are about no element: `_type` names the types of
a search of several."""
INSTANTIATES: Final = ("http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data",)
SECURITY: Final = (
    "Every interaction but metadata and .well-known/smart-configuration needs a bearer token "
    "(RFC 6750): of an application approved here (SMART App Launch 2.2), or made by the "
    "administrator with “hygie token create”."
)
TRANSPORTS: Final = "http://terminology.hl7.org/CodeSystem/message-transport"
MESSAGING: Final = (
    "Synchronous; a token needs the scope “message/NAME” of a declared source. Events of "
    f"{EVENT_CODES} that are carried out: {', '.join(sorted(FILED))}; and those that the source is "
    "declared to send. A message received again is answered as the first time, whenever it comes."
)
Json = dict[str, Any]


class Statement(msgspec.Struct, frozen=True):
    """What the statement is made of, but for the address it is asked under."""

    routes: Sequence[Route]
    registry: Registry
    version: str
    since: datetime
    """When this server started: the statement's date."""
    left_out: Collection[str] = ()
    """Search parameters that this establishment has switched off."""
    topics: Callable[[], Iterable[str]] = tuple
    """URLs of the topics that come with the house; others are Basic resources of its store."""

    def at(self, base: str) -> Json:
        return {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": self.since.isoformat(timespec="seconds"),
            "kind": "instance",
            "instantiates": list(INSTANTIATES),
            "software": {"name": "Hygie", "version": self.version},
            "implementation": {"description": "Hygie", "url": base},
            "fhirVersion": "4.0.1",
            "format": ["application/fhir+json", "json", "application/fhir+xml", "xml"],
            "patchFormat": ["application/json-patch+json"],
            "rest": [self._rest(base)],
            "messaging": [_messaging(base)],
        }

    def _rest(self, base: str) -> Json:
        rows = _by_target(self.registry)
        system = [route for route in self.routes if route.level == "system"]
        address = re.sub("^http", "ws", base)
        return {
            "extension": [{"url": WEBSOCKET, "valueUri": f"{address}/ws"}],
            "mode": "server",
            "security": {
                **discovery.security(base.removesuffix("/fhir")),
                "description": SECURITY,
            },
            "resource": [self._resource(t, rows[t]) for t in self.registry.resource_types],
            "interaction": _codes(system),
            "searchParam": [{"name": name, "type": kind} for name, kind in EVERYWHERE],
        } | _operations(system)

    def _resource(self, type_: str, referred: list[str]) -> Json:
        shared = () if type_ == LEDGERED else ("",)
        routes = [
            r for r in self.routes
            if r.level in ("type", "instance") and r.only in (*shared, type_)
        ]  # fmt: skip
        resource: Json = {
            "type": type_,
            "profile": f"http://hl7.org/fhir/StructureDefinition/{type_}",
            "interaction": _codes(routes),
            "versioning": "versioned" if shared else "no-version",
        }
        for route in routes:
            resource |= dict(route.flags)
        if type_ == "Subscription":
            resource = {"extension": self._topics()} | resource | {"supportedProfile": [PROFILE]}
        resource["referencePolicy"] = ["literal", "logical"]
        return resource | self._search(type_, referred) | _operations(routes)

    def _topics(self) -> list[Json]:
        """How clients of R4 find the topics of a server (STU 1.1, §Topic discovery)."""
        return [{"url": TOPICS, "valueCanonical": url} for url in self.topics()]

    def _search(self, type_: str, referred: list[str]) -> Json:
        parameters = supported_parameters(self.registry, type_)
        if type_ == LEDGERED:
            return {"searchParam": [_listed(p) for p in parameters if p.code in TRACED]}
        listed = [_listed(p) for p in parameters if p.code not in self.left_out]
        included = [f"{type_}:{p.code}" for p in parameters if p.type == "reference"]
        found: Json = {}
        for name, values in (
            ("searchInclude", included), ("searchRevInclude", referred), ("searchParam", listed)
        ):  # fmt: skip
            if values:
                found[name] = values
        return found


def _listed(parameter: SearchParameter) -> Json:
    return {"name": parameter.code, "definition": parameter.url, "type": parameter.type}


def _messaging(base: str) -> Json:
    """Which events are taken is said in words: R4 publishes no MessageDefinition of its own."""
    protocol = {"system": TRANSPORTS, "code": "http"}
    return {
        "endpoint": [{"protocol": protocol, "address": f"{base}/$process-message"}],
        "documentation": MESSAGING,
    }


def _by_target(registry: Registry) -> dict[str, list[str]]:
    """Type -> the `_revinclude`s that lead to it."""
    rows: dict[str, list[str]] = {type_: [] for type_ in registry.resource_types}
    for source in registry.resource_types:
        if source == LEDGERED:
            continue
        for parameter in supported_parameters(registry, source):
            for target in parameter.target if parameter.type == "reference" else ():
                if target in rows:
                    rows[target].append(f"{source}:{parameter.code}")
    return rows


def _codes(routes: Iterable[Route]) -> list[Json]:
    codes = (code for route in routes for code in route.interactions if not code.startswith("$"))
    return [{"code": code} for code in dict.fromkeys(codes)]


def _operations(routes: Iterable[Route]) -> Json:
    listed = ((r.only, name) for r in routes for name in r.interactions if name.startswith("$"))
    names = list(dict.fromkeys(listed))
    if not names:
        return {}
    return {
        "operation": [
            {"name": name[1:], "definition": OPERATIONS.get(f"{only}/{name}") or OPERATIONS[name]}
            for only, name in names
        ]
    }
