"""Who may try a password next: known devices first, then known addresses, then strangers.

A hash costs much, on purpose; so few are worked on at once, and an attack must not take their
places. Within a lane, those who wait take turns by who they are (device, address or network): a
flood from one network waits for itself. The last place is for known devices.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import IntEnum

from hygie.refusal import Refused

Waiting = deque[asyncio.Future[None]]


class Lane(IntEnum):
    """The first goes first."""

    DEVICE = 0
    """A browser that somebody signed in with."""
    ADDRESS = 1
    """An address that people sign in from."""
    STRANGER = 2


class Lanes:
    """For the tasks of one event loop."""

    def __init__(self, at_once: int, waiting: int, crowded: Callable[[], Refused]) -> None:
        """`waiting`: in each lane. `crowded`: what is raised when too many do."""
        self._at_once = at_once
        self._most = waiting
        self._crowded = crowded
        self._working = dict.fromkeys(Lane, 0)
        self._queues: dict[Lane, dict[str, Waiting]] = {lane: {} for lane in Lane}

    @asynccontextmanager
    async def turn(self, lane: Lane, who: str) -> AsyncIterator[None]:
        """Raises what `crowded` gives when there is no room to wait in, at once or later: whoever
        has most waiting gives way to others."""
        await self._enter(lane, who)
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            yield
        finally:
            # A stranger's place rests as long as it worked: the processors are not all theirs.
            rest = loop.time() - start if lane is Lane.STRANGER and self._queues[lane] else 0
            if rest:
                loop.call_later(rest, self._leave, lane)
            else:
                self._leave(lane)

    def _leave(self, lane: Lane) -> None:
        self._working[lane] -= 1
        self._call()

    async def _enter(self, lane: Lane, who: str) -> None:
        if not self._queues[lane] and self._free(lane):
            self._working[lane] += 1
            return
        self._make_room(lane, who)
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues[lane].setdefault(who, deque()).append(called)
        try:
            await called
        except asyncio.CancelledError:
            self._give_up(lane, who, called)
            raise

    def _free(self, lane: Lane) -> bool:
        """Whether one more of this lane may be worked on: the last place is for known devices."""
        working = sum(self._working.values())
        others = working - self._working[Lane.DEVICE]
        most = self._at_once if lane is Lane.DEVICE else max(1, self._at_once - 1)
        return working < self._at_once and (lane is Lane.DEVICE or others < most)

    def full(self, lane: Lane, who: str) -> bool:
        """Whether there is no room for them to wait in: nobody has more waiting than they would."""
        queues = self._queues[lane]
        if sum(map(len, queues.values())) < self._most:
            return False
        return max(map(len, queues.values())) <= len(queues.get(who, ())) + 1

    def _make_room(self, lane: Lane, who: str) -> None:
        if self.full(lane, who):
            raise self._crowded()
        queues = self._queues[lane]
        if sum(map(len, queues.values())) >= self._most:
            largest = max(queues, key=lambda name: len(queues[name]))
            queues[largest].pop().set_exception(self._crowded())

    def _give_up(self, lane: Lane, who: str, called: asyncio.Future[None]) -> None:
        """Of one that went away: out of the queue, or its place to the next."""
        if called.done() and not called.cancelled():
            self._leave(lane)
            return
        with suppress(KeyError, ValueError):
            self._queues[lane][who].remove(called)
            if not self._queues[lane][who]:
                del self._queues[lane][who]

    def _call(self) -> None:
        """Calls whoever may be worked on now."""
        for lane, queues in self._queues.items():
            while queues and self._free(lane):
                who = next(iter(queues))
                waiting = queues.pop(who)
                called = waiting.popleft()
                if waiting:
                    queues[who] = waiting  # at the end: the others come first
                if not called.done():
                    self._working[lane] += 1
                    called.set_result(None)
