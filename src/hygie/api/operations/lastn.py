"""`$lastn` (R4 Observation-lastn): the last observations of a patient, so many of each code."""

from typing import Final

import msgspec

from hygie.api.operations import messages
from hygie.api.operations.latest import Latest
from hygie.api.request import Request
from hygie.api.response import Response
from hygie.api.services import Services
from hygie.fhir.codec import encode
from hygie.fhir.outcome import operation_outcome
from hygie.fhir.search import is_coded, parse_query, supported_parameters
from hygie.fhir.search.query import Criterion, Query, TokenValue
from hygie.limits import MAX_OR_VALUES, MAX_PAGE
from hygie.limits.operations import MAX_LASTN_READ
from hygie.refusal import Category, Issue, Phrase, Refused, refuse
from hygie.store.contract import Page
from hygie.store.interactions.bundles import search_bundle
from hygie.store.interactions.excerpts import excerpt
from hygie.store.interactions.permissions import narrowed
from hygie.store.interactions.searching import links

OBSERVATION: Final = "Observation"
SUBJECTS: Final = frozenset({"patient", "subject", "subject:Patient"})
CODES: Final = ("category", "code", "combo-code", "component-code")
"""One parameter whose name begins so says which observations are meant."""
OURS: Final = ("_sort", "_count", "_total", "_cursor", "_include", "_revinclude")
"""Parameters that set what the operation sets itself, or that bring other resources."""
NEWEST_FIRST: Final = (("_sort", "-date"), ("_count", str(MAX_PAGE)))


async def of_type(services: Services, request: Request) -> Response:
    request.require("search")
    asked = [pair for pair in request.parameters if pair[0] != "max"]
    _require_subject(asked)
    latest = Latest(_most(request))
    registry = services.store.registry
    parsed = parse_query(
        registry, OBSERVATION, [*asked, *NEWEST_FIRST], zone=services.store.zone,
        lenient=request.manner.lenient,
    )  # fmt: skip
    query = narrowed(parsed.query, request.permits)
    if query.summary == "count":
        raise _wrong("_summary")
    if is_coded(query):
        query = await services.terminology.expanded(query, request.context.actor)
    issues = await _read(services, request, query, latest)
    found = latest.found()
    warnings = (*parsed.warnings, *issues)
    answer = search_bundle(
        Page(matches=found, total=len(found)),
        links(f"{request.base}/{OBSERVATION}/$lastn", request.parameters, ""),
        request.base,
        excerpt(registry, query.summary, query.elements),
        encode(operation_outcome(warnings, request.language)) if warnings else b"",
    )
    return Response(200, answer)


async def _read(
    services: Services, request: Request, query: Query, latest: Latest
) -> tuple[Issue, ...]:
    """Page by page, each on record. Codes of which enough was found are asked for no more: of
    fifty thousand vital signs, some thousands are read."""
    issues: tuple[Issue, ...] = ()
    left, without = MAX_LASTN_READ, query
    cursor = ""
    while True:
        page = await services.store.search(
            request.context, msgspec.structs.replace(without, cursor=cursor)
        )
        issues += page.issues
        for stored in page.matches:
            latest.take(stored)
        left -= len(page.matches)
        if not page.next:
            return issues
        if left <= 0:
            raise refuse(
                Category.TOO_LARGE, "lastn.observations", messages.LASTN_MANY, code="too-costly",
                limit=str(MAX_LASTN_READ),
            )  # fmt: skip
        narrower = _without(services, query, latest)
        cursor = page.next if narrower == without else ""
        without = narrower


def _without(services: Services, query: Query, latest: Latest) -> Query:
    """The same search, less the codes of which enough was found."""
    full = list(latest.full())[:MAX_OR_VALUES]
    if not full:
        return query
    listed = supported_parameters(services.store.registry, OBSERVATION)
    code = next(parameter for parameter in listed if parameter.code == "code")
    values = tuple(TokenValue(system, value) for system, value in full)
    condition = Criterion(code, values, modifier="not")
    return msgspec.structs.replace(query, conditions=(*query.conditions, condition))


def _require_subject(asked: list[tuple[str, str]]) -> None:
    """One subject, and which observations (R4: both are required)."""
    subjects = [value for name, value in asked if name in SUBJECTS]
    if len(subjects) != 1 or not subjects[0] or "," in subjects[0]:
        raise _refused("lastn.subject", messages.LASTN_SUBJECT)
    if not any(name.partition(":")[0].startswith(CODES) for name, _ in asked):
        raise _refused("lastn.code", messages.LASTN_CODE)
    for name, _ in asked:
        if name.partition(":")[0] in OURS:
            raise _wrong(name)


def _most(request: Request) -> int:
    given = [value for name, value in request.parameters if name == "max"]
    if not given:
        return 1
    text = given[0]
    good = len(given) == 1 and text.isascii() and text.isdigit() and len(text) < 6 and int(text) > 0
    if not good:
        raise _wrong("max")
    return int(text)


def _wrong(name: str) -> Refused:
    return _refused("lastn.parameter", messages.LASTN_PARAMETER, name=name[:64])


def _refused(rule: str, phrase: Phrase, **details: str) -> Refused:
    return refuse(Category.INVALID, rule, phrase, code="invalid", **details)
