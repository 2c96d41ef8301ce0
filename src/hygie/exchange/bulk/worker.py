"""Makes exports: every process that serves looks for them, and one makes each (`store.leases`).

How far one has come is in its rows: a part is in the database once its file is whole and durable.
Whoever takes over after a crash goes on behind the last part, and redoes a half one. Exports take
turns, so that a small one does not wait for a large one to end.
"""

import asyncio
import errno
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Final
from uuid import UUID

from hygie.exchange.bulk import rows
from hygie.exchange.bulk.exports import Exports
from hygie.exchange.bulk.files import disk_full
from hygie.exchange.bulk.parts import Gone, Parts
from hygie.exchange.bulk.rows import Export
from hygie.limits.bulk import EXPORT_KEPT_HOURS
from hygie.refusal import Refused
from hygie.store.interactions.faults import trace_of
from hygie.store.keys.news import SETTLE_SECONDS, settled
from hygie.store.leases import lease
from hygie.store.outages import outage
from hygie.store.store import Store
from hygie.trace import AuditEntry, Context

LOGGER: Final = logging.getLogger("hygie.exchange")
LOOK_SECONDS: Final = 2.0
"""Between two looks for work; what was asked for in this process is taken up at once."""
TURN_SECONDS: Final = 10.0
"""After it, once its part is finished, an export leaves its place to the next."""
FAULT: Final = "export.fault"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES})
"""What a disk refuses with; the database's absence has other numbers."""
_WAITING: Final = "SELECT id FROM hygie.export WHERE state = 'asked' ORDER BY created"
_OUTDATED: Final = "DELETE FROM hygie.export WHERE expires < clock_timestamp()"
_KEPT: Final = "SELECT id FROM hygie.export"
_END: Final = """
UPDATE hygie.export SET state = $2, rule = $3, finished = $4, expires = $5
WHERE id = $1
"""
_FORGET_FILES: Final = "DELETE FROM hygie.export_file WHERE export = $1"
Work = Callable[[Export, Parts], Awaitable[None]]


class Worker:
    """For one process. `settle_seconds`: for writes that took their time before an export's moment
    to be there (`keys.news.settled`)."""

    def __init__(
        self, store: Store, exports: Exports, settle_seconds: float = SETTLE_SECONDS
    ) -> None:
        self._store = store
        self._exports = exports
        self._settle_seconds = settle_seconds

    async def run(self) -> None:
        """Until cancelled. What goes wrong is said in the log, or in the export's status."""
        while True:
            self._exports.asked_here.clear()
            try:
                await self.once()
            except Exception as error:
                _say(error)
            try:
                await asyncio.wait_for(self._exports.asked_here.wait(), LOOK_SECONDS)
            except TimeoutError:
                continue

    async def once(self) -> None:
        """Makes whatever nobody else is making; removes what is out of date."""
        await self._tidy()
        for row in await self._store.pool.fetch(rows.ERASED_ANYWHERE):
            await self._alone(row["export"], self._remake)
        for row in await self._store.pool.fetch(_WAITING):
            await self._alone(row["id"], self._turn)

    async def _alone(self, job: UUID, work: Work) -> None:
        async with lease(self._store.pool, f"export {job}") as held:
            export = await self._exports.find(job) if held else None
            if export is not None:
                await self._outcome(export, work)

    async def _outcome(self, export: Export, work: Work) -> None:
        """Of the work, in the export's rows. Raises what a database that is away raises: whoever
        holds the lease next goes on."""
        try:
            sight = await self._exports.sight(export)
            await work(export, Parts(self._store, self._exports, export, sight))
        except Gone:
            await self._exports.remove(export.id)
        except Refused as refused:
            await self._fail(export, refused.refusal.issues[0].rule)
        except Exception as error:
            if isinstance(error, OSError) and error.errno in _FULL:
                await self._fail(export, disk_full().refusal.issues[0].rule)
            elif outage(error) is not None:
                raise
            else:
                _say(error)
                await self._fail(export, FAULT)

    # --- one export -------------------------------------------------------------------------

    async def _turn(self, export: Export, parts: Parts) -> None:
        """Some of its parts; all of them, if there is time."""
        if export.state != "asked":
            return
        if not await rows.files_of(self._store.pool, export.id):  # else somebody waited before
            passed = (datetime.now(UTC) - export.moment).total_seconds()
            await settled(self._store.pool, max(0.0, self._settle_seconds - passed))
        until = monotonic() + TURN_SECONDS
        for stream in await parts.streams():
            files = await rows.files_of(self._store.pool, export.id)
            after = rows.reached(files, stream)
            while after is not None:
                made = await parts.make(stream, after)
                after = None if made.last else made.upto
                if monotonic() > until:
                    self._exports.asked_here.set()
                    return
        await self._finish(export)

    async def _remake(self, export: Export, parts: Parts) -> None:
        """Parts that hold what was erased since, under other numbers: addresses that were given
        out lead nowhere any more."""
        for row in await self._store.pool.fetch(rows.ERASED, export.id):
            found = await self._store.pool.fetchrow(rows.FILE, export.id, row["number"])
            if found is not None:
                file = rows.file_of(found)
                await parts.make(file.stream, file.after, former=file)
                self._exports.place(export, file.number).path.unlink(missing_ok=True)

    async def _finish(self, export: Export) -> None:
        """On record: how many of each type."""
        counts: dict[str, int] = {}
        for file in await rows.files_of(self._store.pool, export.id):
            counts[file.type] = counts.get(file.type, 0) + file.count
        context = Context(
            actor=export.client, kind="client", purpose="HOPERAT", request=str(export.id),
        )  # fmt: skip
        entries = [
            AuditEntry(
                context=context, action="export", type=kind, count=count,
                detail=f"$export {export.id} made",
            )
            for kind, count in counts.items()
        ]  # fmt: skip
        async with self._store.pool.acquire() as connection, connection.transaction():
            await self._store.trail.append(connection, entries)
            await connection.execute(_END, *_ended(export, "done", ""))

    async def _fail(self, export: Export, rule: str) -> None:
        """Nothing of it stays but why."""
        async with self._store.pool.acquire() as connection, connection.transaction():
            await connection.execute(_END, *_ended(export, "failed", rule))
            await connection.execute(_FORGET_FILES, export.id)
        LOGGER.warning("export %s failed: %s", export.id, rule)
        await self._exports.remove(export.id)

    # --- what is out of date ----------------------------------------------------------------

    async def _tidy(self) -> None:
        """Removes exports that expired, and folders of which there is no export."""
        await self._store.pool.execute(_OUTDATED)
        folders = await asyncio.to_thread(_folders, self._exports.folder)
        if folders:  # listed before: what is asked for meanwhile is not among them
            kept = {row["id"] for row in await self._store.pool.fetch(_KEPT)}
            for job in folders - kept:
                await self._exports.remove(job)


def _say(error: Exception) -> None:
    """Places, never values. A database that is away is said by others."""
    if outage(error) is None:
        LOGGER.error("exports: %s", trace_of(error))


def _ended(export: Export, state: str, rule: str) -> tuple[object, ...]:
    now = datetime.now(UTC)
    return export.id, state, rule, now, now + timedelta(hours=EXPORT_KEPT_HOURS)


def _folders(parent: Path) -> set[UUID]:
    """Those of exports."""
    found: set[UUID] = set()
    if parent.is_dir():
        for folder in parent.iterdir():
            try:
                found.add(UUID(folder.name))
            except ValueError:
                continue
    return found
