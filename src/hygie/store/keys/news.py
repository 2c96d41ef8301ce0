"""What other processes do to keys and dictionaries, heard while it happens.

Keys are kept in memory. When one is destroyed or replaced, whoever does it announces it, waits
`SETTLE_SECONDS`, then until transactions begun before are over. Meanwhile every process has either
heard, or noticed that it hears nothing: `LEASE_SECONDS` after the last sign of life, what is kept
in memory is no longer used. Whether there is an answer at all is what `Pulse` is told.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final

import asyncpg

from hygie.store.database import LOST, READING, Connection, Pool, connect
from hygie.store.pulse import Pulse

CHANNEL: Final = "hygie_keys"
BEAT_SECONDS: Final = 2.0
LEASE_SECONDS: Final = 2 * BEAT_SECONDS
SETTLE_SECONDS: Final = LEASE_SECONDS + 1
DICTIONARY: Final = "dictionary"
"""What is announced when there is a new one; a patient's number when it is their key."""
PARAMETERS: Final = "parameters"
"""What is announced when the establishment's own search parameters have changed, or are further."""
ANNOUNCE: Final = f"SELECT pg_notify('{CHANNEL}', $1)"
_NOW: Final = "SELECT clock_timestamp()"
"""What was announced before is heard before its answer."""
_RUNNING: Final = f"""
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND xact_start < $1 AND pid <> pg_backend_pid()
  AND backend_type = 'client backend' AND application_name <> '{READING}'
"""  # noqa: S608 - a constant
"""Those that only read seal nothing, and ask for keys anew with every slice they read."""
_PAUSE_SECONDS: Final = 0.05


class KeyNews:
    """Listens on a connection of its own. For the tasks of one event loop."""

    def __init__(self, dsn: str, pulse: Pulse) -> None:
        self._dsn = dsn
        self._pulse = pulse
        self._listeners: list[Callable[[str], None]] = []
        self._alive = -LEASE_SECONDS
        self._heard = datetime.min.replace(tzinfo=UTC)
        self._task: asyncio.Task[None] | None = None

    def tell(self, listener: Callable[[str], None]) -> None:
        """It is called with what is announced; with "" when something may have been missed."""
        self._listeners.append(listener)

    def up_to_date(self) -> bool:
        """False while something announced may not have been heard."""
        return monotonic() - self._alive < LEASE_SECONDS

    def usable_until(self) -> datetime:
        """By the database's clock: what a statement that begins before uses of what is in memory
        now, whoever replaces it waits for, as for a transaction begun before."""
        return self._heard + timedelta(seconds=LEASE_SECONDS)

    async def start(self) -> None:
        connection = await self._connect()
        self._task = asyncio.create_task(self._listen(connection))

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self, connection: Connection | None) -> None:
        while True:
            try:
                connection = connection or await self._connect()
                await self._beat(connection)
            except TimeoutError:  # it does not refuse: it hangs
                self._pulse.misses()
            except (OSError, asyncpg.PostgresError, *LOST):
                await asyncio.sleep(_PAUSE_SECONDS)
            finally:
                self._alive = -LEASE_SECONDS
                if connection is not None:
                    connection.terminate()
                connection = None

    async def _beat(self, connection: Connection) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            sent = monotonic()
            self._heard = await connection.fetchval(_NOW, timeout=BEAT_SECONDS)
            self._alive = sent
            self._pulse.beats()

    async def _connect(self) -> Connection:
        """Whatever was announced before was not heard: all that is in memory is doubtful."""
        connection = await connect(self._dsn, {"application_name": "hygie news"})
        await connection.add_listener(CHANNEL, self._receive)
        self._receive(connection, 0, CHANNEL, "")
        self._heard = await connection.fetchval(_NOW)
        self._alive = monotonic()
        self._pulse.beats()
        return connection

    def _receive(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        for listener in self._listeners:
            listener(str(payload))


def patient_in(announced: str) -> int | None:
    """Whose key an announcement is about, if it is about one."""
    return int(announced) if announced.lstrip("-").isdecimal() else None


async def settled(pool: Pool, seconds: float = SETTLE_SECONDS) -> None:
    """Returns once nobody uses any longer what was in memory before the last announcement."""
    await asyncio.sleep(seconds)
    moment = await pool.fetchval(_NOW)
    while await pool.fetchval(_RUNNING, moment):  # noqa: ASYNC110 - the database's clock
        await asyncio.sleep(_PAUSE_SECONDS)
