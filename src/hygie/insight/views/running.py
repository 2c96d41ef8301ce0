"""A view over what is read from the store: reading, opening and running at the same time.

The engine works in a thread, and asks the event loop for each batch; while it works, the next batch
is read and opened. Whatever stops it, both have ended when `stored_rows` does.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Iterator
from contextlib import suppress
from typing import Final

from hygie.insight.views.engines import Engine
from hygie.insight.views.tables import Batch, resources
from hygie.store.reading.whole import Slice

BATCH_RESOURCES: Final = 8_192
BATCH_BYTES: Final = 16 * 1024 * 1024


class Counted:
    """What a run has gone through so far."""

    def __init__(self) -> None:
        self.resources = 0
        self.unreadable = 0
        """Altered on disk: left out."""
        self.rows = 0


async def stored_rows(
    engine: Engine, slices: AsyncIterator[Slice], counted: Counted
) -> AsyncGenerator[Batch]:
    """The rows of all slices. To be closed (`aclosing`) when it is left early."""
    feed = Feed(gathered(slices, counted))
    rows = engine(feed)
    try:
        while (batch := await feed.beside(asyncio.to_thread(next, rows, None))) is not None:
            counted.rows += batch.num_rows
            yield batch
    finally:
        await feed.end()
        await asyncio.to_thread(rows.close)


async def gathered(slices: AsyncIterator[Slice], counted: Counted) -> AsyncGenerator[Batch]:
    """Slices put together until they are worth an engine's while."""
    bodies: list[bytes] = []
    size = 0
    async for one in slices:
        bodies += one.bodies
        size += sum(map(len, one.bodies))
        counted.resources += len(one.bodies)
        counted.unreadable += one.unreadable
        if len(bodies) >= BATCH_RESOURCES or size >= BATCH_BYTES:
            yield resources(bodies)
            bodies, size = [], 0
    if bodies:
        yield resources(bodies)


class Feed(Iterator[Batch]):
    """Batches of the event loop for a thread, one of them ahead."""

    def __init__(self, batches: AsyncIterator[Batch]) -> None:
        self._batches = batches
        self._loop = asyncio.get_running_loop()
        self._ahead: asyncio.Task[Batch | None] = self._loop.create_task(self._next())
        self._work: asyncio.Future[Batch | None] | None = None

    async def _next(self) -> Batch | None:
        return await anext(self._batches, None)

    async def _taken(self) -> Batch | None:
        batch = await self._ahead
        if batch is not None:
            self._ahead = self._loop.create_task(self._next())
        return batch

    def __next__(self) -> Batch:
        """For the engine's thread."""
        batch = asyncio.run_coroutine_threadsafe(self._taken(), self._loop).result()
        if batch is None:
            raise StopIteration
        return batch

    async def beside(self, work: Awaitable[Batch | None]) -> Batch | None:
        """What the thread gives; it goes on when the one who waits is cancelled."""
        self._work = asyncio.ensure_future(work)
        return await asyncio.shield(self._work)

    async def end(self) -> None:
        """Returns once the thread has ended, and nothing is read any more.

        Not `close`: generators close what they go through by that name.
        """
        self._ahead.cancel()
        if self._work is not None:
            with suppress(Exception, asyncio.CancelledError):
                await self._work
        with suppress(Exception, asyncio.CancelledError):
            await self._ahead
