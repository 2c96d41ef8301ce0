"""Guards against a program that works on a schema it does not know."""

import asyncio

import asyncpg
import pytest

from hygie.refusal import Refused
from hygie.store import migrations
from hygie.store.migrations import Migration, migrate


async def execute(dsn: str, *statements: str) -> None:
    connection = await asyncpg.connect(dsn)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def test_migrating_twice_changes_nothing(database_url):
    """A restart must not touch the schema."""
    await migrate(database_url)
    await migrate(database_url)


async def test_two_servers_may_start_together(database_url):
    """Both migrate at once: one does it, the other waits."""
    await execute(database_url, "DROP SCHEMA hygie CASCADE")
    await asyncio.gather(*(migrate(database_url) for _ in range(3)))


async def test_a_later_schema_is_refused(database_url):
    """An old program on a new schema would write rows that mean something else."""
    await execute(database_url, "INSERT INTO hygie.migration VALUES (9999, 'x')")
    with pytest.raises(Refused, match=r"store\.schema-newer"):
        await migrate(database_url)


async def test_another_history_is_refused(database_url):
    """A migration edited after it was applied: the schema is not what its number says."""
    await execute(database_url, "UPDATE hygie.migration SET digest = 'x' WHERE number = 1")
    with pytest.raises(Refused, match=r"store\.schema-changed"):
        await migrate(database_url)


async def test_a_failing_migration_leaves_nothing(database_url, monkeypatch):
    """Half a migration is a schema that nobody has ever tested."""
    broken = Migration(9998, "CREATE TABLE hygie.half (); SELECT 1/0")
    known = migrations.migrations()
    monkeypatch.setattr(migrations, "migrations", lambda: [*known, broken])
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(database_url)
    monkeypatch.undo()
    await execute(database_url, "CREATE TABLE hygie.half ()")
    await migrate(database_url)


def test_numbers_are_in_order_and_once():
    """Two migrations of one number: which was applied would depend on the file system."""
    numbers = [migration.number for migration in migrations.migrations()]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 1
