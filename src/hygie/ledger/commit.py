"""Group commit: callers who come together share one write."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class GroupCommit(Generic[T]):
    """Hands values to `write` in batches, in the order they came.

    `add` returns once a `write` that held the value has returned, and raises what that `write`
    raised: nothing is acknowledged before it is durable. A value that comes when nothing is being
    written is written at once; one that comes meanwhile goes with the next batch: no timer, no
    added latency. Callers beyond `waiting` wait for room. A caller who is cancelled may leave its
    value written. For tasks of one event loop.
    """

    def __init__(
        self, write: Callable[[list[T]], Awaitable[None]], *, waiting: int, batch: int
    ) -> None:
        self._write = write
        self._batch = batch
        self._room = asyncio.Semaphore(waiting)
        self._queue: list[tuple[T, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def add(self, value: T) -> None:
        async with self._room:
            done = asyncio.get_running_loop().create_future()
            self._queue.append((value, done))
            if self._writer is None:
                self._writer = asyncio.create_task(self._write_all())
            await done

    async def drain(self) -> None:
        """Returns once nothing is being written or waits to be."""
        while self._writer is not None:
            await asyncio.wait({self._writer})

    async def _write_all(self) -> None:
        try:
            while self._queue:
                group = self._queue[: self._batch]
                error = await self._attempt([value for value, _ in group])
                del self._queue[: len(group)]
                _settle(group, error)
        finally:
            self._writer = None
            self._abandon()

    async def _attempt(self, values: list[T]) -> Exception | None:
        try:
            await self._write(values)
        except Exception as error:
            return error
        return None

    def _abandon(self) -> None:
        """Only when the writing task itself was cancelled: nobody is left waiting."""
        for _, done in self._queue:
            done.cancel()
        self._queue.clear()


def _settle(group: list[tuple[T, asyncio.Future[None]]], error: Exception | None) -> None:
    """Tells every caller of the group who still waits how the write went."""
    for _, done in group:
        if done.done():
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
