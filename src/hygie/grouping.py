"""Work done in groups: callers who come together share one commit."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Grouping(Generic[T, R]):
    """Hands values to `work` in groups, in the order they came, one group at a time.

    `work` returns an outcome for each value, in order; `add` returns its value's, or raises it
    when it is an exception. When `work` itself raises, so does `add` for every value of the group:
    nothing is acknowledged before it is done. A value that comes when nothing is under way is
    worked on at the loop's next turn; those that come meanwhile go together next: no timer.

    Values for which `apart` gives the same key never share a group; they keep their order.
    Callers beyond `waiting` wait for room. A caller who is cancelled may leave its value done.
    For the tasks of one event loop.
    """

    def __init__(
        self,
        work: Callable[[list[T]], Awaitable[Sequence[R | Exception]]],
        *,
        waiting: int,
        largest: int,
        apart: Callable[[T], Hashable] | None = None,
    ) -> None:
        self._work = work
        self._largest = largest
        self._apart = apart
        self._waiting = waiting
        self._room = asyncio.Event()
        self._queue: list[tuple[T, asyncio.Future[R]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def add(self, value: T) -> R:
        while len(self._queue) >= self._waiting:
            self._room.clear()
            await self._room.wait()
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._queue.append((value, done))
        if self._worker is None:
            self._worker = asyncio.create_task(self._work_all())
        return await done

    async def drain(self) -> None:
        """Returns once nothing is under way or waits to be."""
        while self._worker is not None:
            await asyncio.wait({self._worker})

    async def _work_all(self) -> None:
        group: list[tuple[T, asyncio.Future[R]]] = []
        try:
            while self._queue:
                await asyncio.sleep(0)  # so that whoever is at the door comes along
                group = self._take()
                self._room.set()
                _settle(group, await self._attempt([value for value, _ in group]))
                group = []
        finally:
            self._worker = None
            self._abandon(group)

    def _take(self) -> list[tuple[T, asyncio.Future[R]]]:
        """The next group: the first of each key, and no more than may go together."""
        if self._apart is None:
            first, self._queue = self._queue[: self._largest], self._queue[self._largest :]
            return first
        group: dict[Hashable, tuple[T, asyncio.Future[R]]] = {}
        kept = []
        for number, waiting in enumerate(self._queue):
            if len(group) == self._largest:
                kept += self._queue[number:]
                break
            key = self._apart(waiting[0])
            if key in group:
                kept.append(waiting)
            else:
                group[key] = waiting
        self._queue = kept
        return list(group.values())

    async def _attempt(self, values: list[T]) -> Sequence[R | Exception]:
        try:
            return await self._work(values)
        except Exception as error:
            return [error] * len(values)

    def _abandon(self, group: list[tuple[T, asyncio.Future[R]]]) -> None:
        """Only when the working task itself was cancelled: nobody is left waiting."""
        for _, done in group + self._queue:
            done.cancel()
        self._queue.clear()
        self._room.set()


def _settle(
    group: Sequence[tuple[T, "asyncio.Future[R]"]], outcomes: Sequence[R | Exception]
) -> None:
    """Tells every caller of the group who still waits what came of it."""
    for (_, done), outcome in zip(group, outcomes, strict=True):
        if done.done():
            continue
        if isinstance(outcome, Exception):
            done.set_exception(outcome)
        else:
            done.set_result(outcome)
