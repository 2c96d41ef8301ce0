"""Work that one process at a time does, whichever it is: held by a lock that dies with it.

PostgreSQL gives the lock up the moment its connection ends. So what a killed process was doing is
taken up by another at once, from where it noted that it had come; no heartbeat, no expiry.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import asyncpg

from hygie.store.database import Pool

_TRY: Final = "SELECT pg_try_advisory_lock(hashtextextended('hygie.lease:' || $1, 0))"
_RELEASE: Final = "SELECT pg_advisory_unlock(hashtextextended('hygie.lease:' || $1, 0))"


@asynccontextmanager
async def lease(pool: Pool, name: str) -> AsyncIterator[bool]:
    """Whether the work of this name is ours until the context ends; nobody waits for it.

    Holds one connection of the pool meanwhile. Who loses that connection has lost the lease, and
    what it writes next may meet another holder's: it is to be guarded by what its rows say.
    """
    async with pool.acquire() as connection:
        held = bool(await connection.fetchval(_TRY, name))
        try:
            yield held
        finally:
            with suppress(asyncpg.InterfaceError):  # the connection was lost, and the lock with it
                if held:
                    await connection.execute(_RELEASE, name)
