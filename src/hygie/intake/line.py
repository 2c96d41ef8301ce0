"""What is admitted and waits to be settled: in order within a lane, lanes side by side.

Messages are settled in batches, each in a transaction. While a batch is under way, what shares a
lane with one of its messages waits, and so does what comes after that in its own lanes.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from typing import Final

from hygie.intake.inbox import Admission
from hygie.intake.outcomes import receipt_of
from hygie.intake.settlers.values import Settles
from hygie.intake.values import Receipt
from hygie.limits.gateway import MAX_BYTES_TOGETHER, MAX_MESSAGES_TOGETHER

BROAD: Final = 16
"""So many messages of as many lanes make a batch."""
IN_A_ROW: Final = 8
"""Messages of one lane, in a batch that is not broad: they are filed one after the other."""
_logger = logging.getLogger(__name__)


class Line:
    """For the tasks of one event loop."""

    def __init__(self, settler: Settles) -> None:
        self.settler = settler
        """Who settles, from the next batch on."""
        self._waiting: dict[int, Admission] = {}
        self._told: dict[int, asyncio.Future[Receipt]] = {}
        self._busy: Counter[str] = Counter()
        self._workers: set[asyncio.Task[None]] = set()

    def add(self, admission: Admission) -> "asyncio.Future[Receipt]":
        """What becomes of a message that is `received`; at once, so that the order is kept."""
        told: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._told[admission.id] = told
        self._waiting[admission.id] = admission
        self._begin()
        return told

    def of(self, entry: int) -> "asyncio.Future[Receipt] | None":
        """What becomes of an entry; None for one that is not in this line, or no longer."""
        return self._told.get(entry)

    @property
    def entries(self) -> Sequence[int]:
        """All that is not settled yet."""
        return list(self._told)

    async def drain(self) -> None:
        """Returns once all is settled."""
        while self._workers:
            await asyncio.wait(set(self._workers))

    async def stop(self) -> None:
        """Once the batches under way are done. What waits stays in the inbox."""
        self._waiting.clear()
        await self.drain()
        for told in self._told.values():
            told.cancel()
        self._told.clear()

    # --- batches ----------------------------------------------------------------------------

    def _begin(self) -> None:
        if self._waiting and len(self._workers) < self.settler.at_once:
            worker = asyncio.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    async def _work(self) -> None:
        await asyncio.sleep(0)  # so that whoever is at the door comes along
        while batch := self._take():
            lanes = [lane for admission in batch for lane in admission.arrival.lanes]
            self._busy.update(lanes)
            receipts = await self._settled(batch)
            self._busy -= Counter(lanes)
            for receipt in receipts:
                told = self._told.pop(receipt.id, None)
                if told is not None and not told.done():
                    told.set_result(receipt)
            self._begin()

    async def _settled(self, batch: Sequence[Admission]) -> Sequence[Receipt]:
        """A bug, met here, loses nothing: the messages stay `received`."""
        try:
            return await self.settler.settle(batch)
        except Exception as error:
            _logger.error("A batch could not be settled: %s", type(error).__name__)  # noqa: TRY400
            return [receipt_of(admission) for admission in batch]

    def _take(self) -> list[Admission]:
        """The next batch: one message of each lane, or more when there are few."""
        batch = self._chosen(1)
        if len(batch) < BROAD:
            batch = self._chosen(IN_A_ROW)
        for admission in batch:
            del self._waiting[admission.id]
        return batch

    def _chosen(self, in_a_row: int) -> list[Admission]:
        """In order within each lane. A Bundle goes alone, and so does what is very large."""
        batch: list[Admission] = []
        held = 0
        passed: set[str] = set()
        taken: Counter[str] = Counter()
        for admission in self._waiting.values():
            lanes = admission.arrival.lanes
            octets = len(admission.arrival.raw)
            alone = admission.arrival.is_bundle or octets > MAX_BYTES_TOGETHER
            blocked = any(
                lane in passed or self._busy[lane] or taken[lane] >= in_a_row for lane in lanes
            )
            if blocked or (batch and (alone or held + octets > MAX_BYTES_TOGETHER)):
                passed.update(lanes)
                continue
            batch.append(admission)
            held += octets
            taken.update(lanes)
            if alone or len(batch) == MAX_MESSAGES_TOGETHER:
                break
        return batch
