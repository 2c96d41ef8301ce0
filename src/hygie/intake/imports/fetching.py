"""One import made: its files fetched one after the other, their lines filed, how far it came noted.

A note is made once all lines before it are filed or told of. Whoever takes over after a crash reads
the file again and passes over these; what was filed behind the note is found to be known.
"""

from collections.abc import Sequence
from contextlib import aclosing
from pathlib import PurePath
from time import monotonic
from typing import Final

import msgspec

from hygie.intake.batches import Importer
from hygie.intake.dispatch import Dispatch
from hygie.intake.folder import Content, Skipped, too_long
from hygie.intake.imports import phrases
from hygie.intake.imports.asked import Fault, Input
from hygie.intake.imports.imports import Import, Imports, Progress
from hygie.intake.imports.lines import lines_of
from hygie.intake.values import RefusedFile
from hygie.limits import MAX_LISTED_REFUSALS
from hygie.limits.bulk import MAX_IMPORT_FAULTS, MAX_IMPORT_FILE_BYTES
from hygie.lines import Line
from hygie.outbound.outbound import Outbound
from hygie.refusal import Category, Issue, Refused, refuse
from hygie.store.store import Store

NOTE_SECONDS: Final = 5.0
OK: Final = 200
_NOTE: Final = """
UPDATE hygie.import_file SET lines = $3, filed = filed + $4, known = known + $5,
    faulty = faulty + $6, finished = $7
WHERE import = $1 AND number = $2 RETURNING faulty
"""
_ADVANCED: Final = "UPDATE hygie.import SET attempts = 0 WHERE id = $1"
"""Attempts are counted since it last came further."""
_FAULT: Final = """
INSERT INTO hygie.import_fault (import, number, line, sealed) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
"""


class _Head(msgspec.Struct):
    resourceType: str = ""  # noqa: N815 - FHIR's name


_HEAD: Final = msgspec.json.Decoder(_Head)


class Cancelled(Exception):  # noqa: N818 - it is an outcome, not an error
    """The import was cancelled meanwhile."""


async def make(
    store: Store, imports: Imports, outbound: Outbound, importers: Sequence[Importer], found: Import
) -> None:
    """Makes an import to its end, which is on record; or until it is cancelled.

    Raises `Refused` (BUSY) when it may go better another time: it stays asked for.
    """
    rule = ""
    dispatch = Dispatch(importers)
    try:
        async with dispatch.working():
            await Fetching(store, imports, outbound, dispatch).run(found)
    except Cancelled:
        return
    except Refused as refused:
        if refused.refusal.category is Category.BUSY:
            raise
        rule = refused.refusal.issues[0].rule
    await store.analyze()
    await imports.end(await imports.find(found.id) or found, rule)


class Fetching:
    """For one import. `dispatch` is at work."""

    def __init__(
        self, store: Store, imports: Imports, outbound: Outbound, dispatch: Dispatch
    ) -> None:
        self._store = store
        self._imports = imports
        self._outbound = outbound
        self._dispatch = dispatch

    async def run(self, found: Import) -> None:
        """Raises `Refused` when a file cannot be had, or too much is wrong; `Cancelled`."""
        for one, progress in zip(found.asked.inputs, found.files, strict=True):
            if not progress.finished:
                await self._file(found, one, progress)

    async def _file(self, found: Import, one: Input, progress: Progress) -> None:
        self._imports.require_source(one.url)
        number, done = progress.number, progress.lines
        path = PurePath(found.client) / f"{one.type}.{progress.number}.ndjson"
        headers = (("Accept", "application/fhir+ndjson"),)
        async with self._outbound.download(one.url, headers, MAX_IMPORT_FILE_BYTES) as answer:
            if answer.status != OK:
                raise refuse(
                    Category.BUSY, "import.status", phrases.STATUS, status=str(answer.status)
                )
            async with aclosing(lines_of(answer.pieces)) as lines:  # type: ignore[type-var]
                noted = monotonic()
                async for line in lines:
                    if line.number <= progress.lines:
                        continue
                    await self._line(path, one.type, line)
                    done = line.number
                    if monotonic() > noted + NOTE_SECONDS or self._many_faults():
                        await self._note(found, number, done, finished=False)
                        noted = monotonic()
        await self._note(found, number, done, finished=True)

    def _many_faults(self) -> bool:
        """Whether more of them would no longer be named."""
        summary = self._dispatch.summary
        return max(len(summary.refusals), len(summary.quarantine)) > MAX_LISTED_REFUSALS // 2

    async def _line(self, path: PurePath, kind: str, line: Line) -> None:
        if line.raw is None:
            skipped = Skipped(line.number, line.size, too_long(line.size))
            await self._dispatch.take(path, skipped)
        elif _is_other(line.raw, kind):
            issue = Issue(
                code="value", rule="import.type", phrase=phrases.OTHER_TYPE, details={"type": kind}
            )
            self._dispatch.summary.refuse(f"{path}:{line.number}", issue)
        else:
            await self._dispatch.take(path, Content("fhir", line.raw, line.number))

    async def _note(self, found: Import, number: int, line: int, *, finished: bool) -> None:
        """All lines up to this one are dealt with."""
        await self._dispatch.drain()
        came = self._dispatch.summary.taken()
        faults = [*came.refusals, *came.quarantine]
        # Taken up after a crash, a faulty line is met again: it is known, and as faulty as before.
        known, faulty = came.duplicates - came.waiting, came.refused + came.quarantined
        async with self._store.pool.acquire() as connection, connection.transaction():
            values = found.id, number, line, came.filed, known, faulty + came.waiting, finished
            total = await connection.fetchval(_NOTE, *values)
            if total is None:
                raise Cancelled
            await connection.execute(_ADVANCED, found.id)
            rows = [self._sealed(found, number, fault) for fault in faults]
            await connection.executemany(_FAULT, rows)
        if total > MAX_IMPORT_FAULTS:
            raise refuse(
                Category.UNPROCESSABLE, "import.faults", phrases.FAULTS,
                limit=str(MAX_IMPORT_FAULTS),
            )  # fmt: skip

    def _sealed(self, found: Import, number: int, file: RefusedFile) -> tuple[object, ...]:
        line = int(file.path.rpartition(":")[2])
        fault = Fault(file.rule, file.reason, file.reason_en)
        purpose = f"import {found.id} {number} {line}"
        sealed = self._store.keyring.seal(msgspec.msgpack.encode(fault), purpose)
        return found.id, number, line, sealed


def _is_other(raw: bytes, kind: str) -> bool:
    """Whether a line says that it is something else. One that cannot be read goes on: it is kept
    in quarantine, with its reason."""
    try:
        return _HEAD.decode(raw).resourceType not in ("", kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
