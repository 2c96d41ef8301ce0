"""A ledger on a database of its own."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from hygie.ledger import Ledger
from hygie.store.keys.keyring import Keyring


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
        yield pool


@pytest.fixture
async def ledger(pool: asyncpg.Pool, keyring: Keyring) -> AsyncIterator[Ledger]:
    ledger = Ledger(pool, keyring)
    await ledger.start()
    yield ledger
    await ledger.stop()
