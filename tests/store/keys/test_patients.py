"""Guards against a key that is used after the database has lost it."""

from hygie.store.store import Store

ASKED = "SELECT source FROM pg_settings WHERE name = 'synchronous_commit'"


async def test_a_key_is_on_the_disk_before_it_is_used(store: Store) -> None:
    """A server that is killed loses what was committed without waiting; a process that survives it
    still has the key in memory, and seals what nobody will ever open."""
    assert await store.vault.keys._pool.fetchval(ASKED) != "client"
