"""Bundle.entry.request: its address, its resource and its conditions agree (R4 §3.1.0.11)."""

import re
from typing import Any, Final

from hygie.fhir.validate.bundles import phrases
from hygie.fhir.validate.reading import objects, text_of
from hygie.fhir.validate.references.entries import Entries
from hygie.fhir.validate.references.forms import ID
from hygie.fhir.validate.report import Place, Report, excerpt

Json = dict[str, Any]

ADDRESS: Final = re.compile(
    rf"/?([A-Z][A-Za-z]+)(?:/({ID}))?(?:/_history/{ID})?(?:\?.*)?", re.ASCII
)
"""Type and id; what else an address may be (an operation, a whole URL) is not judged."""
CONDITIONS: Final = {
    "ifNoneMatch": frozenset({"GET", "HEAD", "PUT"}),
    "ifModifiedSince": frozenset({"GET", "HEAD"}),
    "ifMatch": frozenset({"PUT", "PATCH", "DELETE"}),
    "ifNoneExist": frozenset({"POST"}),
}
"""Element -> methods with which it has a meaning."""


def check_requests(bundle: Json, entries: Entries, place: Place, report: Report) -> None:
    for index, entry in objects(bundle.get("entry")):
        request = entry.get("request")
        if type(request) is dict:
            where = ((place, "entry", index), "request", -1)
            method = text_of(request, "method")
            if method in ("POST", "PUT"):
                _check_address(request, method, entries.resources[index] or {}, where, report)
            _check_conditions(request, method, where, report)


def _check_address(
    request: Json, method: str, resource: Json, place: Place, report: Report
) -> None:
    url = text_of(request, "url")
    address = ADDRESS.fullmatch(url)
    type_name, id_ = text_of(resource, "resourceType"), text_of(resource, "id")
    if not address or not type_name:
        return
    where, found = (place, "url", -1), excerpt(url)
    if address[1] != type_name:
        details = {"found": found, "held": excerpt(type_name)}
        report.add("value", "bundle.request-type", phrases.REQUEST_TYPE, where, **details)
    elif method == "PUT" and address[2] and address[2] != id_:
        details = {"found": found, "held": excerpt(id_)}
        report.add("value", "bundle.request-id", phrases.REQUEST_ID, where, **details)


def _check_conditions(request: Json, method: str, place: Place, report: Report) -> None:
    for name, methods in CONDITIONS.items():
        if name in request and method and method not in methods:
            details = {"found": name, "method": excerpt(method), "expected": _listed(methods)}
            where = (place, name, -1)
            phrase = phrases.REQUEST_CONDITION
            report.say("warning", "value", "bundle.request-condition", phrase, where, **details)


def _listed(methods: frozenset[str]) -> str:
    return ", ".join(sorted(methods))
