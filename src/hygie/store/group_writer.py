"""Single creations that come together commit together: one insertion, one audit write, one flush.

A group that fails in the database is tried again one by one, so that what cannot be written harms
nobody else.
"""

from collections.abc import Sequence
from typing import NamedTuple

import asyncpg

from hygie.grouping import Grouping
from hygie.limits import MAX_WRITES_TOGETHER, MAX_WRITES_WAITING
from hygie.store import rows
from hygie.store.auditing import entry_for_resource
from hygie.store.contract import StoredResource
from hygie.store.database import Pool
from hygie.store.inserting import insert
from hygie.store.outbox import Outbox
from hygie.store.vault import Draft, Vault
from hygie.trace import AuditTrail, Context


class _Creation(NamedTuple):
    context: Context
    draft: Draft


class GroupWriter:
    """Writes what needs no other write beside it. For the tasks of one event loop."""

    def __init__(self, pool: Pool, vault: Vault, trail: AuditTrail, outbox: Outbox) -> None:
        self._pool = pool
        self._vault = vault
        self._trail = trail
        self._outbox = outbox
        self._groups = Grouping(
            self._write, waiting=MAX_WRITES_WAITING, largest=MAX_WRITES_TOGETHER
        )

    async def create(self, context: Context, draft: Draft) -> StoredResource:
        """The first version of a resource whose id was just made. Returns once it is durable."""
        return await self._groups.add(_Creation(context, draft))

    async def drain(self) -> None:
        """Returns once nothing is being written."""
        await self._groups.drain()

    async def _write(self, group: list[_Creation]) -> Sequence[StoredResource | Exception]:
        try:
            await self._commit(group)
        except asyncpg.PostgresError as error:
            if len(group) == 1:
                return [error]
            return [(await self._write([one]))[0] for one in group]
        return [one.draft.stored for one in group]

    async def _commit(self, group: Sequence[_Creation]) -> None:
        drafts = [one.draft for one in group]
        await self._vault.partitions.ensure({draft.stored.type for draft in drafts})
        ciphers = await self._vault.keys.ensure({draft.patient for draft in drafts})
        values = [rows.written(self._vault, draft, ciphers) for draft in drafts]
        keyring = self._vault.keyring
        entries = [
            entry_for_resource(context, "create", keyring, draft.stored, draft.patient)
            for context, draft in group
        ]
        async with self._pool.acquire() as connection, connection.transaction():
            await insert(connection, values)
            await self._trail.append(connection, entries)
            await self._outbox.keep(connection, [draft.stored for draft in drafts])
