"""Goes through what is stored: counts its codes, adds what they are mapped to, takes it back.

A resource is changed as by anybody: validated, a new version, on record, under the name of whoever
asked. One that changed meanwhile is read again; one that is refused stays as it is, and is counted.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from hygie.fhir.codec import decode
from hygie.nomenclature.mapping.concepts import CODED, Json, add_mapped, take_back
from hygie.nomenclature.mapping.correspondences import Correspondences
from hygie.nomenclature.mapping.runs import Run, Runs
from hygie.nomenclature.mapping.usage import Tally, keep_usage
from hygie.refusal import Category, Refused
from hygie.sight import EVERYTHING
from hygie.store.interactions import Repository
from hygie.store.leases import lease
from hygie.store.reading.whole import Selection
from hygie.store.store import Store
from hygie.trace import Context

LEASE: Final = "mapping"
PAUSE_SECONDS: Final = 2.0
STEP: Final = 200
"""Resources between two notes of how far it came."""
TRIES: Final = 3
_CONTEXT: Final = Context(actor="nomenclature", kind="system", purpose="HSYSADMIN")
Change = Callable[[Json, Correspondences], int]


class _CancelledError(Exception):
    """Somebody cancelled the run."""


class History:
    """For one process at a time, under the lease."""

    def __init__(self, store: Store, repository: Repository, runs: Runs) -> None:
        self._store = store
        self._repository = repository
        self._runs = runs

    async def serve(self) -> None:
        """Does what is asked, for as long as the task lives."""
        while True:
            async with lease(self._store.pool, LEASE) as held:
                while held and (run := await self._runs.take()):
                    await self.do(run)
            await asyncio.sleep(PAUSE_SECONDS)

    async def do(self, run: Run) -> None:
        """One run, to its end."""
        try:
            if run.kind == "count":
                await self._count(run)
            else:
                await self._rewrite(run, add_mapped if run.kind == "apply" else take_back)
        except _CancelledError:
            return
        except Refused:
            await self._runs.end(run, "failed")
            return
        await self._runs.end(run, "done")

    async def _count(self, run: Run) -> None:
        tally, resources = Tally(), 0
        for kind in sorted(CODED):
            selection = Selection(kind)
            async with self._store.whole(_CONTEXT, selection, "codes in use") as whole:
                resources += await whole.count()
                async for piece in whole.slices():
                    for start in range(0, len(piece.bodies), STEP):
                        bodies = piece.bodies[start : start + STEP]
                        for body in bodies:
                            tally.add(decode(body))
                        await self._advance(run, resources, len(bodies))
        await keep_usage(self._store.pool, self._store.keyring, resources, tally.codes())

    async def _rewrite(self, run: Run, change: Change) -> None:
        wanted = run.wanted
        table = Correspondences({(wanted.system, wanted.code): wanted.targets})
        # Whoever may decide on a correspondence has it carried out wherever the code stands.
        context = Context(actor=wanted.actor, kind=wanted.kind, purpose="HOPERAT", sight=EVERYTHING)
        needle, total = wanted.code.encode(), 0
        for kind in sorted(CODED):
            async with self._store.whole(context, Selection(kind), "mapping") as whole:
                total += await whole.count()
                async for piece in whole.slices():
                    for start in range(0, len(piece.bodies), STEP):
                        bodies = piece.bodies[start : start + STEP]
                        # A code with characters that JSON escapes is not found as it is.
                        likely = [b for b in bodies if needle in b or b"\\" in b]
                        written, refused = await self._change(context, likely, table, change)
                        await self._advance(run, total, len(bodies), written, refused)

    async def _change(
        self, context: Context, bodies: list[bytes], table: Correspondences, change: Change
    ) -> tuple[int, int]:
        written = refused = 0
        for body in bodies:
            resource = decode(body)
            if not change(resource, table):
                continue
            try:
                written += await self._write(context, resource, table, change)
            except Refused:
                refused += 1
        return written, refused

    async def _write(
        self, context: Context, resource: Json, table: Correspondences, change: Change
    ) -> int:
        """1 once a version is written; 0 when somebody else made that change, or deleted it."""
        kind, name = resource["resourceType"], resource["id"]
        for _ in range(TRIES):
            version = int(resource["meta"]["versionId"])
            try:
                await self._repository.update(context, kind, name, resource, if_match=version)
            except Refused as refused:
                if refused.refusal.category is not Category.PRECONDITION:
                    raise
            else:
                return 1
            present = await self._present(context, kind, name)
            if present is None or not change(present, table):
                return 0
            resource = present
        return 0

    async def _present(self, context: Context, kind: str, name: str) -> Json | None:
        try:
            return decode((await self._store.read(context, kind, name)).body)
        except Refused as refused:
            if refused.refusal.category is Category.GONE:
                return None
            raise

    async def _advance(
        self, run: Run, total: int, done: int, changed: int = 0, refused: int = 0
    ) -> None:
        if not await self._runs.advance(run, total, done, changed, refused):
            raise _CancelledError
