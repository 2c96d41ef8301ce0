"""Which dictionary serves how many bodies; those that serve none may go."""

from collections.abc import Mapping
from typing import Final

from hygie.refusal import Category, refuse
from hygie.store import phrases
from hygie.store.bodies.sealer import FORMAT
from hygie.store.database import LONG_SECONDS, Connection
from hygie.store.dictionaries.own import LOCK_TABLE
from hygie.store.store import Store
from hygie.trace import AuditEntry, Context

_HEADER: Final = "substring(body FOR 2)"
_NUMBER: Final = f"(get_byte({_HEADER}, 0) << 8 | get_byte({_HEADER}, 1)) # {FORMAT}"
_SERVED: Final = f"""
SELECT {_NUMBER} AS number, count(*) AS bodies FROM (
    SELECT body FROM hygie.resource UNION ALL SELECT body FROM hygie.resource_history
) AS every WHERE body <> '' GROUP BY 1
"""  # noqa: S608 - constants
_OTHERS: Final = """
SELECT count(*) - 1 FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'hygie news'
"""
"""Every process that has the store open listens for news."""
_UNUSED: Final = """
DELETE FROM hygie.dictionary
WHERE number <> ALL($1::integer[]) AND number < (SELECT max(number) FROM hygie.dictionary)
RETURNING number
"""


async def bodies_served(store: Store) -> Mapping[int, int]:
    """Number of a dictionary -> bodies that name it, past versions included. Reads every row."""
    async with store.pool.acquire() as connection, connection.transaction(readonly=True):
        return await _served(connection)


async def require_alone(store: Store) -> None:
    """Refused (BUSY) while another process has the store open: it may still use any dictionary."""
    if await store.pool.fetchval(_OTHERS):
        raise refuse(Category.BUSY, "store.dictionary-shared", phrases.DICTIONARY_SHARED)


async def drop_unused(store: Store, context: Context) -> list[int]:
    """Deletes the establishment's own that no body names, but for the newest. On record.

    Refused (BUSY) while another process has the store open.
    """
    await require_alone(store)
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute(LOCK_TABLE)
        rows = await connection.fetch(_UNUSED, list(await _served(connection)))
        dropped: list[int] = sorted(row["number"] for row in rows)
        entries = [
            AuditEntry(context=context, action="drop-dictionary", version=number)
            for number in dropped
        ]
        await store.trail.append(connection, entries)
    return dropped


async def _served(connection: Connection) -> dict[int, int]:
    await connection.execute("SET LOCAL statement_timeout = 0")
    rows = await connection.fetch(_SERVED, timeout=LONG_SECONDS)
    return {row["number"]: row["bodies"] for row in rows}
