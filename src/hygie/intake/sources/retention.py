"""The end of contents: after the days that their source declares, what was filed is in the records
alone. The entry stays, with its counts and its Provenance; so does what waits for somebody."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final

from hygie.intake.sources.registry import Sources
from hygie.limits.gateway import MAX_CONTENTS_TOGETHER
from hygie.store.leases import lease
from hygie.store.store import Store
from hygie.trace import AuditEntry, Context

LEASE: Final = "retention"
LOOK_SECONDS: Final = 3_600.0
REST_SECONDS: Final = 0.1
"""Between two batches: messages that come in go first."""
_CONTEXT: Final = Context(actor="intake", kind="system", purpose="RECORDMGT")
_FORGET: Final = """
UPDATE hygie.inbox SET raw = NULL, forgotten_at = clock_timestamp()
WHERE id IN (
    SELECT id FROM hygie.inbox
    WHERE feed = $1 AND state = 'filed' AND raw IS NOT NULL AND received_at < $2
    ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
) RETURNING id
"""


class Retention:
    """For the tasks of one event loop; of several processes, one does it."""

    def __init__(self, store: Store, sources: Sources) -> None:
        self._store = store
        self._sources = sources

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            async with lease(self._store.pool, LEASE) as held:
                if held:
                    await self.once(datetime.now(UTC))
            await asyncio.sleep(LOOK_SECONDS)

    async def once(self, now: datetime) -> int:
        """Removes every content whose time has come; how many."""
        removed = 0
        for one in await self._sources.declared():
            if one.value.retention_days:
                before = now - timedelta(days=one.value.retention_days)
                while count := await self._batch(one.value.name, before):
                    removed += count
                    await asyncio.sleep(REST_SECONDS)
        return removed

    async def _batch(self, name: str, before: datetime) -> int:
        """On record, in the same commit."""
        feed = self._store.keyring.blind("inbox.feed", name)
        async with self._store.pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(_FORGET, feed, before, MAX_CONTENTS_TOGETHER)
            if rows:
                detail = f"inbox of source {name}, received before {before:%Y-%m-%d}"
                entry = AuditEntry(
                    context=_CONTEXT, action="delete", count=len(rows), detail=detail
                )
                await self._store.trail.append(connection, [entry])
        return len(rows)
