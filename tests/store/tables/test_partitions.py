"""Guards against a partition that is made twice, made in vain, or not seen."""

import asyncio
from zoneinfo import ZoneInfo

import pytest

from hygie.store.store import Store
from hygie.store.tables.partitions import PARENT

RARE = {"resourceType": "Goal", "id": "g", "lifecycleStatus": "active"}
PRESENT = "SELECT count(*) FROM pg_inherits WHERE inhrelid = to_regclass('hygie.resource_goal')"


@pytest.fixture
async def other(database_url, keyring, trail):
    """A second process of the same house."""
    opened = await Store.open(
        database_url, keyring, lambda pool: trail, zone=ZoneInfo("Europe/Paris")
    )
    yield opened
    await opened.close()


async def test_the_first_of_a_type_makes_its_partition(store, context):
    """Without it, the first resource of a type could not be kept."""
    assert await store.pool.fetchval(PRESENT) == 0
    async with store.transaction(context) as transaction:
        await transaction.update(RARE)
    assert await store.pool.fetchval(PRESENT) == 1
    assert (await store.read(context, "Goal", "g")).id == "g"


async def test_what_is_undone_leaves_the_partition(store, context):
    """A partition that went with its transaction would be remembered, and not be there."""

    async def fail() -> None:
        async with store.transaction(context) as transaction:
            await transaction.update(RARE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with store.transaction(context) as transaction:
        await transaction.update(RARE)
    assert (await store.read(context, "Goal", "g")).id == "g"


async def test_another_process_sees_it_at_once(store, other, context, make_query):
    """What one worker has acknowledged, another must find, though it was told of no partition."""
    assert (await other.search(context, make_query("Goal"))).matches == ()
    async with store.transaction(context) as transaction:
        await transaction.update(RARE)
    assert (await other.read(context, "Goal", "g")).id == "g"
    assert len((await other.search(context, make_query("Goal"))).matches) == 1


async def test_processes_that_meet_make_one(store, other):
    """Two workers that meet a new type together must not fail each other's messages."""
    partitions = [store.vault.partitions, other.vault.partitions]
    await asyncio.gather(*(one.ensure(("Goal", "Flag")) for one in partitions * 3))
    assert await store.pool.fetchval(PRESENT) == 1


async def test_nobody_waits_for_a_new_partition(store):
    """Whoever reads or writes all types meanwhile, for however long, is not in the way."""
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.fetch(f"SELECT count(*) FROM {PARENT}")
        await connection.execute(f"LOCK TABLE {PARENT} IN ROW EXCLUSIVE MODE")
        await asyncio.wait_for(store.vault.partitions.ensure(("Goal",)), timeout=10)
        assert await connection.fetchval(PRESENT) == 1


async def test_no_sample_of_a_body_is_kept(store, context):
    """PostgreSQL's figures on columns hold samples: of sealed bodies they would serve nobody."""
    async with store.transaction(context) as transaction:
        await transaction.update(RARE)
    await store.analyze()
    sampled = await store.pool.fetch(
        "SELECT attname FROM pg_stats WHERE tablename IN ('resource_goal', 'resource')"
    )
    names = {row["attname"] for row in sampled}
    assert {"tokens", "key"} <= names
    assert not names & {"body", "spans"}
