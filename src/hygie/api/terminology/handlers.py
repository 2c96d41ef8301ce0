"""Terminology operations over HTTP: what is asked, read once, and the engine's answer.

By GET with plain parameters, or by POST with a Parameters resource (R4 §3.2.0.1); of one stored
definition, that one is the subject. The engine's refusals are answers: 404 for what is not known,
422 for what cannot be done. They are in English, whose sentences programs compare, unless French is
asked for.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from hygie.api import body
from hygie.api.errors import refused
from hygie.api.request import Request
from hygie.api.response import Response
from hygie.api.services import Services
from hygie.api.terminology import messages
from hygie.fhir.codec import decode, encode
from hygie.fhir.search import HANDLED_ELSEWHERE
from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.checking.languages import language_of
from hygie.fhir.terminology.closure import read_closure
from hygie.fhir.terminology.expansion import expand
from hygie.fhir.terminology.reading import Json
from hygie.refusal import Category, Refused, refuse
from hygie.store.contract import Resource

Operation = Callable[[Catalogue, Asked], Json]
Handler = Callable[[Services, Request], Awaitable[Response]]
HOUSE_LANGUAGE: Final = "fr"
SUBJECTS: Final = {"ValueSet": "valueSet", "CodeSystem": "codeSystem", "ConceptMap": "conceptMap"}
"""Type -> the parameter by which a resource of it is the subject of an operation."""


def handler(operation: Operation) -> Handler:
    """What serves an operation, for a type or for one resource of it."""

    async def serve(services: Services, request: Request) -> Response:
        request.require("read")
        asked = await asked_of(services, request)

        def answered(catalogue: Catalogue) -> Json:
            return operation(catalogue.over(asked.resources), asked)

        try:
            answer = await services.terminology.ask(answered, request.context.actor)
        except Refused as error:
            return refused(error.refusal, request, language=language_of(asked))
        return Response(200, encode(answer))

    return serve


async def keep_closure(services: Services, request: Request) -> Response:
    """What new concepts add to the closure table of a client (R4 ConceptMap/$closure)."""
    request.require("read", type_="ConceptMap")
    asked = read_closure(Asked(await _parameters(request)))
    client = request.context.actor
    return Response(200, encode(await services.closures.ask(client, asked)))


def expansion(catalogue: Catalogue, asked: Asked) -> Json:
    """An expansion that has its own name, and the moment it was made (R4 §4.9.10)."""
    moment = datetime.now(UTC).isoformat(timespec="milliseconds")
    return expand(catalogue, None, asked, identifier=uuid4().urn, timestamp=moment)


async def asked_of(services: Services, request: Request) -> Asked:
    """Raises `Refused`."""
    query = [(name, value) for name, value in request.parameters if name not in HANDLED_ELSEWHERE]
    given = await _parameters(request)
    if not request.segments[1].startswith("$"):
        given = await _with_subject(services, request, given)
    return Asked(given, query, request.header(b"accept-language"), HOUSE_LANGUAGE)


async def _parameters(request: Request) -> Resource:
    """What was sent; none when there is no body."""
    if request.method != "POST" or not body.is_sent(request):
        return {"resourceType": "Parameters"}
    given = await body.resource(request)
    if given["resourceType"] != "Parameters":
        raise refuse(
            Category.INVALID, "terminology.input", messages.PARAMETERS_WANTED, code="structure"
        )
    return given


async def _with_subject(services: Services, request: Request, given: Resource) -> Resource:
    stored = await services.store.read(request.context, request.type, request.resource_id)
    subject = {"name": SUBJECTS[request.type], "resource": decode(stored.body)}
    others = given.get("parameter")
    return {**given, "parameter": [subject, *(others if isinstance(others, list) else [])]}
