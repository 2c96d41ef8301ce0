"""Has imports made: every process that serves looks for them, and one has each made.

By a command of its own (`hygie imports run`), on every core, so that requests are served meanwhile.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from hygie.intake.imports.imports import Imports
from hygie.limits.bulk import IMPORT_ATTEMPTS
from hygie.store.interactions.faults import trace_of
from hygie.store.leases import lease
from hygie.store.outages import outage
from hygie.store.store import Store

LOGGER: Final = logging.getLogger("hygie.intake")
LOOK_SECONDS: Final = 5.0
NAME: Final = "imports"
"""Of the lease: one import at a time keeps every core busy."""
Make = Callable[[UUID], Awaitable[None]]
_WAITING: Final = "SELECT id FROM hygie.import WHERE state = 'asked' ORDER BY attempts, created"
_OUTDATED: Final = "DELETE FROM hygie.import WHERE expires < clock_timestamp()"
_BEGUN: Final = "UPDATE hygie.import SET attempts = attempts + 1 WHERE id = $1 RETURNING attempts"


class Worker:
    """For one process. `make`: makes one import, or as much of it as can be had now."""

    def __init__(self, store: Store, imports: Imports, make: Make) -> None:
        self._store = store
        self._imports = imports
        self._make = make

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._imports.asked_here.clear()
            try:
                await self.once()
            except Exception as error:
                _say(error)
            try:
                await asyncio.wait_for(self._imports.asked_here.wait(), LOOK_SECONDS)
            except TimeoutError:
                continue

    async def once(self) -> None:
        """Whatever is asked for and nobody has in hand."""
        async with lease(self._store.pool, NAME) as held:
            if not held:
                return
            await self._store.pool.execute(_OUTDATED)
            for row in await self._store.pool.fetch(_WAITING):
                await self._one(row["id"])

    async def _one(self, job: UUID) -> None:
        attempts = await self._store.pool.fetchval(_BEGUN, job)
        await self._make(job)
        found = await self._imports.find(job)
        if found is not None and found.state == "asked" and attempts >= IMPORT_ATTEMPTS:
            await self._imports.end(found, found.rule or "import.attempts")


async def by_command(job: UUID) -> None:
    """It ends with this process."""
    command = [sys.executable, "-c", "from hygie.cli import main; main()", "imports", "run"]
    words = [*command, str(job), "--with-parent", str(os.getpid())]
    running = await asyncio.create_subprocess_exec(*words, stdin=asyncio.subprocess.DEVNULL)
    try:
        await running.wait()
    finally:
        if running.returncode is None:
            running.terminate()
            await running.wait()


def _say(error: Exception) -> None:
    """Places, never values. A database that is away is said by others."""
    if outage(error) is None:
        LOGGER.error("imports: %s", trace_of(error))
