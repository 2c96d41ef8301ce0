"""Lanes: a few connections kept open, each lent to one task for one reading, or one statement.

asyncpg's pool costs 25 µs a loan (a proxy, a shielded reset, a timer), which is what a search by
tokens costs the server. Nothing done here changes a session, so that nothing needs resetting.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar

from hygie.store.capacity import LANES
from hygie.store.database import LOST, PAUSE_SECONDS, TRIES, Connection, Record, connect
from hygie.store.pulse import Pulse

ORDINARY: Final[Mapping[str, str]] = {}
BY_KEY: Final[Mapping[str, str]] = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
}
"""Settings of lanes for statements that find rows by key: one plan is right whatever the key, and
to plan a union of partitions again takes longer than to run it. A plan made while a partition was
small must not read it whole when it has grown.
"""
Result = TypeVar("Result")


class Lanes:
    """Opened when first needed, replaced when lost. For the tasks of one event loop."""

    def __init__(
        self,
        dsn: str,
        size: int = LANES,
        settings: Mapping[str, str] = ORDINARY,
        *,
        pulse: Pulse | None = None,
    ) -> None:
        """`settings`: of the sessions, beside those that all have."""
        self._dsn = dsn
        self._pulse = pulse
        self._settings = settings
        self._room = asyncio.Semaphore(size)
        self._idle: list[Connection] = []
        """The last used is lent first: its statements are prepared, its memory warm."""

    async def run(self, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        """`work`, which only reads, on a connection; again when the connection was lost."""
        for _ in range(TRIES - 1):
            try:
                return await self.once(work)
            except LOST:
                await asyncio.sleep(PAUSE_SECONDS)
        return await self.once(work)

    async def once(self, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        """`work`, which commits by itself what it changes, on a connection."""
        async with self._room:
            lane = self._take() or await connect(self._dsn, self._settings, pulse=self._pulse)
            try:
                return await work(lane)
            finally:
                self._give(lane)

    async def fetch(self, query: str, *values: Any) -> list[Record]:
        """The rows of one statement."""
        return await self.run(lambda connection: connection.fetch(query, *values))

    async def fetchval(self, query: str, *values: Any) -> Any:
        """The first value of its first row."""
        return await self.run(lambda connection: connection.fetchval(query, *values))

    async def close(self) -> None:
        """Once nobody reads any more."""
        while self._idle:
            await self._idle.pop().close()

    def _take(self) -> Connection | None:
        while self._idle:
            lane = self._idle.pop()
            if not lane.is_closed():
                return lane
        return None

    def _give(self, lane: Connection) -> None:
        """A lane whose task was cancelled is kept: asyncpg ends its statement before the next."""
        if not lane.is_closed():
            self._idle.append(lane)
