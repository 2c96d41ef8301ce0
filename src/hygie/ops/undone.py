"""Statements that leave no trace."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hygie.store.database import Connection, Pool


@asynccontextmanager
async def undone(pool: Pool) -> AsyncIterator[Connection]:
    """A connection within a transaction that is rolled back, whatever happens."""
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            yield connection
        finally:
            await transaction.rollback()
