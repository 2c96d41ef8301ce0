"""Connections: how they are opened, what every session is told, how long anybody waits for one."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol

import asyncpg

from hygie.limits import COMMAND_SECONDS, CONNECT_SECONDS, STATEMENT_TIMEOUT_MS
from hygie.store.capacity import POOL
from hygie.store.pulse import Pulse

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


SESSION: Final = {
    "application_name": "hygie",
    "statement_timeout": str(STATEMENT_TIMEOUT_MS),
    "default_transaction_isolation": "read committed",
    "jit": "off",
    "timezone": "UTC",
}

READING: Final = "hygie reading"
"""Name of the sessions that only read, in transactions that last."""

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
LONG_SECONDS: Final = 24 * 3_600.0
"""`timeout` of commands that go through whole tables, in transactions that are told so."""
TRIES: Final = 3
PAUSE_SECONDS: Final = 0.01
"""Enough for the loop to learn which other connections are dead."""


async def connect(
    dsn: str,
    settings: Mapping[str, str],
    *,
    pulse: Pulse | None = None,
    patient: bool = False,
) -> "asyncpg.Connection[Record]":
    """A connection whose commands all end: within `COMMAND_SECONDS`, or with the database's pulse.

    `settings`: of the session, beside those that all have. `patient`: commands may take as long as
    they take. Raises `OSError` or what asyncpg raises when there is no database, or none that
    answers within `CONNECT_SECONDS`.
    """
    if pulse is not None:
        pulse.require()
    connection = await asyncpg.connect(
        dsn, server_settings=SESSION | dict(settings), timeout=CONNECT_SECONDS,
        command_timeout=None if patient else COMMAND_SECONDS,
    )  # fmt: skip
    if pulse is not None:
        pulse.concerns(connection)
    return connection


async def open_pool(
    dsn: str,
    *,
    size: int = POOL,
    pulse: Pulse | None = None,
    patient: bool = False,
    **settings: str,
) -> Pool:
    """A pool of connections as `connect` makes them."""

    async def connected(*_: object, **__: object) -> "asyncpg.Connection[Record]":
        return await connect(dsn, settings, pulse=pulse, patient=patient)

    return await asyncpg.create_pool(dsn, min_size=0, max_size=size, reset=_keep, connect=connected)


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
