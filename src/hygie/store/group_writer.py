"""Single writes that come together commit together: one look, one statement a kind, one flush.

What one of them meets (another version than it expected, nothing to delete) concerns it alone. A
group that fails in the database is tried again one by one, so that what cannot be written harms
nobody else.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import asyncpg

from hygie.grouping import Grouping
from hygie.limits import MAX_WRITES_TOGETHER, MAX_WRITES_WAITING
from hygie.refusal import Refused
from hygie.store import placing
from hygie.store.auditing import entry_for_resource
from hygie.store.changes import Change, Written
from hygie.store.contract import StoredResource
from hygie.store.database import Connection, Pool
from hygie.store.outbox import Outbox
from hygie.store.vault import Vault
from hygie.store.writing import write
from hygie.trace import AuditTrail, Context


class _Asked(NamedTuple):
    context: Context
    change: Change


class GroupWriter:
    """Writes what needs no other write beside it. For the tasks of one event loop."""

    def __init__(
        self,
        pool: Pool,
        vault: Vault,
        trail: AuditTrail,
        outbox: Outbox,
        clock: Callable[[], datetime],
    ) -> None:
        self._pool = pool
        self._vault = vault
        self._trail = trail
        self._outbox = outbox
        self._clock = clock
        self._groups = Grouping(
            self._write,
            waiting=MAX_WRITES_WAITING,
            largest=MAX_WRITES_TOGETHER,
            apart=lambda asked: (asked.change.type, asked.change.key),
        )

    async def write(self, context: Context, change: Change) -> StoredResource | None:
        """What the change came to, once it is durable. Raises `Refused`."""
        return await self._groups.add(_Asked(context, change))

    async def drain(self) -> None:
        """Returns once nothing is being written."""
        await self._groups.drain()

    async def _write(self, group: list[_Asked]) -> Sequence[StoredResource | Exception | None]:
        try:
            outcomes = await self._commit(group)
        except asyncpg.PostgresError as error:
            if len(group) == 1:
                return [error]
            return [(await self._write([one]))[0] for one in group]
        return [one if isinstance(one, Refused) else one.stored for one in outcomes]

    async def _commit(self, group: Sequence[_Asked]) -> list[Written | Refused]:
        changes = [asked.change for asked in group]
        await self._vault.partitions.ensure({change.type for change in changes})
        now = placing.to_milliseconds(self._clock())
        async with self._pool.acquire() as connection, connection.transaction():
            outcomes = await write(connection, self._vault, changes, now)
            await self._tell(connection, group, outcomes)
        return outcomes

    async def _tell(
        self,
        connection: Connection,
        group: Sequence[_Asked],
        outcomes: Sequence[Written | Refused],
    ) -> None:
        """The audit entries, and the outbox, of what was written."""
        entries, stored = [], []
        for (context, _), one in zip(group, outcomes, strict=True):
            if isinstance(one, Written) and one.draft is not None:
                version, keyring = one.draft.stored, self._vault.keyring
                entries.append(
                    entry_for_resource(context, one.action, keyring, version, one.patient)
                )
                stored.append(version)
        if entries:
            await self._trail.append(connection, entries)
        await self._outbox.keep(connection, stored)
