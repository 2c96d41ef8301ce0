"""Imports as whoever asks for them sees them: asked for, followed, cancelled.

Everything is in the database: any process answers for what another makes.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import msgspec

from hygie.intake.imports import phrases
from hygie.intake.imports.asked import Asked, Fault
from hygie.limits.bulk import EXPORT_KEPT_HOURS, MAX_IMPORTS
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_sources
from hygie.outbound.place import read_place
from hygie.refusal import Category, refuse
from hygie.store.database import Connection
from hygie.store.store import Store
from hygie.trace import Action, AuditEntry, Context

RETRY_SECONDS: Final = 60
FAULTS_READ: Final = 1_000
_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended('hygie.import', 0))"
_UNDER_WAY: Final = "SELECT count(*) FROM hygie.import WHERE state = 'asked'"
_ASK: Final = "INSERT INTO hygie.import (id, client, asked) VALUES ($1, $2, $3)"
_ASK_FILES: Final = """
INSERT INTO hygie.import_file (import, number, type)
SELECT $1, number, type FROM unnest($2::integer[], $3::text[]) AS file (number, type)
"""
_FIND: Final = "SELECT * FROM hygie.import WHERE id = $1"
_FILES: Final = "SELECT * FROM hygie.import_file WHERE import = $1 ORDER BY number"
_CANCEL: Final = "DELETE FROM hygie.import WHERE id = $1 AND client = $2"
_END: Final = """
UPDATE hygie.import SET state = $2, rule = $3, finished = $4, expires = $5
WHERE id = $1 AND state = 'asked'
"""
_FAULTS: Final = """
SELECT number, line, sealed FROM hygie.import_fault
WHERE import = $1 AND (number, line) > ($2, $3) ORDER BY number, line LIMIT $4
"""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Of one file."""

    number: int
    type: str
    lines: int
    """Read: each is filed, known already, or at fault."""
    filed: int
    known: int
    faulty: int
    finished: bool


class Import(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    client: str
    asked: Asked
    created: datetime
    expires: datetime | None
    state: str
    rule: str
    files: Sequence[Progress]


class Imports:
    """For the tasks of one event loop. `sources`: `host[:port],…` that may be imported from."""

    def __init__(self, store: Store, outbound: Outbound, sources: str) -> None:
        self._store = store
        self._outbound = outbound
        self._sources = read_sources(sources)
        self.asked_here = asyncio.Event()

    async def ask(self, context: Context, asked: Asked) -> UUID:
        """The number of a new import. On record. Refused FORBIDDEN for a source that was not
        named, or that nothing may be sent to; TOO_MANY."""
        for url in {one.url for one in asked.inputs}:
            self.require_source(url)
        for place in {read_place(one.url)._replace(url="") for one in asked.inputs}:
            await self._outbound.check_place(place)
        job = uuid4()
        sealed = self._store.keyring.seal(msgspec.msgpack.encode(asked), f"import {job} asked")
        numbers = list(range(1, len(asked.inputs) + 1))
        async with self._store.pool.acquire() as connection, connection.transaction():
            await connection.execute(_ALONE)
            await _require_few(connection)
            await connection.execute(_ASK, job, context.actor, sealed)
            await connection.execute(_ASK_FILES, job, numbers, [one.type for one in asked.inputs])
            await self._store.trail.append(connection, [_entry(context, "import", asked, job)])
        self.asked_here.set()
        return job

    def require_source(self, url: str) -> None:
        """Refused FORBIDDEN unless the administrator named its host, and port if any."""
        if not self._sources:
            raise refuse(
                Category.FORBIDDEN, "import.no-sources", phrases.NO_SOURCES, code="forbidden"
            )
        place = read_place(url)
        if not any(place.host == host and port in (0, place.port) for host, port in self._sources):
            raise refuse(
                Category.FORBIDDEN, "import.source", phrases.OTHER_SOURCE, code="forbidden",
                host=place.host,
            )  # fmt: skip

    async def own(self, context: Context, job: UUID) -> Import:
        """Refused NOT_FOUND to all but the client who asked."""
        found = await self.find(job)
        if found is None or found.client != context.actor:
            raise refuse(Category.NOT_FOUND, "import.unknown", phrases.NO_IMPORT, code="not-found")
        return found

    async def find(self, job: UUID) -> Import | None:
        row = await self._store.pool.fetchrow(_FIND, job)
        if row is None:
            return None
        asked = self._store.keyring.open(row["asked"], f"import {job} asked")
        files = await self._store.pool.fetch(_FILES, job)
        return Import(
            id=job, client=row["client"], asked=msgspec.msgpack.decode(asked, type=Asked),
            created=row["created"], expires=row["expires"], state=row["state"], rule=row["rule"],
            files=[
                Progress(**{name: one[name] for name in Progress.__struct_fields__})
                for one in files
            ],
        )  # fmt: skip

    async def cancel(self, context: Context, job: UUID) -> None:
        """It is no more; what is filed stays. On record. Refused NOT_FOUND."""
        found = await self.own(context, job)
        async with self._store.pool.acquire() as connection, connection.transaction():
            await connection.execute(_CANCEL, job, context.actor)
            entry = _entry(context, "import", found.asked, job, " cancelled")
            await self._store.trail.append(connection, [entry])

    async def end(self, found: Import, rule: str) -> None:
        """It is done, or came to nothing because of `rule`. On record."""
        now = datetime.now(UTC)
        expires = now + timedelta(hours=EXPORT_KEPT_HOURS)
        context = Context(
            actor=found.client, kind="client", purpose="HOPERAT", request=str(found.id),
        )  # fmt: skip
        count = sum(file.filed for file in found.files)
        entry = _entry(context, "import", found.asked, found.id, f" ended {rule}", count)
        async with self._store.pool.acquire() as connection, connection.transaction():
            state = "failed" if rule else "done"
            await connection.execute(_END, found.id, state, rule, now, expires)
            await self._store.trail.append(connection, [entry])

    async def faults(self, job: UUID, number: int) -> AsyncIterator[tuple[int, Fault]]:
        """Line and why, of one file, in order."""
        line = 0
        while True:
            found = await self._store.pool.fetch(_FAULTS, job, number, line, FAULTS_READ)
            own = [row for row in found if row["number"] == number]
            for row in own:
                line = row["line"]
                sealed = self._store.keyring.open(row["sealed"], f"import {job} {number} {line}")
                yield line, msgspec.msgpack.decode(sealed, type=Fault)
            if len(own) < FAULTS_READ:
                return


async def _require_few(connection: Connection) -> None:
    if await connection.fetchval(_UNDER_WAY) >= MAX_IMPORTS:
        raise refuse(
            Category.TOO_MANY, "import.too-many", phrases.MANY, code="throttled",
            limit=str(MAX_IMPORTS), seconds=str(RETRY_SECONDS),
        )  # fmt: skip


def _entry(
    context: Context, action: Action, asked: Asked, job: UUID, more: str = "", count: int = 0
) -> AuditEntry:
    types = ",".join(sorted({one.type for one in asked.inputs}))
    return AuditEntry(
        context=context, action=action, type=types, count=count, detail=f"$import {job}{more}"
    )
