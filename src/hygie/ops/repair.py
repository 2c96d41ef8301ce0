"""What can be rebuilt is rebuilt: from bodies, or from the program's own schema. Nothing else.

Each repair is one transaction with its audit entry, and finds nothing to do the second time: killed
at any moment, it is simply run again. A row that changed meanwhile is left to whoever changed it.
"""

from typing import Final

from hygie.ledger import Ledger
from hygie.ops.sound import Sound
from hygie.store.database import Pool
from hygie.store.index.blinding import Index
from hygie.trace import Action, AuditEntry, Context

_FIELDS: Final = ", ".join(f"{name} = ${n}" for n, name in enumerate(Index._fields, start=5))
REFILE: Final = f"""
    UPDATE hygie.resource SET {_FIELDS}
    WHERE type = $1 AND key = $2 AND patient = $3 AND version = $4
        AND (SELECT version FROM hygie.index_version) = ${5 + len(Index._fields)}
"""  # noqa: S608 - the names of our own columns
"""Compare-and-set: a later version has its own index already, and rules may have changed."""


def refile_values(one: Sound, index: Index, rules: int) -> tuple[object, ...]:
    """The values of `REFILE`. `rules`: the version of those by which the index was worked out."""
    row = one.record
    return row["type"], row["key"], row["patient"], row["version"], *index, rules


class Repairer:
    """Writes on behalf of `context`; entries go to `ledger`."""

    def __init__(self, pool: Pool, ledger: Ledger, context: Context) -> None:
        self._pool = pool
        self._ledger = ledger
        self._context = context

    async def index(self, one: Sound, index: Index, rules: int) -> bool:
        """A row's index as its body says. False when the row, or the rules changed meanwhile."""
        async with self._pool.acquire() as connection, connection.transaction():
            done = await connection.execute(REFILE, *refile_values(one, index, rules))
            if done != "UPDATE 1":
                return False
            row = one.record
            entry = AuditEntry(
                context=self._context, action="repair", type=one.type, key=row["key"],
                patient=row["patient"], version=row["version"], detail="index",
            )  # fmt: skip
            await self._ledger.append(connection, [entry])
        return True

    async def schema(self, statement: str, what: str) -> None:
        """A statement of the program's own schema, with its entry."""
        async with self._pool.acquire() as connection, connection.transaction():
            await self._ledger.append(connection, [self._about(what)])
            await connection.execute(statement)

    async def outside(self, what: str, *statements: str) -> None:
        """Statements that PostgreSQL runs outside transactions: their entry is durable first."""
        await self._ledger.record(self._about(what))
        async with self._pool.acquire() as connection:
            for statement in statements:
                await connection.execute(statement)

    def _about(self, what: str) -> AuditEntry:
        action: Action = "repair"
        return AuditEntry(context=self._context, action=action, count=0, detail=what)
