"""Makes replays, a part at a time, in whichever process holds the lease.

A part's messages are `received` again before they are settled: what a crash leaves behind is
settled as what arrived is.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from hygie.intake.mending.acts import Acts
from hygie.intake.mending.replays import AGAIN, Replays, Run
from hygie.intake.records import Records
from hygie.limits.gateway import MAX_REPLAYS_TOGETHER
from hygie.store.leases import lease
from hygie.store.store import Store

LOOK_SECONDS: Final = 1.0
_WAITING: Final = "SELECT * FROM hygie.replay WHERE state = 'asked' ORDER BY id LIMIT 1"
_REOPEN: Final = """
    UPDATE hygie.inbox SET state = 'received', retry_at = clock_timestamp() + interval '5 minutes'
    WHERE id = ANY($1) AND state = ANY($2) RETURNING id
"""
_CAME_TO: Final = """
    SELECT count(*) FILTER (WHERE state IN ('filed', 'kept', 'duplicate')) AS filed,
        count(*) FILTER (WHERE state IN ('quarantined', 'refused')) AS stopped
    FROM hygie.inbox WHERE id = ANY($1)
"""
_ADVANCE: Final = """
    UPDATE hygie.replay SET done = done + $2, filed = filed + $3, stopped = stopped + $4, last = $5
    WHERE id = $1
"""
_END: Final = """
    UPDATE hygie.replay SET state = 'done', finished_at = clock_timestamp()
    WHERE id = $1 AND state = 'asked'
"""
TakeUp = Callable[[Sequence[int]], Awaitable[None]]


class Worker:
    """`take_up`: settles entries that are `received`, in order."""

    def __init__(self, store: Store, records: Records, replays: Replays, take_up: TakeUp) -> None:
        self._store = store
        self._records = records
        self._replays = replays
        self._take_up = take_up
        self._acts = Acts(store.pool, store.keyring)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(LOOK_SECONDS)

    async def once(self) -> None:
        """Makes what was asked for, unless another process does."""
        async with lease(self._store.pool, "replays") as held:
            while held and (row := await self._store.pool.fetchrow(_WAITING)):
                await self._part(self._replays.opened(row))

    async def _part(self, run: Run) -> None:
        filters = run.asked.filters
        found = await self._records.ascending(filters, run.last, MAX_REPLAYS_TOGETHER)
        part = [entry for entry in found if entry <= run.upto]
        if not part:
            await self._store.pool.execute(_END, run.id)
            return
        async with self._store.pool.acquire() as connection, connection.transaction():
            moved = await connection.fetch(_REOPEN, part, list(AGAIN))
            reopened = [row["id"] for row in moved]
            by, motive = run.asked.by, run.asked.motive
            await self._acts.note(connection, reopened, "replayed", by, motive)
        await self._take_up(sorted(reopened))
        (came,) = await self._store.pool.fetch(_CAME_TO, reopened)
        values = len(part), came["filed"], came["stopped"], part[-1]
        await self._store.pool.execute(_ADVANCE, run.id, *values)
