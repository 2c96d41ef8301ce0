"""The partitions of `hygie.resource`: one a resource type, made when the first is written.

A partition is made and committed on a connection of its own, before the transaction that needs it
writes: readers and writers of other types are not held up, and what is remembered is never undone.
"""

from collections.abc import Collection
from time import monotonic
from typing import Final

from hygie.store.database import Connection, Reads, connect
from hygie.store.tables.type_codes import TypeCodes

PARENT: Final = "hygie.resource"
"""All types: for statements that concern no type in particular."""
REFRESH_SECONDS: Final = 2.0
"""At most this often is it asked whether another process made a partition."""

_PRESENT: Final = """
SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
WHERE inhparent = 'hygie.resource'::regclass
"""
TIDY: Final = """
SELECT gin_clean_pending_list(indexrelid) FROM pg_inherits
JOIN pg_index ON indrelid = inhrelid JOIN pg_class ON pg_class.oid = indexrelid
WHERE inhparent = 'hygie.resource'::regclass
  AND relam = (SELECT oid FROM pg_am WHERE amname = 'gin')
"""
"""Moves what is pending in the indexes on tokens to its place."""
_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended('hygie.partitions', 0))"
_MAKE: Final = """
CREATE TABLE hygie.{name} (LIKE hygie.resource INCLUDING ALL);
ALTER TABLE hygie.{name} ALTER body SET STATISTICS 0, ALTER spans SET STATISTICS 0;
ALTER TABLE hygie.resource ATTACH PARTITION hygie.{name} FOR VALUES IN ({code});
"""


class Partitions:
    """Which types have a partition. For the tasks of one event loop."""

    def __init__(self, dsn: str, types: TypeCodes) -> None:
        self._dsn = dsn
        self.types = types
        self._known: frozenset[str] = frozenset()
        self._asked = -REFRESH_SECONDS

    async def of(self, connection: Reads, kind: str) -> str:
        """What holds a type, to be selected from.

        Its partition; the parent, narrowed to the type, while no partition is known: another
        process may have made it meanwhile, and PostgreSQL reads that one or none.
        """
        name = _name(kind)
        return f"hygie.{name}" if name in self._known else await self.among(connection, (kind,))

    async def among(self, connection: Reads, kinds: Collection[str]) -> str:
        """What holds these types, to be selected from."""
        wanted = sorted(kinds)
        if not all(_name(kind) in self._known for kind in wanted):
            await self._ask_again(connection)
        present = [f"hygie.{_name(kind)}" for kind in wanted if _name(kind) in self._known]
        absent = [self.types.code(kind) for kind in wanted if _name(kind) not in self._known]
        if len(present) == 1 and not absent:
            return present[0]
        parts = [f"SELECT * FROM {relation}" for relation in present]  # noqa: S608
        if absent or not present:
            codes = ", ".join(str(code) for code in absent) or "NULL"
            parts.append(f"SELECT * FROM {PARENT} WHERE type IN ({codes})")  # noqa: S608
        return f"({' UNION ALL '.join(parts)})"

    async def present(self, connection: Reads) -> frozenset[str]:
        """The types that have one now."""
        await self._refresh(connection)
        return frozenset(kind for kind in self.types.names if _name(kind) in self._known)

    async def ensure(self, kinds: Collection[str]) -> None:
        """Makes those that are missing. Not to be called while a partition is locked."""
        if all(_name(kind) in self._known for kind in kinds):
            return
        connection = await connect(self._dsn, {})
        try:
            async with connection.transaction():
                await connection.execute(_ALONE)
                await self._refresh(connection)
                for kind in sorted(set(kinds)):
                    await self._make(connection, kind)
            await self._refresh(connection)
        finally:
            await connection.close()

    def relation(self, kind: str) -> str:
        """The partition of a type: one that `ensure` was asked for."""
        return f"hygie.{_name(kind)}"

    async def _make(self, connection: Connection, kind: str) -> None:
        name = _name(kind)
        if name not in self._known:
            await connection.execute(_MAKE.format(name=name, code=self.types.code(kind)))

    async def _ask_again(self, connection: Reads) -> None:
        if monotonic() - self._asked >= REFRESH_SECONDS:
            await self._refresh(connection)

    async def _refresh(self, connection: Reads) -> None:
        self._asked = monotonic()
        self._known = frozenset(row["relname"] for row in await connection.fetch(_PRESENT))


def _name(kind: str) -> str:
    return f"resource_{kind.lower()}"
