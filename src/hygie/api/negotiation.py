"""The format of an answer, asked by `_format` or `Accept`, and `_pretty` (R4 §3.1.0.1.11).

Handlers answer in JSON. Whoever asks for XML is given the same resource in it, made at the door.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

import msgspec

from hygie.api import errors, messages
from hygie.api.binaries import content_of, wants_content
from hygie.api.body import MAX_BYTES_AT_ONCE
from hygie.api.form import bad_value
from hygie.api.headers import Format, accepted_format, named_format
from hygie.api.request import Form, Request
from hygie.api.response import FHIR_JSON, FHIR_XML, JSON, Response
from hygie.fhir.codec import Resource, decode, encode
from hygie.fhir.definitions import Registry
from hygie.fhir.xml import write_xml
from hygie.refusal import Category, Refused, refuse

Shape = Callable[[Response, Request, Registry], Response]
BOOLEANS: Final = ("true", "false")
INDENT: Final = 2
FORMAT_EXCERPT: Final = 64
FIRST_ERROR: Final = 400


def negotiate(request: Request, parameters: Sequence[tuple[str, str]]) -> None:
    """Settles the form of the answer. Raises `Refused`: NOT_ACCEPTABLE when what is asked is not
    offered."""
    request.format = "content" if wants_content(request) else _format(request, parameters)
    request.pretty = _is_pretty(parameters)


def negotiate_late(request: Request) -> None:
    """The same for an answer that is there already, mostly a refusal: in JSON when what is asked
    is not offered."""
    request.format = "json"
    with suppress(Refused):
        negotiate(request, request.parameters)


def _format(request: Request, parameters: Sequence[tuple[str, str]]) -> Format:
    """`_format` wins over Accept."""
    values = [value for name, value in parameters if name == "_format"]
    if not values:
        header = request.header(b"accept")
        return accepted_format(header) or _not_acceptable(header)
    formats = {named_format(value) or _not_acceptable(value) for value in values}
    if len(formats) > 1:
        raise bad_value("_format", sorted(formats))
    return formats.pop()


def _is_pretty(parameters: Sequence[tuple[str, str]]) -> bool:
    values = [value for name, value in parameters if name == "_pretty"]
    if any(value not in BOOLEANS for value in values):
        raise bad_value("_pretty", BOOLEANS)
    return "true" in values


def _not_acceptable(found: str) -> Format:
    raise refuse(
        Category.NOT_ACCEPTABLE, "request.format", messages.NOT_ACCEPTABLE, code="not-supported",
        found=found[:FORMAT_EXCERPT],
    )  # fmt: skip


async def shaped(response: Response, request: Request, registry: Registry) -> Response:
    """The answer in the form that was settled; what is no resource stays as it is."""
    if not response.body or response.media != FHIR_JSON:
        return response
    shape = partial(SHAPES[request.format or "json"], response, request, registry)
    aside = len(response.body) > MAX_BYTES_AT_ONCE
    return await asyncio.to_thread(shape) if aside else shape()


def _json(response: Response, request: Request, _registry: Registry) -> Response:
    if not request.pretty:
        return response
    body = msgspec.json.format(response.body, indent=INDENT)
    return msgspec.structs.replace(response, body=body)


def _xml(response: Response, request: Request, registry: Registry) -> Response:
    """A resource that XML cannot hold is refused; a refusal that it cannot hold stays in JSON."""
    try:
        resource = decode(response.body, limit=len(response.body))
        if "_format" in request.query:
            _lead_on(resource)
        body = write_xml(resource, registry, pretty=request.pretty)
    except Refused as refused:
        if response.status >= FIRST_ERROR:
            return response
        refusal = msgspec.structs.replace(refused.refusal, category=Category.NOT_ACCEPTABLE)
        return _xml(errors.refused(refusal, request), request, registry)
    return msgspec.structs.replace(response, body=body, media=FHIR_XML)


def _content(response: Response, _request: Request, _registry: Registry) -> Response:
    return response if response.status >= FIRST_ERROR else content_of(response)


def _graphql(response: Response, _request: Request, _registry: Registry) -> Response:
    """A refusal as GraphQL has it, with the OperationOutcome in it (R4 graphql.html, errors)."""
    outcome = decode(response.body, limit=len(response.body))
    faults = [
        {
            "message": issue.get("details", {}).get("text", issue["code"]),
            "extensions": {"resource": {**outcome, "issue": [issue]}},
        }
        for issue in outcome["issue"]
    ]
    body = encode({"data": None, "errors": faults})
    return msgspec.structs.replace(response, body=body, media=JSON)


SHAPES: Final[dict[Form, Shape]] = {
    "json": _json, "xml": _xml, "content": _content, "graphql": _graphql,
}  # fmt: skip


def _lead_on(bundle: Resource) -> None:
    """Pages that follow one that was asked for in XML by its address are in XML too."""
    for link in bundle.get("link", ()):
        if isinstance(link, dict) and "url" in link:
            link["url"] += ("&" if "?" in link["url"] else "?") + "_format=xml"
