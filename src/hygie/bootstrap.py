"""The one place, with the commands, that knows every room: it opens the house and wires it."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import (
    AbstractContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
    suppress,
)
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from hygie import __version__
from hygie.access import Access
from hygie.api import Rooms, fhir_app
from hygie.exchange.bulk.exports import Exports
from hygie.exchange.bulk.worker import Worker
from hygie.exchange.subscriptions.channels import Channel, Channels
from hygie.exchange.subscriptions.channels.e_mail import EMail
from hygie.exchange.subscriptions.channels.hl7v2.channel import Hl7v2
from hygie.exchange.subscriptions.channels.rest_hook import RestHook
from hygie.exchange.subscriptions.door import Door
from hygie.exchange.subscriptions.parts import Parts
from hygie.exchange.subscriptions.service import serve
from hygie.fhir.policy.standards import Standards
from hygie.fhir.preparation import COMMON, prepare
from hygie.fhir.terminology.layers import Packaged
from hygie.identity import Identity
from hygie.insight.quality.standards import standards_of
from hygie.intake import Gateway
from hygie.intake.imports.imports import Imports
from hygie.intake.imports.worker import Worker as Importing
from hygie.intake.imports.worker import by_command
from hygie.ledger import Ledger
from hygie.nomenclature.layer import Books
from hygie.nomenclature.mapping.mappings import Mappings
from hygie.nomenclature.terminology import Terminology
from hygie.ops.lineage import end_with_parent
from hygie.outbound.outbound import Outbound
from hygie.refusal import Category, refuse
from hygie.settings import VARIABLES, Settings, load
from hygie.store.capacity import COMMITS
from hygie.store.database import LOST
from hygie.store.dictionaries.keeper import keep
from hygie.store.interactions import Repository
from hygie.store.keys import sources as key_sources
from hygie.store.keys.envelope import unlock
from hygie.store.keys.keyring import Keyring
from hygie.store.migrations import migrate
from hygie.store.parameters.keeper import keep_parameters
from hygie.store.phrases import KEY_TWICE
from hygie.store.pulse import Pulse
from hygie.store.reading.lanes import BY_KEY, Lanes
from hygie.store.server.cluster import connect_or_start
from hygie.store.store import Store
from hygie.web import web_app

RECOVERY_SECONDS: Final = 60
"""How long a worker waits for a database that recovers: its log of changes is replayed first."""
RECOVERY_PAUSE_SECONDS: Final = 0.2
NEW_OBJECTS: Final = 20_000, 50, 100
"""After so many is it looked for cycles among them; after so many looks, among older ones. With
Python's own 700, 10, 10, that took a sixth of an import."""
BETWEEN_TYPES_SECONDS: Final = 0.01
"""For requests, between two pieces of work of some 15 ms."""


@dataclass(frozen=True, slots=True)
class House:
    """Every room, wired."""

    settings: Settings
    store: Store
    ledger: Ledger
    repository: Repository
    access: Access
    gateway: Gateway
    standards: Standards
    terminology: Terminology
    mappings: Mappings
    outbound: Outbound
    """The one door by which anything is sent or fetched."""
    exports: Exports
    imports: Imports
    subscriptions: Parts
    address: str
    """Of the database, for other processes to open the same house."""


def database(settings: Settings, what: str) -> AbstractContextManager[str]:
    """The address of the database: one's own, the one served here, or one started meanwhile."""
    if settings.database_url:
        return nullcontext(settings.database_url)
    return connect_or_start(settings.data, what)


@contextmanager
def placed_key(settings: Settings) -> Iterator[Settings]:
    """`settings` in which the master key is a file, wherever it comes from. Refused when it comes
    from two places."""
    key = key_sources.from_environment(os.environ)
    other = VARIABLES["master_key_command" if settings.master_key_command else "master_key_file"]
    if key is None and settings.master_key_command:
        key = key_sources.from_command(settings.master_key_command)
    elif key is not None and (settings.master_key_command or settings.master_key_file is not None):
        raise refuse(Category.INVALID, "store.key-twice", KEY_TWICE, other=other)
    if key is None:
        yield settings
        return
    with key_sources.in_memory(key) as path:
        yield msgspec.structs.replace(settings, master_key_file=path, master_key_command="")


@asynccontextmanager
async def open_house(settings: Settings, what: str = "hygie") -> AsyncIterator[House]:
    """Every room of the house at `settings`, for as long as the context lasts."""
    with placed_key(settings) as placed, database(placed, what) as dsn:
        await migrate(dsn)
        # A key is made at the very first start only, and where none was named: a lost key is never
        # replaced silently.
        generate = placed.master_key_file is None
        keys = await unlock(dsn, placed.key_file, generate=generate)
        async with furnished(placed, keys, dsn) as house:
            yield house


@asynccontextmanager
async def furnished(settings: Settings, keys: Keyring, dsn: str) -> AsyncIterator[House]:
    ledgers: list[Ledger] = []
    pulse = Pulse()
    commits = Lanes(dsn, COMMITS, BY_KEY, pulse=pulse)

    def new_ledger(pool: asyncpg.Pool) -> Ledger:
        ledgers.append(Ledger(pool, keys, lend=commits.once))
        return ledgers[-1]

    store = await Store.open(
        dsn, keys, new_ledger, zone=settings.zone, words=settings.words, pulse=pulse
    )
    ledger = ledgers[0]
    outbound = Outbound(settings.outbound, settings.outbound_authorities)
    try:
        await ledger.start()
        standards = standards_of(settings.data, lambda: datetime.now(settings.zone).date())
        subscriptions = Parts(store, channels(settings, outbound), settings.base)
        gates = {"Subscription": Door(subscriptions)}
        terminology = Terminology(store, [Books(settings.data), Packaged(standards.library)])
        repository = Repository(
            store, standards.under(""), standards.under, gates, terminology.expanded
        )
        access = Access(store.pool, keys, ledger)
        mappings = Mappings(store, repository)
        gateway = Gateway(store, repository, Identity(store), mappings.correspondences)
        yield House(
            settings=settings,
            store=store,
            ledger=ledger,
            repository=repository,
            access=access,
            gateway=gateway,
            standards=standards,
            terminology=terminology,
            mappings=mappings,
            outbound=outbound,
            exports=Exports(store, settings.data),
            imports=Imports(store, outbound, settings.import_sources),
            subscriptions=subscriptions,
            address=dsn,
        )
    finally:
        await outbound.close()
        await ledger.stop()
        await commits.close()
        await store.close()


def channels(settings: Settings, outbound: Outbound) -> Channels:
    """The ways by which notifications leave this house."""
    found: dict[str, Channel] = {"rest-hook": RestHook(outbound), "hl7v2": Hl7v2(outbound)}
    if (relay := settings.relay) is not None:
        found["email"] = EMail(relay, settings.public_url)
    return found


def application(settings: Settings | None = None) -> ASGIApp:
    """The whole server: FHIR under `/fhir`, health under `/health`, pages under `/`."""
    end_with_parent()
    settings = settings or load()
    front = Front(settings)
    return known_as(settings.public_url, front) if settings.public_url else front


class Front:
    """The first to see a request: FHIR goes straight to its application, without a router that
    would cost as much as the application itself; all else, and the lifespan, to Starlette."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server = Starlette(lifespan=self._opened)
        self._fhir: ASGIApp = self._server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            path = scope["path"]
            if path.startswith("/fhir/") or path == "/fhir":
                await self._fhir(scope, receive, send)
                return
        await self._server(scope, receive, send)

    @asynccontextmanager
    async def _opened(self, server: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            house = await patiently(stack, self._settings)
            rooms = Rooms(
                store=house.store, repository=house.repository, access=house.access,
                standards=house.standards, terminology=house.terminology, exports=house.exports,
                imports=house.imports, subscriptions=house.subscriptions,
            )  # fmt: skip
            self._fhir = fhir_app(rooms, version=__version__)
            server.router.routes[:] = routes(house)
            collect_seldom()
            mapping = house.mappings.history.serve()
            exporting = Worker(house.store, house.exports).run()
            importing = Importing(house.store, house.imports, by_command).run()
            telling = serve(house.subscriptions)
            async with (
                beside(compiled_ahead()),
                beside(keep(house.store)),
                beside(keep_parameters(house.store)),
                beside(mapping),
                beside(exporting),
                beside(importing),
                beside(telling),
            ):
                yield


def collect_seldom() -> None:
    """For a process that is ready. What it holds now, definitions above all, lives as long as it
    does; of what comes, nearly all is freed by counting references, since resources are trees."""
    gc.freeze()
    gc.set_threshold(*NEW_OBJECTS)


async def compiled_ahead() -> None:
    """Compiles what common resources are checked and filed by, between requests: the first write
    of a type would else wait for it, in each worker."""
    for kind in COMMON:
        prepare(kind)
        await asyncio.sleep(BETWEEN_TYPES_SECONDS)


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs `work` in the background until the context ends."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


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


def routes(house: House) -> list[Route | Mount]:
    """All but FHIR."""

    async def health(_: Request) -> JSONResponse:
        """Says whether the store answers; nothing else that a stranger could use."""
        try:
            await house.store.pool.fetchval("SELECT 1")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return JSONResponse({"status": "unavailable"}, 503)
        return JSONResponse({"status": "ok", "version": __version__})

    pages = web_app(
        house.store,
        house.repository,
        house.access,
        house.ledger,
        house.gateway,
        terminology=house.terminology,
        mappings=house.mappings,
        secure=house.settings.behind_https,
        policy=house.standards.policy,
    )
    return [Route("/health", health), Mount("/", pages)]
