"""Loads the demonstration through the gateway, as its departments would have sent it.

Idempotent: the accounts, created last, mark a whole load, which is not repeated. A load that was
interrupted is taken up for the day it began on, so that what is there already is recognised
(`today` changes every message); the gateway then tells duplicates apart.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from hygie.access import Access
from hygie.demo.accounts import Credential, accounts_exist, open_accounts
from hygie.demo.clinic import DEFAULT_PATIENTS, DEFAULT_SEED, timeline
from hygie.demo.event import DemoMessage
from hygie.intake import Gateway, Summary
from hygie.intake.batches import Batch, Importer, Piece

BATCH = 48
"""Messages admitted with one commit."""
SIDE_BY_SIDE = 3
"""Tasks of one process. Families are spread over them; the messages of one keep their order."""
RESUMED_DAYS = 60

Progress = Callable[[int, int], None]
"""Messages sent, messages in all."""


class LoadReport(msgspec.Struct, kw_only=True):
    """What was done. `credentials` holds passwords: show it once, keep it nowhere."""

    messages: int = 0
    filed: int = 0
    kept: int = 0
    quarantined: int = 0
    refused: int = 0
    duplicates: int = 0
    seconds: float = 0.0
    already_loaded: bool = False
    credentials: tuple[Credential, ...] = ()

    @property
    def done(self) -> int:
        return self.filed + self.kept + self.quarantined + self.refused + self.duplicates

    def add(self, part: Summary) -> None:
        self.filed += part.filed
        self.kept += part.kept
        self.quarantined += part.quarantined
        self.refused += part.refused
        self.duplicates += part.duplicates


async def load(  # noqa: PLR0913 - what a load is made of
    gateway: Gateway,
    access: Access,
    *,
    seed: int = DEFAULT_SEED,
    patients: int = DEFAULT_PATIENTS,
    today: date,
    progress: Progress | None = None,
    importers: Sequence[Importer] = (),
) -> LoadReport:
    """Loads what is not there yet, by the gateway's importer or those given; opens the accounts."""
    if await accounts_exist(access):
        return LoadReport(already_loaded=True)
    started = time.perf_counter()
    begun = await _first_day(gateway)
    sent = await asyncio.to_thread(list, timeline(seed, patients, begun or today))
    report = LoadReport(messages=len(sent))
    importers = importers or [gateway.importer] * SIDE_BY_SIDE
    async with asyncio.TaskGroup() as group:
        for rank, importer in enumerate(importers):
            mine = [item.message for item in sent if item.family % len(importers) == rank]
            group.create_task(_send(importer, mine, report, progress))
    report.credentials = await open_accounts(access)
    report.seconds = round(time.perf_counter() - started, 1)
    return report


async def _first_day(gateway: Gateway) -> date | None:
    """The day on which messages first came in, within `RESUMED_DAYS`; None when none did."""
    counts = await gateway.counts(RESUMED_DAYS)
    return min((flow.day for flow in counts.flows), default=None)


async def _send(
    importer: Importer,
    messages: Sequence[DemoMessage],
    report: LoadReport,
    progress: Progress | None,
) -> None:
    """Batch after batch, in order."""
    for start in range(0, len(messages), BATCH):
        pieces = (Piece(m.source, "", m.kind, m.raw) for m in messages[start : start + BATCH])
        report.add(await importer.file(Batch(resources=False, pieces=tuple(pieces))))
        if progress is not None:
            progress(report.done, report.messages)
