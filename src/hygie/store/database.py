"""Connections: how the pool is opened, and what every session is told."""

import asyncio
from typing import TYPE_CHECKING, Any, Final, Protocol

import asyncpg

from hygie.limits import STATEMENT_TIMEOUT_MS

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Record = asyncpg.Record
    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
else:
    Pool = asyncpg.Pool
    Record = asyncpg.Record
    Connection = asyncpg.Connection


class Reads(Protocol):
    """What only reads: a connection, a pool, lanes."""

    async def fetch(self, query: str, /, *values: Any) -> list[Record]: ...

    async def fetchval(self, query: str, /, *values: Any) -> Any: ...


POOL_SIZE: Final = 20
SESSION: Final = {
    "application_name": "hygie",
    "statement_timeout": str(STATEMENT_TIMEOUT_MS),
    "default_transaction_isolation": "read committed",
    "jit": "off",
    "timezone": "UTC",
}

RETRIED: Final = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.UniqueViolationError,
)
"""What two transactions that met may get, and a second try does not."""

LOST: Final = (
    ConnectionError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""What asyncpg raises on a connection whose server went away before the pool knew it."""
TRIES: Final = 3
PAUSE_SECONDS: Final = 0.01
"""Enough for the loop to learn which other connections are dead."""


async def open_pool(dsn: str, *, size: int = POOL_SIZE, **settings: str) -> Pool:
    """A pool whose sessions all look alike."""
    return await asyncpg.create_pool(
        dsn, min_size=0, max_size=size, server_settings=SESSION | settings, reset=_keep
    )


async def _keep(connection: Connection) -> None:
    """Spares a round trip at each release: nothing here changes a session, and asyncpg still
    rolls back what was left open."""


async def fetch(pool: Pool, query: str, *values: Any) -> list[Record]:
    """The rows of one reading, outside transactions: asked again when its connection was lost."""
    for _ in range(TRIES - 1):
        try:
            return await pool.fetch(query, *values)
        except LOST:
            await asyncio.sleep(PAUSE_SECONDS)
    return await pool.fetch(query, *values)
