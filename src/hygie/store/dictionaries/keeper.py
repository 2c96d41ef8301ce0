"""Trains a dictionary by itself: once there are bodies enough, and again when data grew tenfold."""

import asyncio
from contextlib import suppress
from typing import Final

import asyncpg

from hygie.refusal import Refused
from hygie.store.database import LOST, Connection
from hygie.store.dictionaries.own import resources, train
from hygie.store.store import Store
from hygie.trace import Context

FIRST_AT: Final = 2_000
"""Resources, for the first."""
GROWTH: Final = 10
LOOK_SECONDS: Final = 20.0
PAUSE_SECONDS: Final = 3_600.0
"""After a training that failed: the next would fail alike."""
LOCK: Final = 0x6879676964
"""An advisory lock of our own: one process trains."""
KEEPER: Final = Context(actor="dictionary", kind="system", purpose="HSYSADMIN")
_LAST: Final = "SELECT coalesce(max(resources), 0) FROM hygie.dictionary"


async def keep(store: Store) -> None:
    """Looks now and then, for as long as it is let."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            with suppress(OSError, asyncpg.PostgresError, *LOST):  # another time, then
                await train_if_due(store)
        except Refused:  # data too poor to train on
            await asyncio.sleep(PAUSE_SECONDS)


async def train_if_due(store: Store) -> int | None:
    """The number of the new dictionary; None when it is not due, or another process trains it."""
    async with store.pool.acquire() as connection:
        if not await _due(connection):
            return None
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            return None
        try:
            # Asked again, now that nobody else trains.
            return await train(store, KEEPER) if await _due(connection) else None
        finally:
            await connection.fetchval("SELECT pg_advisory_unlock($1)", LOCK)


async def _due(connection: Connection) -> bool:
    trained_at: int = await connection.fetchval(_LAST)
    return await resources(connection) >= max(FIRST_AT, GROWTH * trained_at)
