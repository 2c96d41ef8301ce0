"""What each route does: a few lines, from a request to a response. Any refusal is raised."""

import asyncio
from importlib import import_module

from hygie.api import body, messages, validation
from hygie.api.binaries import written as written_resource
from hygie.api.form import form_of
from hygie.api.negotiation import negotiate
from hygie.api.request import Request
from hygie.api.response import JSON, Response, Streamed, removed, shown, written
from hygie.api.services import Services
from hygie.api.smart import discovery
from hygie.api.terminology.capabilities import terminology_capabilities
from hygie.fhir.codec import decode_any, encode
from hygie.limits import MAX_RESOURCE_BYTES
from hygie.refusal import Category, refuse
from hygie.store.interactions import Interaction, Verb
from hygie.store.interactions.addresses import VERSION


# --- one resource ---------------------------------------------------------------------------
async def read(services: Services, request: Request) -> Response:
    request.require("read")
    form = form_of(request, services)
    stored = await services.store.read(request.context, request.type, request.resource_id)
    return shown(request, stored, form.part(services.registry, stored.body))


async def vread(services: Services, request: Request) -> Response:
    request.require("vread")
    form = form_of(request, services)
    version = _version(request.segments[3])
    stored = await services.store.vread(request.context, request.type, request.resource_id, version)
    return shown(request, stored, form.part(services.registry, stored.body))


async def create(services: Services, request: Request) -> Response:
    criteria = request.header(b"if-none-exist")
    request.require(*_verbs("create", conditional=bool(criteria)))
    form_of(request, services)
    resource = await written_resource(request)
    step = Interaction(verb="create", type=request.type, resource=resource, query=criteria)
    return await _write(services, request, step)


async def update(services: Services, request: Request) -> Response:
    request.require("update")
    form_of(request, services)
    step = Interaction(
        verb="update",
        type=request.type,
        id=request.resource_id,
        resource=await written_resource(request, request.resource_id),
        if_match=request.if_match,
    )
    return await _write(services, request, step)


async def conditional_update(services: Services, request: Request) -> Response:
    request.require(*_verbs("update", conditional=True))
    criteria = _criteria(request)
    step = Interaction(
        verb="update",
        type=request.type,
        query=criteria,
        resource=await body.resource(request),
        if_match=request.if_match,
    )
    return await _write(services, request, step)


async def patch(services: Services, request: Request) -> Response:
    request.require("patch")
    form_of(request, services)
    operations = decode_any(await body.patch(request), limit=MAX_RESOURCE_BYTES)
    step = Interaction(
        verb="patch",
        type=request.type,
        id=request.resource_id,
        patch=operations,
        if_match=request.if_match,
    )
    return await _write(services, request, step)


async def conditional_patch(services: Services, request: Request) -> Response:
    request.require(*_verbs("patch", conditional=True))
    criteria = _criteria(request)
    operations = decode_any(await body.patch(request), limit=MAX_RESOURCE_BYTES)
    step = Interaction(
        verb="patch",
        type=request.type,
        query=criteria,
        patch=operations,
        if_match=request.if_match,
    )
    return await _write(services, request, step)


async def delete(services: Services, request: Request) -> Response:
    request.require("delete")
    form_of(request, services)
    stored = await services.repository.delete(
        request.context, request.type, request.resource_id, if_match=request.if_match
    )
    return removed(request, stored)


async def conditional_delete(services: Services, request: Request) -> Response:
    request.require(*_verbs("delete", conditional=True))
    stored = await services.repository.conditional_delete(
        request.context, request.type, _criteria(request), if_match=request.if_match
    )
    return removed(request, stored)


# --- several resources ----------------------------------------------------------------------
async def search(services: Services, request: Request) -> Response:
    request.require("search")
    answer = await services.repository.search(
        request.context, request.type, request.parameters, request.manner
    )
    return Response(200, answer)


async def search_by_post(services: Services, request: Request) -> Response:
    request.require("search")
    parameters = [*request.parameters, *await body.form(request)]
    negotiate(request, parameters)
    answer = await services.repository.search(
        request.context, request.type, parameters, request.manner
    )
    return Response(200, answer)


async def search_all(services: Services, request: Request) -> Response:
    """Of several types; each is one that the client may search."""
    answer = await services.repository.search_all(
        request.context, request.parameters, request.manner
    )
    return Response(200, answer)


async def search_all_by_post(services: Services, request: Request) -> Response:
    parameters = [*request.parameters, *await body.form(request)]
    negotiate(request, parameters)
    answer = await services.repository.search_all(request.context, parameters, request.manner)
    return Response(200, answer)


async def history(services: Services, request: Request) -> Response:
    """Of an instance, a type, or the whole system."""
    type_ = request.segments[0] if len(request.segments) > 1 else None
    id_ = request.segments[1] if len(request.segments) > 2 else None
    request.require("read" if id_ else "history", type_=type_ or "*")
    answer = await services.repository.history(
        request.context, type_, id_, request.parameters, request.manner
    )
    return Response(200, answer)


async def bundle(services: Services, request: Request) -> Response:
    form_of(request, services)
    content = await body.bundle(request)
    repository = services.repository.under(request.context.actor)
    result = await repository.bundle(request.context, content, request.manner)
    return Response(200, result.body)


# --- operations -----------------------------------------------------------------------------
async def everything(services: Services, request: Request) -> Response:
    answer = await services.repository.everything(
        request.context, request.resource_id, request.parameters, request.manner
    )
    return Response(200, answer)


async def validate(services: Services, request: Request) -> Response:
    """R4 Resource-validate: 200 and an OperationOutcome, whatever it finds. Stores nothing."""
    return await validation.of_type(services, request)


async def validate_instance(services: Services, request: Request) -> Response:
    """The same, of what is stored, or of what is sent for it."""
    return await validation.of_instance(services, request)


async def run_view(services: Services, request: Request) -> Streamed:
    """SQL on FHIR ViewDefinitionRun. What runs views is loaded when the first one is run."""
    views = await asyncio.to_thread(import_module, "hygie.api.views")
    streamed: Streamed = await views.run(services, request)
    return streamed


# --- what the server can do -----------------------------------------------------------------
async def metadata(services: Services, request: Request) -> Response:
    modes = [value for name, value in request.parameters if name == "mode"]
    if not set(modes) <= {"full", "terminology"}:
        raise refuse(
            Category.INVALID, "parameter.value", messages.BAD_PARAMETER, code="value",
            name="mode", allowed="full, terminology",
        )  # fmt: skip
    if "terminology" in modes:
        since = services.since.isoformat(timespec="seconds")
        published = services.terminology.published
        known = terminology_capabilities(published, request.base, since)
        return Response(200, encode(known))
    return Response(200, services.capabilities(request.base))


async def smart(_services: Services, request: Request) -> Response:
    issuer = request.base.removesuffix("/fhir")
    return Response(200, encode(discovery.smart(issuer)), media=JSON)


# --- helpers --------------------------------------------------------------------------------
async def _write(services: Services, request: Request, step: Interaction) -> Response:
    repository = services.repository.under(request.context.actor)
    done = await repository.perform(request.context, step, request.permits)
    if done.stored is None:
        raise AssertionError("only a delete can come to nothing")
    return written(request, done.stored, created=done.created)


def _verbs(verb: Verb, *, conditional: bool) -> tuple[Verb, ...]:
    """Criteria tell whether something exists: they need the search as well."""
    return (verb, "search") if conditional else (verb,)


def _criteria(request: Request) -> str:
    """The query string, which must say something: "PUT /Patient" alone means nothing."""
    if not request.query:
        raise refuse(
            Category.INVALID,
            "condition.missing",
            messages.CRITERIA_MISSING,
            code="required",
            type=request.type,
        )
    return request.query


def _version(text: str) -> int:
    """0, which no resource has, for what is not a version number of ours."""
    return int(text) if VERSION.fullmatch(text) else 0
