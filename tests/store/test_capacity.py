"""Guards against a busy house that its own server turns away."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hygie.store.capacity import LOCKS, OF_A_PROCESS, OF_COMMANDS, locks_of_each, needed
from hygie.store.server.postgres import server_command
from hygie.store.store import Store

HELD = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"


@given(st.integers(1, 64))
def test_the_server_takes_what_all_may_hold(processes: int) -> None:
    """Guards: workers that use up each other's connections; a table of locks that is too small."""
    connections = needed(processes)
    command = server_command(Path("d"), Path("s"), durable=True, connections=connections)
    given = dict(word.split("=", 1) for word in command[4::2])
    assert int(given["max_connections"]) >= processes * OF_A_PROCESS + OF_COMMANDS
    assert int(given["max_locks_per_transaction"]) * connections >= LOCKS
    assert int(given["max_locks_per_transaction"]) == locks_of_each(connections)


async def test_a_process_holds_no_more_than_it_is_given(store: Store) -> None:
    """Guards: a pool or lane that the sum forgot."""
    async with AsyncExitStack() as stack:
        borrowed = [
            await stack.enter_async_context(store.pool.acquire())
            for _ in range(store.pool.get_max_size())
        ]
        connections = store._connections
        lanes = (connections.lanes, connections.keyed, connections.writing)
        waiting = [
            asyncio.create_task(each.fetch("SELECT pg_sleep(0.5)")) for each in lanes * OF_A_PROCESS
        ]
        await asyncio.sleep(0.4)
        held = await borrowed[0].fetchval(HELD)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    assert len(borrowed) < held <= OF_A_PROCESS
