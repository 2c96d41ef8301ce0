"""The FHIR application: one ASGI callable, without layers between the socket and the handler."""

import asyncio
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import msgspec

from hygie.access.admission import Admission
from hygie.api import errors, messages
from hygie.api.authentication import authenticate
from hygie.api.body import DisconnectedError
from hygie.api.capability import Statement
from hygie.api.negotiation import negotiate, negotiate_late, shaped
from hygie.api.request import Receive, Request, Scope
from hygie.api.response import Response, Send, Streamed, deliver, deliver_streamed
from hygie.api.routes import ROUTES
from hygie.api.routing import Route, Router
from hygie.api.services import Rooms, Services
from hygie.api.subscriptions.socket import serve
from hygie.exchange.subscriptions.sockets import Hub
from hygie.fhir.codec import encode
from hygie.fhir.definitions import Registry
from hygie.fhir.search.plans import WORDS
from hygie.limits import MAX_VIEWS_AT_ONCE
from hygie.limits.access import MAX_CLIENT_REQUESTS_AT_ONCE, MAX_CLIENT_REQUESTS_PER_MINUTE
from hygie.nomenclature.closures import Closures
from hygie.refusal import Category, Refusal, Refused, refuse
from hygie.trace import AuditEntry

SOCKET: Final = "/ws"
MAX_DETAIL: Final = 2_000


def fhir_app(rooms: Rooms, *, version: str, mount: str = "/fhir") -> "FhirApp":
    """FHIR R4 over HTTP, to be mounted under `mount`."""
    store = rooms.store
    registry = store.registry
    words_off = () if store.vault.blinder.words else WORDS
    since = datetime.now(UTC)

    @lru_cache(8)
    def stated(registry: Registry, base: str) -> bytes:
        statement = Statement(ROUTES, registry, version, since, words_off, topics)
        return encode(statement.at(base))

    def topics() -> tuple[str, ...]:
        return rooms.subscriptions.catalogue.shipped

    def capabilities(base: str) -> bytes:
        return stated(store.registry, base)  # search parameters are added to it

    services = Services(
        **msgspec.structs.asdict(rooms),
        registry=registry,
        capabilities=capabilities,
        closures=Closures(store, rooms.terminology),
        since=since,
        views=asyncio.Semaphore(MAX_VIEWS_AT_ONCE),
    )
    return FhirApp(services, mount)


class FhirApp:
    """An ASGI application (HTTP). Knows no caller but those who bear a token."""

    def __init__(self, services: Services, mount: str) -> None:
        self._services = services
        self._mount = mount
        self._admission = Admission(MAX_CLIENT_REQUESTS_AT_ONCE, MAX_CLIENT_REQUESTS_PER_MINUTE)
        self._hub = Hub(services.subscriptions)
        self._router = Router(ROUTES, services.registry.is_resource)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        prefix, path = self._split(scope)
        if scope["type"] == "websocket" and path == SOCKET:
            await serve(self._hub, receive, send)
            return
        if scope["type"] != "http":
            await _decline(scope, send)
            return
        request = Request(scope, receive, prefix, path)
        try:
            response = await self._shaped(request)
            if isinstance(response, Streamed):
                await self._stream(response, request, send)
            else:
                await deliver(response, request, send)
        except DisconnectedError:
            return
        finally:
            if request.admitted:
                self._admission.leave(request.admitted)

    async def _stream(self, response: Streamed, request: Request, send: Send) -> None:
        """An answer that fails half way stays without its end: the server closes the connection."""
        try:
            await deliver_streamed(response, request, send)
        except DisconnectedError:
            raise
        except Exception as error:
            errors.cut(error, request)

    def _split(self, scope: Scope) -> tuple[str, str]:
        """The part of the path that leads here, and the rest."""
        prefix: str = scope.get("root_path", "")
        if not prefix.endswith(self._mount):
            prefix += self._mount
        return prefix, scope["path"].removeprefix(prefix)

    async def _shaped(self, request: Request) -> Response | Streamed:
        """The answer, in the form that was asked for."""
        response = await self._answer(request)
        if isinstance(response, Streamed):
            return response
        if request.format is None:
            negotiate_late(request)
        if request.format == "json" and not request.pretty:
            return response
        try:
            return await shaped(response, request, self._services.registry)
        except Exception as error:
            return errors.fault(error, request)

    async def _answer(self, request: Request) -> Response | Streamed:
        try:
            return await self._served(request)
        except Refused as refused:
            await self._note(refused.refusal, request)
            return errors.refused(refused.refusal, request)
        except DisconnectedError:
            raise
        except Exception as error:
            return errors.fault(error, request)

    async def _served(self, request: Request) -> Response | Streamed:
        methods = self._router.methods(request.segments)
        route = methods.get(request.method)
        if route is None or not route.open:
            await self._authenticate(request)
        if route is None:
            return _no_route(request, methods, self._services)
        request.require_host()
        if route.any_format:
            return await route.handler(self._services, request)
        negotiate(request, request.parameters)
        return await route.handler(self._services, request)

    async def _authenticate(self, request: Request) -> None:
        client = await authenticate(self._services.access, request)
        self._admission.enter(client.token)
        request.admitted = client.token

    async def _note(self, refusal: Refusal, request: Request) -> None:
        """Who reaches for what is not theirs leaves a trace."""
        if refusal.category is not Category.FORBIDDEN or request.client is None:
            return
        detail = "/".join(request.segments) + ("?" + request.query if request.query else "")
        entry = AuditEntry(
            context=request.context,
            action="refused",
            outcome="refused",
            reason=refusal.issues[0].rule,
            type=request.segments[0] if request.segments else "",
            detail=f"{request.method} {detail}"[:MAX_DETAIL],
        )
        await self._services.store.trail.record(entry)


def _no_route(request: Request, methods: dict[str, Route], services: Services) -> Response:
    if methods:
        allowed = ", ".join(sorted(methods))
        refused = refuse(
            Category.METHOD, "request.method", messages.METHOD, code="not-supported",
            method=request.method[:16], allowed=allowed,
        )  # fmt: skip
        return errors.refused(refused.refusal, request, ((b"allow", allowed.encode()),))
    first = request.segments[0]
    if services.registry.is_resource(first):
        raise refuse(Category.NOT_FOUND, "request.path", messages.UNKNOWN_PATH, code="not-found")
    raise refuse(
        Category.NOT_FOUND, "type.unknown", messages.UNKNOWN_TYPE, code="not-found",
        type=first[:64],
    )  # fmt: skip


async def _decline(scope: Scope, send: Send) -> None:
    """There is one WebSocket; what is neither is not for an application."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
