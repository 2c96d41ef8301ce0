"""Exports as whoever asks for them sees them: asked for, followed, read, cancelled.

Everything is in the database: any process answers for what another makes.
"""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import msgspec
from cryptography.exceptions import InvalidTag

from hygie.exchange.bulk import phrases, rows
from hygie.exchange.bulk.asked import ERROR_TYPE, Asked
from hygie.exchange.bulk.files import Place as FilePlace
from hygie.exchange.bulk.files import altered, pieces, require_whole
from hygie.exchange.bulk.rows import Export, File
from hygie.limits.bulk import MAX_EXPORTS, MAX_EXPORTS_OF_CLIENT
from hygie.refusal import Category, refuse
from hygie.sight import NOTHING, Sight
from hygie.store.bodies.placing import to_milliseconds
from hygie.store.interactions.permissions import forbidden
from hygie.store.keys.sealing import KEY_BYTES
from hygie.store.store import Store
from hygie.trace import Action, AuditEntry, Context

FOLDER: Final = "exports"
RETRY_SECONDS: Final = 30
_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended('hygie.export', 0))"
_UNDER_WAY: Final = """
SELECT count(*) AS many, count(*) FILTER (WHERE client = $1) AS own
FROM hygie.export WHERE state = 'asked'
"""
_ASK: Final = """
INSERT INTO hygie.export (id, client, asked, key, moment) VALUES ($1, $2, $3, $4, $5)
"""
_CANCEL: Final = "DELETE FROM hygie.export WHERE id = $1 AND client = $2"


class Progress(msgspec.Struct, frozen=True):
    """How far an export is."""

    export: Export
    files: Sequence[File]
    """Finished parts, in order; parts without content among them."""
    remade: bool = False
    """Some of them are being made anew, because a patient was erased since."""

    @property
    def done(self) -> int:
        return sum(file.count for file in self.files if file.kind != "error")

    @property
    def finished(self) -> bool:
        return self.export.state == "done" and not self.remade


SightOf = Callable[[int], Awaitable[Sight]]


class Exports:
    """For the tasks of one event loop."""

    def __init__(self, store: Store, data: Path, sight_of: SightOf) -> None:
        """`sight_of`: what a token gives to see now, none when it was revoked."""
        self._store = store
        self._sight_of = sight_of
        self.folder = data / FOLDER
        self.asked_here = asyncio.Event()
        """Set when one was asked for in this process: whoever makes them need not wait."""

    async def ask(self, context: Context, asked: Asked) -> UUID:
        """The number of a new export, as of now. On record. Refused TOO_MANY."""
        job, keyring = uuid4(), self._store.keyring
        asked = msgspec.structs.replace(asked, token=context.token)
        sealed = rows.seal_asked(keyring, job, asked)
        key = rows.seal_key(keyring, job, os.urandom(KEY_BYTES))
        async with self._store.pool.acquire() as connection, connection.transaction():
            await connection.execute(_ALONE)
            many, own = (await connection.fetch(_UNDER_WAY, context.actor))[0]
            _require_few(many, own)
            moment = to_milliseconds(datetime.now(UTC))
            await connection.execute(_ASK, job, context.actor, sealed, key, moment)
            entries = _entries(context, "export", asked, job)
            await self._store.trail.append(connection, entries)
        self.asked_here.set()
        return job

    async def progress(self, context: Context, job: UUID) -> Progress:
        """Refused NOT_FOUND to all but the client who asked."""
        export = await self._own(context, job)
        files = await rows.files_of(self._store.pool, job)
        erased = await self._store.pool.fetch(rows.ERASED, job) if files else ()
        return Progress(export, files, bool(erased))

    async def cancel(self, context: Context, job: UUID) -> None:
        """It is no more: who makes it stops at the next slice. On record. Refused NOT_FOUND."""
        export = await self._own(context, job)
        async with self._store.pool.acquire() as connection, connection.transaction():
            await connection.execute(_CANCEL, job, context.actor)
            entries = _entries(context, "cancel-export", export.asked, job)
            await self._store.trail.append(connection, entries)
        await self.remove(job)

    async def file(self, context: Context, job: UUID, number: int) -> tuple[Export, File]:
        """A file that is whole, and on record as given out. Refused NOT_FOUND, GONE when it is made
        anew, CONFLICT when it was altered."""
        export = await self._own(context, job)
        row = await self._store.pool.fetchrow(rows.FILE, job, number)
        if row is None or not row["count"]:
            raise refuse(Category.NOT_FOUND, "export.no-file", phrases.NO_FILE, code="not-found")
        erased = await self._store.pool.fetch(rows.ERASED, job)
        if number in {one["number"] for one in erased}:
            raise refuse(Category.GONE, "export.file-remade", phrases.FILE_REMADE, code="deleted")
        file = rows.file_of(row)
        if not await self._may_have(context, export, file):
            raise refuse(Category.NOT_FOUND, "export.no-file", phrases.NO_FILE, code="not-found")
        await asyncio.to_thread(require_whole, self.place(export, number), file.digest)
        return export, file

    async def sight(self, export: Export) -> Sight:
        """Of whom it is made for, as of now. Refused FORBIDDEN when nothing is left of it."""
        sight = await self._sight_of(export.asked.token)
        if sight == NOTHING:
            raise refuse(Category.FORBIDDEN, "export.rights", phrases.RIGHTS, code="forbidden")
        return sight

    async def _may_have(self, context: Context, export: Export, file: File) -> bool:
        """Whether who asks may read all of the type, or just what the export was made of."""
        seen = context.seen
        if file.type == ERROR_TYPE or seen.whole(file.type, "r"):
            return True
        if not seen.reach(file.type, "r"):
            raise forbidden(file.type, "read")
        made = await self.sight(export)
        return seen.reach(file.type, "r") == made.reach(file.type, "r") != ()

    async def given(self, context: Context, export: Export, file: File) -> None:
        """Puts on record that a file is read."""
        detail = f"$export {export.id} file {file.number}"
        await self._store.trail.record(
            AuditEntry(
                context=context, action="export", type=file.type, count=file.count, detail=detail
            )
        )

    def content(self, export: Export, file: File, start: int = 0) -> Iterator[bytes]:
        return pieces(self.place(export, file.number), start)

    def place(self, export: Export, number: int) -> FilePlace:
        return FilePlace(self.folder / str(export.id), export.id, number, export.cipher)

    async def remove(self, job: UUID) -> None:
        """All its files."""
        await asyncio.to_thread(shutil.rmtree, self.folder / str(job), ignore_errors=True)

    async def find(self, job: UUID) -> Export | None:
        row = await self._store.pool.fetchrow(rows.FIND, job)
        try:
            return None if row is None else rows.export_of(self._store.keyring, row)
        except InvalidTag:
            raise altered() from None

    async def _own(self, context: Context, job: UUID) -> Export:
        found = await self.find(job)
        if found is None or found.client != context.actor:
            raise refuse(Category.NOT_FOUND, "export.unknown", phrases.NO_EXPORT, code="not-found")
        return found


def _require_few(many: int, own: int) -> None:
    limit, phrase = 0, phrases.MANY
    if own >= MAX_EXPORTS_OF_CLIENT:
        limit, phrase = MAX_EXPORTS_OF_CLIENT, phrases.MANY_OF_CLIENT
    elif many >= MAX_EXPORTS:
        limit = MAX_EXPORTS
    if limit:
        raise refuse(
            Category.TOO_MANY, "export.too-many", phrase, code="throttled", limit=str(limit),
            seconds=str(RETRY_SECONDS),
        )  # fmt: skip


def _entries(context: Context, action: Action, asked: Asked, job: UUID) -> list[AuditEntry]:
    """One entry for each patient who is named, else one."""
    detail = f"$export {job} {asked.url}"
    return [
        AuditEntry(
            context=context, action=action, type=",".join(asked.types), patient=patient, count=0,
            detail=detail,
        )
        for patient in asked.patients or (0,)
    ]  # fmt: skip
