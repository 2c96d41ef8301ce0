"""Loads the demonstration through the gateway, as its departments would have sent it.

Idempotent: the accounts, created last, mark a whole load, which is not repeated. A load that was
interrupted is taken up for the day it began on, so that what is there already is recognised
(`today` changes every message); the gateway then tells duplicates apart.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date

import msgspec

from hygie.access import Access
from hygie.demo.accounts import Credential, accounts_exist, open_accounts
from hygie.demo.clinic import DEFAULT_PATIENTS, DEFAULT_SEED, Timed, timeline
from hygie.intake import Gateway
from hygie.intake.arrival import Arrival, describe
from hygie.refusal import Refused

BATCH = 48
"""Messages admitted with one commit."""
SIDE_BY_SIDE = 3
"""Patients' lanes are spread over so many tasks; one patient's messages keep their order."""
RESUMED_DAYS = 60

Progress = Callable[[int, int], None]
"""Messages sent, messages in all."""


class LoadReport(msgspec.Struct, kw_only=True):
    """What was done. `credentials` holds passwords: show it once, keep it nowhere."""

    messages: int = 0
    filed: int = 0
    quarantined: int = 0
    refused: int = 0
    duplicates: int = 0
    seconds: float = 0.0
    already_loaded: bool = False
    credentials: tuple[Credential, ...] = ()


async def load(
    gateway: Gateway,
    access: Access,
    *,
    seed: int = DEFAULT_SEED,
    patients: int = DEFAULT_PATIENTS,
    today: date,
    progress: Progress | None = None,
) -> LoadReport:
    """Loads what is not there yet, then opens the accounts."""
    if await accounts_exist(access):
        return LoadReport(already_loaded=True)
    started = time.perf_counter()
    begun = await _first_day(gateway)
    sent = await asyncio.to_thread(list, timeline(seed, patients, begun or today))
    report = LoadReport(messages=len(sent))
    lanes = [_Lane(gateway, report, progress) for _ in range(SIDE_BY_SIDE)]
    async with asyncio.TaskGroup() as group:
        for rank, lane in enumerate(lanes):
            mine = [item for item in sent if item.lane % SIDE_BY_SIDE == rank]
            group.create_task(lane.send(mine))
    report.credentials = await open_accounts(access)
    report.seconds = round(time.perf_counter() - started, 1)
    return report


async def _first_day(gateway: Gateway) -> date | None:
    """The day on which messages first came in, within `RESUMED_DAYS`; None when none did."""
    counts = await gateway.counts(RESUMED_DAYS)
    return min((flow.day for flow in counts.flows), default=None)


class _Lane:
    """Sends batch after batch, in order."""

    def __init__(self, gateway: Gateway, report: LoadReport, progress: Progress | None) -> None:
        self._gateway = gateway
        self._report = report
        self._progress = progress

    async def send(self, messages: Sequence[Timed]) -> None:
        for start in range(0, len(messages), BATCH):
            batch = messages[start : start + BATCH]
            arrivals = list(self._described(batch))
            for receipt in await self._gateway.take(arrivals):
                self._count(receipt.state)
            if self._progress is not None:
                self._progress(self._done(), self._report.messages)

    def _described(self, batch: Sequence[Timed]) -> Iterator[Arrival]:
        for item in batch:
            message = item.message
            try:
                yield describe(message.source, message.raw, message.kind)
            except Refused:
                self._report.refused += 1

    def _count(self, state: str) -> None:
        report = self._report
        if state == "filed":
            report.filed += 1
        elif state == "duplicate":
            report.duplicates += 1
        elif state == "quarantined":
            report.quarantined += 1
        else:
            report.refused += 1

    def _done(self) -> int:
        report = self._report
        return report.filed + report.quarantined + report.refused + report.duplicates
