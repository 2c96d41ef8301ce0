"""The routes, for as long as a server runs: one of its processes sends, under a lease."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, Final, NamedTuple

from hygie.exchange.routes.checks import SECRETS, below, door_of, place_of
from hygie.exchange.routes.declaration import Folder, Http, Mllp, Route
from hygie.exchange.routes.departures import CHANNEL
from hygie.exchange.routes.loading import Loader
from hygie.exchange.routes.producing import Producer
from hygie.exchange.routes.registry import Routes
from hygie.exchange.routes.rewriting import Adapt
from hygie.exchange.routes.sending import Sender
from hygie.exchange.routes.ways import Way
from hygie.exchange.routes.ways.folder import FolderWay
from hygie.exchange.routes.ways.http import HttpWay
from hygie.exchange.routes.ways.mllp import MllpWay
from hygie.outbound.outbound import Outbound
from hygie.refusal import Refused
from hygie.store.leases import lease
from hygie.store.outages import AWAY
from hygie.store.store import Store

LEASE: Final = "routes"
LOOK_SECONDS: Final = 1.0
UPKEEP_SECONDS: Final = 60.0
LOGGER: Final = logging.getLogger("hygie.routes")


class _Running(NamedTuple):
    route: Route
    sender: Sender
    door: Outbound
    task: asyncio.Task[None]


class Service:
    """For one task of each process."""

    def __init__(self, store: Store, routes: Routes, outbound: Outbound, adapt: Adapt) -> None:
        self._store = store
        self._routes = routes
        self._outbound = outbound
        self._adapt = adapt
        self._producer = Producer(store, routes)
        self._loader = Loader(store, routes, self._producer.making)
        self._running: dict[str, _Running] = {}

    async def serve(self) -> None:
        """Never returns. A database that went away is waited for."""
        while True:
            try:
                async with lease(self._store.pool, LEASE) as held:
                    if held:
                        await self._lead()
            except AWAY:
                pass  # the requests say so; whoever leads next goes on
            except Exception as error:
                LOGGER.error("routes were interrupted: %s", type(error).__name__)  # noqa: TRY400
            await asyncio.sleep(LOOK_SECONDS)

    async def _lead(self) -> None:
        upkeep = monotonic()
        try:
            async with self._listening(), _beside(self._produce()):
                while True:
                    await self._follow(await self._routes.all())
                    if monotonic() >= upkeep:
                        await self._keep(await self._routes.all())
                        upkeep = monotonic() + UPKEEP_SECONDS
                    await asyncio.sleep(LOOK_SECONDS)
        finally:
            for name in list(self._running):
                await self._stop(name)

    async def _produce(self) -> None:
        """Never returns. What could not be done is begun again from where the outbox stands."""
        async with self._store.outbox.listening() as woken:
            while True:
                woken.clear()
                try:
                    more = await self._producer.step() or await self._loader.step()
                except Exception as error:
                    LOGGER.error("changes wait to be told: %s", type(error).__name__)  # noqa: TRY400
                    await asyncio.sleep(LOOK_SECONDS)
                    continue
                if not more:
                    await _waited(woken)

    async def _follow(self, declared: tuple[Route, ...]) -> None:
        """Senders of what is declared and runs, as it is declared now."""
        wanted = {route.name: route for route in declared if route.running}
        for name, one in list(self._running.items()):
            if wanted.get(name) != one.route or one.task.done():
                await self._stop(name)
        for name, route in wanted.items():
            if name not in self._running:
                await self._begin(route)

    async def _begin(self, route: Route) -> None:
        door = self._outbound
        try:
            door = door_of(route, self._outbound, self._routes.reach)
            ways = self._ways(route, door)
        except Refused:  # what was allowed when it was declared is not any more: tried again
            if door is not self._outbound:
                await door.close()
            return
        sender = Sender(route, ways, self._routes.departures, self._store.trail, self._adapt)
        task = asyncio.create_task(sender.run())
        self._running[route.name] = _Running(route, sender, door, task)

    async def _stop(self, name: str) -> None:
        running = self._running.pop(name)
        running.task.cancel()
        [outcome] = await asyncio.gather(running.task, return_exceptions=True)
        if running.door is not self._outbound:
            await running.door.close()
        if isinstance(outcome, Exception):
            LOGGER.error("the sender of a route ended: %s", type(outcome).__name__)

    def _ways(self, route: Route, door: Outbound) -> list[Way]:
        seconds, reach = route.timeout_seconds, self._routes.reach
        match route.destination:
            case Mllp(connections=count):
                place = place_of(route.destination)
                return [MllpWay(door, place, seconds) for _ in range(count)]
            case Http(url=url, token_file=token, connections=count):
                file = below(token, reach.secrets, SECRETS) if token else None
                return [HttpWay(door, url, seconds, file) for _ in range(count)]
            case Folder(path=path):
                return [FolderWay(below(path, reach.folders, "HYGIE_EXCHANGE_FOLDERS"))]

    async def _keep(self, declared: tuple[Route, ...]) -> None:
        for route in declared:
            await self._routes.departures.overflow(route.name)
            await self._routes.departures.forget(route.name, route.retention_days)

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        """Wakes the sender that something is told of."""

        def wake(_connection: Any, _process: int, _channel: str, route: Any) -> None:
            if (running := self._running.get(route)) is not None:
                running.sender.woken.set()

        async with self._store.pool.acquire() as connection:
            await connection.add_listener(CHANNEL, wake)
            try:
                yield
            finally:
                await connection.remove_listener(CHANNEL, wake)


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs `work` until the context ends; what ends it otherwise is told then."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _waited(woken: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await woken.wait()
    except TimeoutError:
        return
