"""What every check is handed: where to read, what opens bodies, where findings go, how fast."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from hygie.ops.findings import Findings
from hygie.ops.pace import Pace
from hygie.ops.repair import Repairer
from hygie.store.database import Connection, Pool
from hygie.store.store import Store


@dataclass(frozen=True, slots=True)
class Examination:
    pool: Pool
    """Sessions without statement time-out, apart from the store's."""
    store: Store
    findings: Findings
    pace: Pace
    repairer: Repairer | None
    """None: nothing is written."""

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """One consistent view, for one slice: held briefly, so that vacuum is never held back."""
        async with (
            self.pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield connection
