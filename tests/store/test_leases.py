"""A lease is held by one, and is free again the moment its holder is gone."""

import asyncpg

from hygie.store.leases import lease


async def test_one_holds_it_and_nobody_waits(store, other):
    """Danger: two processes write the same export, or send the same notification twice."""
    async with lease(store.pool, "export") as first, lease(other.pool, "export") as second:
        assert (first, second) == (True, False)
        async with lease(other.pool, "another") as third:
            assert third
    async with lease(other.pool, "export") as after:
        assert after


async def test_a_killed_holder_leaves_it_free(store, other, database_url):
    """Danger: work that a crash interrupted is never taken up again."""
    connection = await asyncpg.connect(database_url)
    async with lease(store.pool, "export"):
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
        )
        async with lease(other.pool, "export") as held:
            assert held
    await connection.close()
