"""Keeps listeners and declarations alike, in the one process that holds the lease.

A source that is declared, changed, stopped or removed in any process is heeded here within two
seconds. A listener that fails is made and run again, and its state says why.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from hygie.intake.gateway import Gateway
from hygie.intake.listening import phrases
from hygie.intake.listening.gauge import Gauge
from hygie.intake.listening.listener import Listener
from hygie.intake.listening.receiving import Receiving
from hygie.intake.sources import state
from hygie.intake.sources.declaration import Source
from hygie.refusal import Issue, Refused
from hygie.store.declarations import Declared
from hygie.store.leases import lease
from hygie.store.store import Store

LEASE: Final = "listening"
LOOK_SECONDS: Final = 1.0
AGAIN_SECONDS: Final = 5.0
"""Before a listener that failed is run again."""
Makers = Mapping[type, Callable[[], Listener]]
"""Way -> who listens in this way."""
_logger = logging.getLogger(__name__)


class _Running:
    def __init__(
        self, declared: Declared[Source], gauge: Gauge, task: "asyncio.Task[None]"
    ) -> None:
        self.version = declared.version
        self.gauge = gauge
        self.task = task

    def is_older(self, declared: Declared[Source]) -> bool:
        return self.version != declared.version


class Listening:
    """For the tasks of one event loop; in as many processes as there are."""

    def __init__(
        self,
        store: Store,
        declared: Callable[[], Awaitable[tuple[Declared[Source], ...]]],
        gateway: Gateway,
        makers: Makers,
        again_seconds: float = AGAIN_SECONDS,
    ) -> None:
        self._store = store
        self._declared = declared
        self._gateway = gateway
        self._makers = makers
        self._again_seconds = again_seconds
        self._running: dict[str, _Running] = {}

    async def run(self) -> None:
        """Until cancelled: whenever no other process does, this one listens."""
        while True:
            async with lease(self._store.pool, LEASE) as held:
                if held:
                    await self._listen()
            await asyncio.sleep(LOOK_SECONDS)

    async def _listen(self) -> None:
        """For as long as the database is there: who has lost it has lost the lease as well."""
        try:
            while True:
                await self.adjust()
                gauges = [running.gauge.state() for running in self._running.values()]
                await state.write(self._store.pool, self._store.keyring, state.LISTENER, gauges)
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._end(list(self._running))

    async def adjust(self) -> None:
        """What is declared runs, as it is declared, and nothing else."""
        wanted = {
            one.value.name: one
            for one in await self._declared()
            if one.value.running and type(one.value.way) in self._makers
        }
        running = self._running.items()
        gone = [name for name, one in running if name not in wanted or one.is_older(wanted[name])]
        await self._end(gone)
        for name, declared in wanted.items():
            if name not in self._running:
                self._running[name] = self._begin(declared)

    def _begin(self, declared: Declared[Source]) -> _Running:
        gauge = Gauge(declared.value.name)
        task = asyncio.create_task(self._keep(declared.value, gauge))
        return _Running(declared, gauge, task)

    async def _end(self, names: list[str]) -> None:
        ended = [self._running.pop(name).task for name in names]
        for task in ended:
            task.cancel()
        if ended:
            await asyncio.wait(ended)

    async def _keep(self, source: Source, gauge: Gauge) -> None:
        receive = Receiving(source, self._gateway)
        while True:
            gauge.failed(await self._once(source, receive, gauge))
            await asyncio.sleep(self._again_seconds)

    async def _once(self, source: Source, receive: Receiving, gauge: Gauge) -> Issue:
        """Why it ended."""
        try:
            await self._makers[type(source.way)]().run(source, receive, gauge)
        except Refused as refused:
            return refused.refusal.issues[0]
        except Exception as error:
            _logger.error("a listener failed: %s", type(error).__name__)  # noqa: TRY400
            return _unexpected(type(error).__name__)
        return _unexpected("ended")


def _unexpected(error: str) -> Issue:
    return Issue(
        code="exception", rule="listening.failed", phrase=phrases.FAILED, details={"error": error}
    )
