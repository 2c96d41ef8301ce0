"""The access room on a database of its own, with a clock that the test turns."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from argon2 import PasswordHasher

from hygie.access import Access
from hygie.access.hashing import Hasher
from hygie.ledger import Ledger
from hygie.store.keys.keyring import Keyring

PASSWORD = "Cheval-Agrafe-2026"


@dataclass
class HandClock:
    now: datetime = field(default_factory=lambda: datetime(2026, 3, 1, 8, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def cheap() -> PasswordHasher:
    """Argon2id that costs nothing: for all that is not about its cost."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


@pytest.fixture(scope="package")
def room_url(cluster: Any) -> str:
    """A migrated database for all tests of this room."""
    server: str = cluster.dsn()
    asyncio.run(_execute(server, "CREATE DATABASE hygie_access TEMPLATE hygie_template"))
    return server.replace("@/postgres?", "@/hygie_access?")


@pytest.fixture
def keyring() -> Keyring:
    """Of each test's own: the room's database outlives the file that would open its keys."""
    return Keyring(os.urandom(32))


@pytest.fixture
async def database_url(room_url: str) -> str:
    """Emptied for each test: twenty times quicker than a new one."""
    await _execute(
        room_url,
        "ALTER TABLE hygie.audit DISABLE TRIGGER audit_is_append_only",
        "TRUNCATE hygie.account, hygie.session, hygie.token, hygie.attempt, hygie.audit, "
        "hygie.broken_glass, hygie.challenge, hygie.application RESTART IDENTITY CASCADE",
        "ALTER TABLE hygie.audit ENABLE ALWAYS TRIGGER audit_is_append_only",
    )
    return room_url


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
        yield pool


@pytest.fixture
async def ledger(pool: asyncpg.Pool, keyring: Keyring) -> AsyncIterator[Ledger]:
    ledger = Ledger(pool, keyring)
    yield ledger
    await ledger.stop()


@pytest.fixture
def access(
    pool: asyncpg.Pool, keyring: Keyring, ledger: Ledger, clock: HandClock, cheap: PasswordHasher
) -> Access:
    return Access(pool, keyring, ledger, clock=clock, hasher=Hasher(cheap))


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture
async def alice(access: Access) -> str:
    """The name of an account that exists."""
    account = await access.create_account("alice", "Dr Alice Martin", "physician", PASSWORD)
    return account.name


async def _dump(pool: asyncpg.Pool) -> str:
    """Every value of every table, as text; bytes as hexadecimal digits."""
    tables = await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'hygie'")
    rows: list[Any] = []
    for (table,) in tables:
        rows += await pool.fetch(f"SELECT t::text FROM hygie.{table} t")
    return "\n".join(row[0] for row in rows)


@pytest.fixture
def dump(pool: asyncpg.Pool) -> Any:
    """What whoever steals a dump of the database reads."""
    return lambda: _dump(pool)
