"""`POST /hl7v2/SOURCE`: a message in the body, its acknowledgement in the answer.

HL7 over HTTP (HAPI, 1.0).

Every acknowledgement is answered with 200, AE and AR too: the message was exchanged. Other statuses
say that it was not taken in, and nothing of it is kept. The character set is that of MSH-18, or
what the source is declared to write in: `Content-Type` would be forgotten when it is replayed.
"""

from datetime import UTC, datetime
from time import monotonic
from typing import Final

import msgspec

from hygie.access import Access, Client
from hygie.access.admission import Admission
from hygie.api import body, errors
from hygie.api.authentication import authenticate
from hygie.api.body import DisconnectedError
from hygie.api.headers import media_type
from hygie.api.hl7v2 import messages
from hygie.api.request import Receive, Request, Scope
from hygie.api.response import Response, Send, deliver
from hygie.intake.listening.answering import Answering, Told
from hygie.intake.listening.gauge import Gauge
from hygie.intake.listening.posts import Posts
from hygie.intake.sources.declaration import Http, Source
from hygie.intake.sources.registry import Sources
from hygie.limits import MAX_MESSAGE_BYTES
from hygie.limits.access import MAX_CLIENT_REQUESTS_AT_ONCE, MAX_CLIENT_REQUESTS_PER_MINUTE
from hygie.limits.gateway import SETTLED_SECONDS
from hygie.refusal import Category, Refused, refuse
from hygie.trace import AuditEntry, AuditTrail

TYPES: Final = frozenset(
    {"application/hl7-v2", "application/hl7-v2+er7", "x-application/hl7-v2+er7"}
)
EXPECTED: Final = "application/hl7-v2"
PREFIX: Final = "/hl7v2"
NOT_YOURS: Final = "access.source"


class Posting(msgspec.Struct, frozen=True, kw_only=True):
    """What stands behind this door."""

    access: Access
    trail: AuditTrail
    sources: Sources
    posts: Posts


class PostApp:
    """An ASGI application (HTTP), in every process. Knows no caller but those who bear a token."""

    def __init__(self, rooms: Posting) -> None:
        self._rooms = rooms
        self._admission = Admission(MAX_CLIENT_REQUESTS_AT_ONCE, MAX_CLIENT_REQUESTS_PER_MINUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, PREFIX, scope["path"].removeprefix(PREFIX))
        try:
            await deliver(await self._answer(request), request, send)
        except DisconnectedError:
            return
        finally:
            if request.admitted:
                self._admission.leave(request.admitted)

    async def _answer(self, request: Request) -> Response:
        try:
            return await self._served(request)
        except Refused as refused:
            return errors.refused(refused.refusal, request)
        except DisconnectedError:
            raise
        except Exception as error:
            return errors.fault(error, request)

    async def _served(self, request: Request) -> Response:
        client = await authenticate(self._rooms.access, request)
        self._admission.enter(client.token)
        request.admitted = client.token
        if request.method != "POST":
            raise refuse(
                Category.METHOD, "request.method", messages.ONLY_POST, code="not-supported"
            )
        source = await self._source(request, client)
        post = self._rooms.posts.of(source)
        with post.request():
            raw = await _content(request)
            answering = Answering(source, post.receive, _now, SETTLED_SECONDS)
            return _acknowledged(await _told(answering, raw, post.gauge))

    async def _source(self, request: Request, client: Client) -> Source:
        """The scope is looked at first: names of sources are not told to strangers."""
        name = request.segments[0] if len(request.segments) == 1 else ""
        if not client.scopes.allows_source(name):
            entry = AuditEntry(
                context=request.context, action="refused", outcome="refused", reason=NOT_YOURS,
                detail=f"POST hl7v2/{name[:64]}",
            )  # fmt: skip
            await self._rooms.trail.record(entry)
            raise refuse(
                Category.FORBIDDEN, NOT_YOURS, messages.NOT_YOURS, code="forbidden",
                source=name[:64],
            )  # fmt: skip
        found = await self._rooms.sources.find(name)
        if found is None or not isinstance(found.value.way, Http) or not found.value.running:
            raise refuse(
                Category.NOT_FOUND, "source.unknown", messages.NO_SOURCE, code="not-found",
                source=name[:64],
            )  # fmt: skip
        return found.value


async def _content(request: Request) -> bytes:
    name, _ = media_type(request.header(b"content-type"))
    if name not in TYPES:
        raise body.bad_type(EXPECTED)
    return await body.whatever(request, EXPECTED, MAX_MESSAGE_BYTES)


async def _told(answering: Answering, raw: bytes, gauge: Gauge) -> Told:
    """There is one answer to a request: the application's, where it is asked for."""
    came = monotonic()
    gauge.received(1, len(raw))
    told = await answering.answer(raw)
    if told.later is not None:
        last = await told.later()
        told = last if last.message else told
    if told.code:
        gauge.answered(told.code, monotonic() - came, told.rule)
    return told


def _acknowledged(told: Told) -> Response:
    if not told.message:
        return Response(204)
    return Response(200, told.message, media=(b"content-type", EXPECTED.encode()))


def _now() -> datetime:
    return datetime.now(UTC)
