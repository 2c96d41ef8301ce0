"""`$document` (R4 Composition-document): the document of a Composition that is stored.

It holds what R4 §3.3.1 has it hold, which validation holds documents to: all that the Composition
refers to, and no more, for what those refer to in turn concerns more people than its reader. The
Composition comes first, the others in the order in which it names them, each once.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import msgspec

from hygie.api import body
from hygie.api.operations import messages
from hygie.api.request import Request
from hygie.api.response import Response
from hygie.api.services import Services
from hygie.fhir.codec import Resource, decode, encode
from hygie.fhir.search import HANDLED_ELSEWHERE
from hygie.fhir.validate.bundles.documents import named_by
from hygie.fhir.validate.report import located
from hygie.limits.operations import MAX_DOCUMENT_RESOURCES
from hygie.refusal import Category, Issue, Phrase, Refusal, Refused, refuse
from hygie.store.contract import StoredResource

LOCAL: Final = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/([0-9]{1,10}))?")
"""A type, an id, and a version or nothing."""
URNS: Final = "urn:ietf:rfc:3986"
BOOLEANS: Final = {"true": True, "false": False, True: True, False: False}
SHOWN: Final = 200
NOT_THERE: Final = (Category.NOT_FOUND, Category.GONE)


class Asked(msgspec.Struct, frozen=True):
    id: str = ""
    persist: bool = False


async def of_type(services: Services, request: Request) -> Response:
    asked = await _asked(request)
    id_ = asked.id.removeprefix(f"{request.base}/").removeprefix("Composition/")
    if not id_:
        raise _refused("document.id", messages.DOCUMENT_ID)
    return await _made(services, request, id_, asked)


async def of_instance(services: Services, request: Request) -> Response:
    asked = await _asked(request)
    if asked.id:
        raise _unexpected("id")
    return await _made(services, request, request.resource_id, asked)


async def _made(services: Services, request: Request, id_: str, asked: Asked) -> Response:
    request.require("read", type_="Composition")
    if asked.persist:
        request.require("create", type_="Bundle")
    composition = await services.store.read(request.context, "Composition", id_)
    others = await _named(services, request, decode(composition.body))
    document = _document(request.base, [composition, *others])
    if not asked.persist:
        return Response(200, document)
    stored = await services.repository.under(request.context.actor).create(
        request.context, decode(document, limit=len(document))
    )
    location = f"{request.base}/Bundle/{stored.id}/_history/{stored.version}"
    return Response(201, stored.body, ((b"location", location.encode()),))


# --- what it holds --------------------------------------------------------------------------
async def _named(
    services: Services, request: Request, composition: Resource
) -> list[StoredResource]:
    """What the Composition refers to. Raises `Refused`: with all that is not here, FORBIDDEN for a
    type that may not be read."""
    found: dict[tuple[str, str, int], StoredResource] = {}
    missing: list[Issue] = []
    for reference, location in _references(composition, request.base).items():
        stored = await _found(services, request, reference)
        if stored is None:
            missing.append(_missing(reference, location))
        else:
            found.setdefault((stored.type, stored.id, stored.version), stored)
    if missing:
        raise Refused(Refusal(Category.UNPROCESSABLE, tuple(missing)))
    return list(found.values())


def _references(composition: Resource, base: str) -> dict[str, str]:
    """Reference -> where it stands first; those within the Composition, and those that name an
    identifier only, lead to no resource."""
    named: dict[str, str] = {}
    for reference, place in named_by(composition, (None, "Composition", -1)):
        text = reference.get("reference", "") if isinstance(reference, dict) else ""
        if text and not text.startswith("#"):
            named.setdefault(text.removeprefix(f"{base}/"), located(place))
    if len(named) >= MAX_DOCUMENT_RESOURCES:
        raise refuse(
            Category.TOO_LARGE, "document.size", messages.DOCUMENT_SIZE, code="too-long",
            limit=str(MAX_DOCUMENT_RESOURCES),
        )  # fmt: skip
    return named


async def _found(services: Services, request: Request, reference: str) -> StoredResource | None:
    match = LOCAL.fullmatch(reference)
    if match is None or not services.registry.is_resource(match[1]):
        return None
    request.require("read", type_=match[1])
    context, store = request.context, services.store
    try:
        if match[3]:
            return await store.vread(context, match[1], match[2], int(match[3]))
        return await store.read(context, match[1], match[2])
    except Refused as refused:
        if refused.refusal.category in NOT_THERE:
            return None
        raise


def _missing(reference: str, where: str) -> Issue:
    return Issue(
        code="not-found", rule="document.missing", phrase=messages.DOCUMENT_MISSING, location=where,
        details={"found": reference[:SHOWN]},
    )  # fmt: skip


def _document(base: str, resources: Iterable[StoredResource]) -> bytes:
    """An identifier of its own, which no other document ever has, and its moment (R4 §3.3.1)."""
    head = {
        "resourceType": "Bundle",
        "identifier": {"system": URNS, "value": f"urn:uuid:{uuid4()}"},
        "type": "document",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }
    entries = b",".join(
        b'{"fullUrl":%b,"resource":%b}' % (encode(f"{base}/{one.type}/{one.id}"), one.body)
        for one in resources
    )
    return b'%b,"entry":[%b]}' % (encode(head)[:-1], entries)


# --- what is asked --------------------------------------------------------------------------
async def _asked(request: Request) -> Asked:
    found: dict[str, Any] = {}
    for name, value in request.parameters:
        if name not in HANDLED_ELSEWHERE:
            _take(found, name, value)
    if request.method == "POST" and request.header(b"content-type"):
        parameters = await body.resource(request)
        listed = parameters.get("parameter", [])
        if parameters["resourceType"] != "Parameters" or not isinstance(listed, list):
            raise _unexpected("…")
        for one in listed:
            _take(found, *_part(one))
    return Asked(**found)


def _part(parameter: Any) -> tuple[str, Any]:
    if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
        raise _unexpected("…")
    values = [value for key, value in parameter.items() if key.startswith("value")]
    return parameter["name"], values[0] if len(values) == 1 else None


def _take(found: dict[str, Any], name: str, value: Any) -> None:
    """Each once, and as it should be. `graph` is not offered: what a document holds is R4's."""
    good = isinstance(value, str | bool if name == "persist" else str)
    good = good and (name == "id" or value in BOOLEANS)
    if name not in ("id", "persist") or name in found or not good:
        raise _unexpected(name)
    found[name] = value if name == "id" else BOOLEANS[value]


def _unexpected(name: str) -> Refused:
    return _refused("document.parameter", messages.DOCUMENT_PARAMETER, name=name[:64])


def _refused(rule: str, phrase: Phrase, **details: str) -> Refused:
    return refuse(Category.INVALID, rule, phrase, code="invalid", **details)
