"""The outbox: every committed change, once or more, to those who registered for them.

Each transaction that changes resources leaves one row, committed with the change; nothing is
written while nobody is registered.

**In order, without gaps.** Numbers given before commit (a sequence, a transaction's own number) do
not commit in order: a reader who remembers the highest it saw misses those that commit later with
a lower one. So a row is given out only once no transaction that may still commit could come before
it. Its `rank` is never below its transaction's number, and no running transaction has a number
below the snapshot's `xmin`: rows of a lower rank are all there. And since a rank is never below
the number of any transaction that was finished when the row was written, a change comes after
those it was made upon: versions of a resource come in order. A long transaction delays what comes
after it; it loses nothing.

Numbers of transactions belong to one server: restored from a dump, consumers register anew.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple

from hygie.store.contract import StoredResource
from hygie.store.database import Connection, Pool, Record
from hygie.store.keys.keyring import Keyring
from hygie.store.tables.type_codes import TypeCodes

CHANNEL: Final = "hygie_outbox"
PAUSE_SECONDS: Final = 0.02

NOTIFIED: Final = f"SELECT count(pg_notify('{CHANNEL}', '')) FROM kept"  # noqa: S608 - our own


def keeping(first: int) -> str:
    """Keeps a row given as one array a column, the first of that number, if anybody is registered.

    For the WITH of a statement that ends with `NOTIFIED`, under the name "kept".
    """
    types, keys, versions, deleted = (f"${number}" for number in range(first, first + 4))
    return f"""
        INSERT INTO hygie.outbox (types, keys, versions, deleted)
        SELECT {types}::smallint[], {keys}::bigint[], {versions}::integer[], {deleted}::boolean[]
        WHERE EXISTS (SELECT FROM hygie.outbox_consumer)
        RETURNING 1
    """  # noqa: S608 - numbers


def moving(first: int) -> str:
    """Moves a consumer ($first) from the place where it stood to another (rank and position of
    each, the new one first), if it still stands there.

    For the WITH of a statement that does what the move acknowledges, under the name "moved": one
    row if it was made, and then what depends on it commits with it.
    """
    name, rank, position, old_rank, old_position = (f"${n}" for n in range(first, first + 5))
    return f"""
        UPDATE hygie.outbox_consumer SET rank = {rank}, position = {position}
        WHERE name = {name} AND (rank, position) = ({old_rank}::bigint, {old_position}::bigint)
        RETURNING 1
    """  # noqa: S608 - numbers


_KEEP: Final = f"WITH kept AS ({keeping(1)}) {NOTIFIED}"
_COMPLETE: Final = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_REGISTER: Final = f"""
INSERT INTO hygie.outbox_consumer (name, rank, position) VALUES ($1, {_COMPLETE} - 1, {2**63 - 1})
ON CONFLICT DO NOTHING
"""  # noqa: S608
_UNDER_WAY: Final = """
SELECT pid, xact_start FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'hygie'
  AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
"""
_READ: Final = f"""
SELECT o.rank, o.position, o.types, o.keys, o.versions, o.deleted
FROM hygie.outbox o, hygie.outbox_consumer c
WHERE c.name = $1 AND (o.rank, o.position) > (c.rank, c.position) AND o.rank < {_COMPLETE}
ORDER BY o.rank, o.position LIMIT $2
"""  # noqa: S608
_ACKNOWLEDGE: Final = """
UPDATE hygie.outbox_consumer SET rank = $2, position = $3
WHERE name = $1 AND (rank, position) < ($2, $3)
"""
_TRIM: Final = """
DELETE FROM hygie.outbox WHERE (rank, position) <= (
    SELECT rank, position FROM hygie.outbox_consumer ORDER BY rank, position LIMIT 1
)
"""
_EMPTY: Final = "DELETE FROM hygie.outbox WHERE NOT EXISTS (SELECT FROM hygie.outbox_consumer)"


class Place(NamedTuple):
    """Where a row stands in the order of changes."""

    rank: int
    position: int


class Change(NamedTuple):
    """One version of one resource, that is now there. `key`: the keyed hash of "Type/id"."""

    type: str
    key: int
    version: int
    deleted: bool


class Committed(NamedTuple):
    """What one transaction changed."""

    place: Place
    changes: tuple[Change, ...]


class Outbox:
    """Safe for concurrent use by tasks and processes; one reader a name at a time."""

    def __init__(self, pool: Pool, types: TypeCodes, keyring: Keyring) -> None:
        self._pool = pool
        self._types = types
        self._keyring = keyring

    async def keep(self, connection: Connection, written: Sequence[StoredResource]) -> None:
        """Within the transaction that wrote them, once it has written all: last but its commit."""
        if written:
            await connection.execute(_KEEP, *self.values(written))

    def values(self, written: Sequence[StoredResource]) -> tuple[Any, ...]:
        """The parameters of `keeping`."""
        return (
            [self._types.code(stored.type) for stored in written],
            [self._keyring.reference(stored.type, stored.id) for stored in written],
            [stored.version for stored in written],
            [stored.deleted for stored in written],
        )

    async def register(self, name: str) -> None:
        """From its return on, `read` gives every change that a look at the store now would miss.

        Waits for the transactions under way, which may have found nobody registered. A name that is
        registered already keeps its place. Rows are kept until every consumer has acknowledged
        them: one that will not come back must be unregistered.
        """
        await self._pool.execute(_REGISTER, name)
        waiting = await self._under_way()
        while waiting:
            await asyncio.sleep(PAUSE_SECONDS)
            waiting &= await self._under_way()

    async def _under_way(self) -> set[Record]:
        """The transactions that some process of ours has begun. Not by their numbers: one that
        writes in a single statement looks for consumers before it has one."""
        return set(await self._pool.fetch(_UNDER_WAY))

    async def unregister(self, name: str) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("DELETE FROM hygie.outbox_consumer WHERE name = $1", name)
            await connection.execute(_TRIM)
            await connection.execute(_EMPTY)

    async def read(self, name: str, limit: int) -> list[Committed]:
        """What comes next for this consumer: the same again until it is acknowledged."""
        found = await self._pool.fetch(_READ, name, limit)
        return [
            Committed(
                Place(rank, position), tuple(map(Change, map(self._types.name, types), *columns))
            )
            for rank, position, types, *columns in found
        ]

    async def place(self, name: str) -> Place | None:
        """Where a consumer stands; None for one that is not registered."""
        query = "SELECT rank, position FROM hygie.outbox_consumer WHERE name = $1"
        found = await self._pool.fetchrow(query, name)
        return Place(*found) if found else None

    async def trim(self) -> None:
        """Drops what every consumer has acknowledged, for those who acknowledge by `moving`."""
        await self._pool.execute(_TRIM)

    async def acknowledge(self, name: str, place: Place) -> None:
        """All up to `place` was dealt with. What every consumer acknowledged is dropped."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_ACKNOWLEDGE, name, *place)
            await connection.execute(_TRIM)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[asyncio.Event]:
        """An event that is set when there may be something to read; its reader clears it.

        A hint, lost with its connection: whoever waits for it also reads from time to time.
        """
        woken = asyncio.Event()

        def wake(*_: Any) -> None:
            woken.set()

        async with self._pool.acquire() as connection:
            await connection.add_listener(CHANNEL, wake)
            try:
                yield woken
            finally:
                await connection.remove_listener(CHANNEL, wake)
