"""`POST $process-message`: a FHIR message in the body, its response in the answer.

R4 MessageHeader-process-message, synchronous. 200: settled, whatever the response says of it. 202:
it is safe, and not settled yet: the same message again brings the response. 204: the sender wants
none. 503: it could not be kept (`transient-error`): the same message again. Any other status:
nothing was kept. What is readable as a message is kept before it is judged.
"""

import asyncio
from functools import partial
from time import monotonic
from typing import Final

from hygie.api import body
from hygie.api.body import MAX_BYTES_AT_ONCE
from hygie.api.headers import FHIR_JSON, FHIR_XML, RESOURCE_TYPES
from hygie.api.messaging import messages
from hygie.api.request import Request
from hygie.api.response import Response
from hygie.api.services import Services
from hygie.fhir.codec import Resource, encode
from hygie.fhir.outcome import operation_outcome
from hygie.intake import phrases as intake_phrases
from hygie.intake.accepted import Accepted
from hygie.intake.listening.posts import Post
from hygie.intake.messaging import phrases
from hygie.intake.messaging.answer import Code, code_of, is_wanted, response
from hygie.intake.messaging.heading import Heading, header_of, is_message, read_heading
from hygie.intake.reading import read_resource
from hygie.intake.sources.declaration import Http, Source
from hygie.intake.values import Receipt
from hygie.limits import MAX_MESSAGE_BYTES
from hygie.limits.gateway import SETTLED_SECONDS
from hygie.refusal import Category, Issue, Refusal, Refused, refuse
from hygie.store.outages import outage

_FORMS: Final = ("_format", "_pretty")
_WAITING: Final = Issue(
    severity="information", code="informational", rule="intake.received",
    phrase=intake_phrases.RECEIVED,
)  # fmt: skip
_EXCERPT: Final = 64


async def process_message(services: Services, request: Request) -> Response:
    _check_parameters(request)
    if request.client is None or not request.client.scopes.messages:
        raise _not_yours()
    raw = await body.content(request, RESOURCE_TYPES, f"{FHIR_JSON}, {FHIR_XML}", MAX_MESSAGE_BYTES)
    aside = len(raw) > MAX_BYTES_AT_ONCE
    read = partial(read_resource, raw)
    bundle = await asyncio.to_thread(read) if aside else read()
    heading = _headed(bundle)
    post = services.posts.of(await _source(services, request, heading))
    try:
        with post.request():
            receipt = await _settled(post, raw)
    except Exception as error:
        return _unkept(error, request, bundle)
    return _answer(request, bundle, receipt)


def _check_parameters(request: Request) -> None:
    """`async` and `response-url` "always go in the URL"."""
    for name, value in request.parameters:
        if name == "response-url" or (name == "async" and value != "false"):
            raise refuse(
                Category.UNSUPPORTED, "message.asynchronous", messages.SYNCHRONOUS,
                code="not-supported", name=name,
            )  # fmt: skip
        if name not in (*_FORMS, "async"):
            raise refuse(
                Category.INVALID, "message.parameter", messages.UNKNOWN_PARAMETER,
                code="not-supported", name=name[:_EXCERPT],
            )  # fmt: skip


def _headed(bundle: Resource) -> Heading:
    """Refuses what could not be answered as a message."""
    if not is_message(bundle):
        raise refuse(
            Category.INVALID, "message.type", messages.NOT_A_MESSAGE, code="value",
            location="Bundle.type",
        )  # fmt: skip
    if not header_of(bundle):
        raise refuse(
            Category.INVALID, "message.header", phrases.NO_HEADER, code="required",
            location="Bundle.entry[0].resource",
        )  # fmt: skip
    heading = read_heading(bundle)
    if not heading.id:
        raise refuse(
            Category.INVALID, "message.no-id", phrases.NO_ID, code="required",
            location="Bundle.entry[0].resource.id",
        )  # fmt: skip
    return heading


async def _source(services: Services, request: Request, heading: Heading) -> Source:
    """The one source of the token; of several, that which MessageHeader.source.name says. Names
    are not told to strangers: the scope is looked at first."""
    scopes = request.client.scopes if request.client else None
    granted = scopes.messages if scopes else frozenset()
    name = heading.name if len(granted) > 1 or "*" in granted else next(iter(granted), "")
    if scopes is None or not scopes.allows_message(name):
        raise _not_yours()
    found = await services.sources.find(name)
    if found is None or not isinstance(found.value.way, Http) or not found.value.running:
        raise refuse(
            Category.NOT_FOUND, "source.unknown", messages.NO_SOURCE, code="not-found",
            source=name[:_EXCERPT],
        )  # fmt: skip
    return found.value


def _not_yours() -> Refused:
    return refuse(Category.FORBIDDEN, "access.source", messages.NOT_YOURS, code="forbidden")


async def _settled(post: Post, raw: bytes) -> Receipt:
    """What became of it, counted. Refused INVALID when nothing of it was kept."""
    came = monotonic()
    post.gauge.received(1, len(raw))
    receipt = await _final(post.source, await post.receive(raw))
    if not receipt.id:
        raise Refused(Refusal(Category.INVALID, receipt.issues))
    code = code_of(receipt) or "received"
    rule = receipt.issues[0].rule if receipt.issues else ""
    post.gauge.answered(code, monotonic() - came, rule)
    return receipt


async def _final(source: Source, accepted: Accepted) -> Receipt:
    """What became of it; what is known when that takes too long, or is not waited for."""
    if source.acknowledge == "received":
        return accepted.receipt
    try:
        async with asyncio.timeout(SETTLED_SECONDS):
            return await accepted.settled()
    except TimeoutError:
        return accepted.receipt


def _answer(request: Request, bundle: Resource, receipt: Receipt) -> Response:
    code = code_of(receipt)
    if code is None:
        return Response(202, encode(operation_outcome((_WAITING,), request.language)))
    if not is_wanted(bundle, code):
        return Response(204)
    entry = receipt.original or receipt.id
    return Response(200, _responded(request, bundle, code, entry, receipt.issues))


def _unkept(error: Exception, request: Request, bundle: Resource) -> Response:
    """Raises what is no outage again."""
    busy = error.refusal if isinstance(error, Refused) else outage(error)
    if busy is None or busy.category is not Category.BUSY:
        raise error
    seconds = busy.issues[0].details.get("seconds", "2")
    told = _responded(request, bundle, "transient-error", 0, busy.issues)
    return Response(503, told, ((b"retry-after", seconds.encode()),))


def _responded(
    request: Request, bundle: Resource, code: Code, entry: int, issues: tuple[Issue, ...]
) -> bytes:
    return encode(response(bundle, request.base, code, entry, issues, request.language))
