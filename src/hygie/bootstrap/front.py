"""The server: what sees a request first, and what works beside it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import (
    AsyncExitStack,
    asynccontextmanager,
)
from functools import partial
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from hygie import __version__
from hygie.access.model import utc_now
from hygie.access.rights.noting import note_rights
from hygie.api import Rooms, fhir_app
from hygie.api.hl7v2.app import PostApp, Posting
from hygie.api.hooks.app import PREFIX as HOOKS
from hygie.api.hooks.app import Advising, HooksApp
from hygie.api.smart.app import ROUTES as SMART
from hygie.api.smart.app import SmartApp
from hygie.api.smart.cors import Cors
from hygie.bootstrap.background import beside, collect_seldom, compiled_ahead, lasting
from hygie.bootstrap.gateways import Adapting
from hygie.bootstrap.house import House, open_house
from hygie.bootstrap.settlers import settled_aside
from hygie.bootstrap.strictly import strictly
from hygie.exchange.bulk.worker import Worker
from hygie.exchange.routes.service import Service
from hygie.exchange.subscriptions.service import serve
from hygie.intake.imports.worker import Worker as Importing
from hygie.intake.imports.worker import by_command
from hygie.intake.sources.retention import Retention
from hygie.ops.lineage import end_with_parent
from hygie.settings import Settings, load
from hygie.store.database import LOST
from hygie.store.dictionaries.keeper import keep
from hygie.store.parameters.keeper import keep_parameters
from hygie.web import web_app
from hygie.web.present.landmarks import LANDMARKS
from hygie.web.shedding import DOOR

RECOVERY_SECONDS: Final = 60
"""How long a worker waits for a database that recovers: its log of changes is replayed first."""
RECOVERY_PAUSE_SECONDS: Final = 0.2


def application(settings: Settings | None = None) -> ASGIApp:
    """The whole server: FHIR under `/fhir`, health under `/health`, pages under `/`."""
    end_with_parent()
    settings = settings or load()
    front: ASGIApp = Front(settings)
    if settings.behind_https:
        front = strictly(front)
    return known_as(settings.public_url, front) if settings.public_url else front


class Front:
    """The first to see a request: FHIR goes straight to its application, without a router that
    would cost as much as the application itself, and so does the sign-in form, which floods come
    to; all else, and the lifespan, to Starlette."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server = Starlette(lifespan=self._opened)
        self._fhir: ASGIApp = self._server
        self._posts: ASGIApp = self._server
        self._pages: ASGIApp = self._server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            path = scope["path"]
            if path.startswith("/fhir/") or path == "/fhir":
                await self._fhir(scope, receive, send)
                return
            if path.startswith("/hl7v2/") and scope["type"] == "http":
                await self._posts(scope, receive, send)
                return
            if path == DOOR and scope["type"] == "http":
                await self._pages(scope, receive, send)
                return
        await self._server(scope, receive, send)

    @asynccontextmanager
    async def _opened(self, server: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            house = await patiently(stack, self._settings)
            await note_rights(
                house.store.pool, house.store.keyring, house.ledger, house.access.rights, utc_now()
            )
            await stack.enter_async_context(settled_aside(house))
            rooms = Rooms(
                store=house.store, repository=house.repository, access=house.access,
                standards=house.standards, terminology=house.terminology, exports=house.exports,
                imports=house.imports, subscriptions=house.subscriptions, sources=house.sources,
                posts=house.posts, ledger=house.ledger,
            )  # fmt: skip
            origins = house.access.smart.registry.origins
            self._fhir = Cors(fhir_app(rooms, version=__version__), origins)
            self._posts = PostApp(Posting(
                access=house.access, trail=house.store.trail, sources=house.sources,
                posts=house.posts,
            ))  # fmt: skip
            self._pages = pages_of(house)
            server.router.routes[:] = routes(house, self._pages)
            collect_seldom()
            await stack.enter_async_context(beside(compiled_ahead()))
            for work in works(house):
                await stack.enter_async_context(beside(lasting(work)))
            yield


def works(house: House) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
    """What is done beside the requests, in each process: most of it by one process at a time."""
    return (
        partial(keep, house.store),
        partial(keep_parameters, house.store),
        house.mappings.history.serve,
        house.gateway.retries.run,
        house.gateway.replaying.run,
        house.listening.run,
        house.posts.run,
        Retention(house.store, house.sources).run,
        Worker(house.store, house.exports).run,
        Importing(house.store, house.imports, by_command).run,
        partial(serve, house.subscriptions),
        Service(house.store, house.routes, house.outbound, Adapting(house.adaptations)).serve,
    )


async def patiently(stack: AsyncExitStack, settings: Settings) -> House:
    """The house, opened into `stack`: tried again while its database is on its way back.

    A worker that gave up while PostgreSQL recovers from a crash would take the whole server along.
    """
    deadline = monotonic() + RECOVERY_SECONDS
    while True:
        try:
            return await stack.enter_async_context(open_house(settings))
        except (OSError, *LOST, asyncpg.OperatorInterventionError):
            if monotonic() > deadline:
                raise
        await asyncio.sleep(RECOVERY_PAUSE_SECONDS)


def known_as(public_url: str, server: ASGIApp) -> ASGIApp:
    """`server`, told its public address: a caller's `Host` header does not choose our links."""
    address = urlsplit(public_url)
    host = (b"host", address.netloc.encode())

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = [host, *(header for header in scope["headers"] if header[0] != b"host")]
            scope = {**scope, "scheme": address.scheme, "headers": headers}
        await server(scope, receive, send)

    return serve


def pages_of(house: House) -> ASGIApp:
    """What people see."""
    return web_app(
        house.store,
        house.repository,
        house.access,
        house.ledger,
        house.gateway,
        sources=house.sources,
        routes=house.routes,
        silences=house.silences,
        terminology=house.terminology,
        mappings=house.mappings,
        federation=house.federation,
        calling=house.calling,
        secure=house.settings.behind_https,
        policy=house.standards.policy,
        lenient=house.settings.second_factor == "optional",
    )


def routes(house: House, pages: ASGIApp) -> list[Route | Mount]:
    """All but FHIR."""

    async def health(_: Request) -> JSONResponse:
        """Says whether the store answers; nothing else that a stranger could use."""
        try:
            await house.store.pool.fetchval("SELECT 1")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return JSONResponse({"status": "unavailable"}, 503)
        return JSONResponse({"status": "ok", "version": __version__})

    origins = house.access.smart.registry.origins
    smart = Cors(SmartApp(house.access, house.outbound), origins)
    advising = Advising(
        store=house.store, access=house.access, outbound=house.outbound, services=(LANDMARKS,)
    )
    hooks = Cors(HooksApp(advising), origins)
    return [
        Route("/health", health),
        *(Route(path, smart) for path in SMART),
        Route(HOOKS, hooks),
        Route(HOOKS + "/{rest:path}", hooks),
        Mount("/", pages),
    ]
