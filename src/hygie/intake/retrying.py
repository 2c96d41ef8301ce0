"""Messages that nobody has in hand: after a fault that was not their own, or left by a process that
ended. One process at a time takes them up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from hygie.intake.records import Records
from hygie.store.database import Pool
from hygie.store.leases import lease

LOOK_SECONDS: Final = 1.0
TOGETHER: Final = 256
"""Taken up at once."""


class Retries:
    """`in_hand`: the entries that this process is about to settle. `take_up`: settles entries."""

    def __init__(
        self,
        pool: Pool,
        records: Records,
        in_hand: Callable[[], Sequence[int]],
        take_up: Callable[[Sequence[int]], Awaitable[None]],
    ) -> None:
        self._pool = pool
        self._records = records
        self._in_hand = in_hand
        self._take_up = take_up

    async def run(self) -> None:
        """Until cancelled; raises what the database raises."""
        while True:
            await self.once()
            await asyncio.sleep(LOOK_SECONDS)

    async def once(self) -> int:
        """Settles what is due, unless another process does: how many."""
        async with lease(self._pool, "settling") as held:
            if not held:
                return 0
            due = await self._records.due(TOGETHER, self._in_hand())
            await self._take_up(due)
        return len(due)
