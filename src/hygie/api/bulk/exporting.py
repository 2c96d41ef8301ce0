"""`$export` kicked off: of everything, of all patients' records, of a group's (Bulk Data 2.0)."""

from hygie.api.bulk import messages
from hygie.api.bulk.export_request import Kickoff, kickoff
from hygie.api.bulk.manifest import status_url
from hygie.api.bulk.parameters import PATIENT, given, require_async, wrong
from hygie.api.request import Request
from hygie.api.response import Response
from hygie.api.services import Services
from hygie.exchange.bulk.asked import PROVENANCE, Asked, Level
from hygie.exchange.bulk.filters import criteria_of
from hygie.exchange.bulk.members import members
from hygie.fhir.codec import encode
from hygie.fhir.outcome import operation_outcome
from hygie.fhir.search import is_coded
from hygie.fhir.search.query import Query
from hygie.refusal import Category, Issue, refuse
from hygie.store.interactions.permissions import narrowed
from hygie.store.interactions.searching import unknown_parameter


async def system(services: Services, request: Request) -> Response:
    asked = await _understood(services, request)
    if asked.patients:
        raise unknown_parameter(PATIENT)
    return await _kicked_off(services, request, asked, "system")


async def patients(services: Services, request: Request) -> Response:
    asked = await _understood(services, request)
    return await _kicked_off(services, request, asked, "patient")


async def group(services: Services, request: Request) -> Response:
    asked = await _understood(services, request)
    request.require("read")

    async def prepared(query: Query) -> Query:
        request.require("search", type_=query.type)
        mine = narrowed(query, request.permits)
        if not is_coded(mine):
            return mine
        return await services.terminology.expanded(mine, request.context.actor)

    found = await members(services.store, request.context, request.resource_id, prepared)
    if not set(asked.patients) <= found:
        raise wrong(PATIENT, messages.NOT_A_MEMBER)
    asked.patients = asked.patients or tuple(sorted(found))
    return await _kicked_off(services, request, asked, "group")


async def _understood(services: Services, request: Request) -> Kickoff:
    """Raises `Refused`."""
    require_async(request)
    lenient = request.preferences.lenient
    return kickoff(await given(request), services.registry, lenient=lenient)


async def _kicked_off(
    services: Services, request: Request, asked: Kickoff, level: Level
) -> Response:
    types = _types(services, request, asked, level)
    store, lenient = services.store, request.preferences.lenient
    for kind in criteria_of(services.registry, asked.filters, store.zone, lenient=lenient):
        if kind not in types:
            raise wrong("_typeFilter", messages.NOT_A_TYPE, type=kind)
    associated = () if PROVENANCE in asked.types else asked.associated
    if associated:
        request.require("read", "search", type_=PROVENANCE)
        types = tuple(kind for kind in types if kind != PROVENANCE)
    wanted = Asked(
        url=_url(request), level=level, types=types, since=asked.since, until=asked.until,
        elements=_elements(asked, types), partial=asked.partial,
        filters=asked.filters,
        associated=associated,
        patients=tuple(services.store.keyring.reference("Patient", one) for one in asked.patients),
    )  # fmt: skip
    job = await services.exports.ask(request.context, wanted)
    where = status_url(request.base, job).encode()
    issues = [_left_aside(name) for name in asked.ignored]
    outcome = encode(operation_outcome(issues, request.language))
    return Response(202, outcome, ((b"content-location", where),))


def _types(services: Services, request: Request, asked: Kickoff, level: Level) -> tuple[str, ...]:
    """Those asked for, which must all be allowed; or all that are. Raises `Refused`: for whoever
    acts for a person, too, in whose name nothing goes on when they have gone."""
    if request.client is not None and request.client.account:
        raise refuse(Category.FORBIDDEN, "access.scope", messages.NOTHING_ALLOWED, code="forbidden")
    compartment = {"Patient", *services.registry.patient_compartment}
    types = asked.types
    if level != "system" and types:
        outside = [kind for kind in types if kind not in compartment]
        if outside and not (request.preferences.lenient and len(outside) < len(types)):
            raise wrong("_type", messages.OUTSIDE, type=outside[0])
        types = tuple(kind for kind in types if kind in compartment)
    for kind in types:
        request.require("read", "search", type_=kind)
    if types:
        return types
    every = services.registry.resource_types if level == "system" else sorted(compartment)
    allowed = tuple(
        kind for kind in every if request.permits(kind, "read") and request.permits(kind, "search")
    )
    if not allowed:
        raise refuse(Category.FORBIDDEN, "access.scope", messages.NOTHING_ALLOWED, code="forbidden")
    return allowed


def _elements(asked: Kickoff, types: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Of each type that is cut: a type of which nothing is named is whole."""
    found = []
    for kind in types:
        names = [name for of, name in asked.elements if of in ("", kind)]
        if names:
            found.append((kind, tuple(dict.fromkeys(names))))
    return tuple(found)


def _url(request: Request) -> str:
    path = "/".join([request.base, *request.segments])
    return f"{path}?{request.query}" if request.query else path


def _left_aside(name: str) -> Issue:
    return Issue(
        severity="warning", code="not-supported", rule="export.parameter",
        phrase=messages.NOT_OFFERED, location=name[:64], details={"name": name[:64]},
    )  # fmt: skip
