"""`$meta`, `$meta-add`, `$meta-delete` (R4 Resource-meta): labels read, added and taken away.

A change of labels makes a version: see decision 17.
"""

from collections.abc import Callable
from typing import Any, Final

from hygie.api import body
from hygie.api.form import form_of
from hygie.api.operations import messages
from hygie.api.operations.gathering import gathered
from hygie.api.operations.labels import Meta, require_labels, with_labels, without_labels
from hygie.api.request import Request
from hygie.api.response import Response, version_headers
from hygie.api.services import Services
from hygie.fhir.codec import Resource, decode, encode
from hygie.refusal import Category, Refused, refuse
from hygie.store.contract import StoredResource
from hygie.store.interactions import Interaction

ATTEMPTS: Final = 5
"""Of a change that others come before: each sees what the last one left."""


async def of_system(services: Services, request: Request) -> Response:
    """The labels of everything."""
    request.require("search", type_="*")
    form_of(request, services)
    return _answer(await gathered(services, request, await services.store.kinds()))


async def of_type(services: Services, request: Request) -> Response:
    """The labels of a type."""
    request.require("search")
    form_of(request, services)
    return _answer(await gathered(services, request, (request.type,)))


async def of_instance(services: Services, request: Request) -> Response:
    request.require("read")
    form_of(request, services)
    stored = await services.store.read(request.context, request.type, request.resource_id)
    return _shown(stored)


async def add(services: Services, request: Request) -> Response:
    return await _changed(services, request, with_labels)


async def delete(services: Services, request: Request) -> Response:
    return await _changed(services, request, without_labels)


async def _changed(
    services: Services, request: Request, change: Callable[[Meta, Meta], Meta]
) -> Response:
    """Whoever may update may change labels, and reads those that the resource then has."""
    request.require("update", "read")
    form_of(request, services)
    given = _given(await body.resource(request))
    for _ in range(ATTEMPTS - 1):
        try:
            return await _attempted(services, request, lambda meta: change(meta, given))
        except Refused as refused:
            overtaken = refused.refusal.category is Category.PRECONDITION
            if not overtaken or request.if_match is not None:
                raise
    return await _attempted(services, request, lambda meta: change(meta, given))


async def _attempted(
    services: Services, request: Request, change: Callable[[Meta], Meta]
) -> Response:
    context, type_, id_ = request.context, request.type, request.resource_id
    stored = await services.store.read(context, type_, id_)
    resource = decode(stored.body)
    before = resource.get("meta", {})
    resource["meta"] = change(before)
    wanted = stored.version if request.if_match is None else request.if_match
    if resource["meta"] == before and wanted == stored.version:
        return _shown(stored)
    step = Interaction(verb="update", type=type_, id=id_, resource=resource, if_match=wanted)
    repository = services.repository.under(context.actor)
    done = await repository.perform(context, step, request.permits)
    if done.stored is None:
        raise AssertionError("only a delete can come to nothing")
    return _shown(done.stored)


def _given(parameters: Resource) -> Meta:
    listed = parameters.get("parameter")
    if parameters["resourceType"] != "Parameters" or type(listed) is not list or len(listed) != 1:
        raise _bad_input()
    only = listed[0]
    if type(only) is not dict or only.get("name") != "meta":
        raise _bad_input()
    return require_labels(only.get("valueMeta"))


def _bad_input() -> Refused:
    return refuse(Category.INVALID, "meta.input", messages.META_INPUT, code="value")


def _shown(stored: StoredResource) -> Response:
    return _answer(decode(stored.body).get("meta", {}), version_headers(stored))


def _answer(meta: Meta, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Response:
    """Parameters: one called "return", none where there is no label at all."""
    answer: dict[str, Any] = {"resourceType": "Parameters"}
    if meta:
        answer["parameter"] = [{"name": "return", "valueMeta": meta}]
    return Response(200, encode(answer), headers)
