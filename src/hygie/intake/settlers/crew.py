"""Who settles: processes of their own while there are some, else this one.

They start with the first message, which this process settles meanwhile. One that ends is started
again. What it had in hand stays `received`, its senders are told so, and it is handed over again
after a second, alone: what was committed is then found settled, and a message that ends processes
is found, and set apart. It waits for a process, rather than be settled by this one: a message that
ended a process shall not end the one that accepts.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from time import monotonic
from typing import Final, NamedTuple

from hygie.intake.failures import settler_lost
from hygie.intake.inbox import Admission
from hygie.intake.settlers.remote import RemoteSettler
from hygie.intake.settlers.suspects import ENDED_ITS_PROCESS, Suspects
from hygie.intake.settling import Settler
from hygie.intake.values import Receipt
from hygie.limits.gateway import SETTLER_PAUSE_SECONDS, SETTLER_START_SECONDS

_logger: Final = logging.getLogger(__name__)
_PAUSES: Final = SETTLER_PAUSE_SECONDS
_ENDED: Final = "A process that settles messages ended."
_NOT_STARTED: Final = (
    "A process that settles messages does not start: the one that accepts them settles them."
)


class Member(NamedTuple):
    """A process that is ready."""

    streams: Sequence[RemoteSettler]
    ended: Callable[[], Awaitable[object]]
    """Returns once it has."""


Begin = Callable[[], AbstractAsyncContextManager[Member]]
"""Starts a process; raises `NotStartedError`. On leaving, it has finished what was under way, and
ended."""


class NotStartedError(Exception):
    """A process ended, or said nothing, before it was ready."""


class Crew:
    """For the tasks of one event loop. `own` settles in this process."""

    def __init__(self, count: int, begin: Begin, own: Settler) -> None:
        self._count = count
        self._begin = begin
        self._own = own
        self._lives: list[asyncio.Task[None]] = []
        self._free: list[RemoteSettler] = []
        self.ready = 0
        """Streams to processes, free or not."""
        self._expected = 0
        """Processes that were ready before, and are starting again."""
        self._starting = 0
        """Processes of which it is not known yet whether they start at all."""
        self._suspects = Suspects()
        self._changed = asyncio.Condition()
        self._stopping = False

    @property
    def at_once(self) -> int:
        return max(self.ready, self._own.at_once)

    async def settle(self, admissions: Sequence[Admission]) -> Sequence[Receipt]:
        """As `Settler.settle`; `received` too where a process was lost."""
        if not self._suspects.among(admissions):
            return await self._together(admissions)
        return [receipt for one in admissions for receipt in await self._together([one])]

    async def _together(self, admissions: Sequence[Admission]) -> Sequence[Receipt]:
        stream = await self._taken(patient=any(one.attempts for one in admissions))
        if stream is None:
            return await self._own.settle(admissions)
        receipts = await stream.settle(admissions)
        if not stream.lost:
            async with self._changed:
                self._free.append(stream)
                self._changed.notify()
        if receipts is None and stream.lost:
            return await self._lost(admissions)
        if receipts is None:  # it lives, and says that something around the messages failed
            return await self._own.put_off(admissions, settler_lost())
        for one in admissions:
            self._suspects.cleared(one.id)
        return receipts

    async def _lost(self, admissions: Sequence[Admission]) -> Sequence[Receipt]:
        """Put off, but for one that has ended too many processes."""
        culprit = self._suspects.lost(admissions)
        if culprit is None:
            return await self._own.put_off(admissions, settler_lost())
        self._suspects.cleared(culprit.id)
        receipt = await self._own.give_up(culprit, ENDED_ITS_PROCESS)
        others = [one for one in admissions if one.id != culprit.id]
        return await self._own.put_off(others, settler_lost()) if others else [receipt]

    async def stop(self) -> None:
        """Once what they have in hand is done. Messages that come later are settled here."""
        self._stopping = True
        for life in self._lives:
            life.cancel()
        for life in self._lives:
            with suppress(asyncio.CancelledError):
                await life

    # --- streams ----------------------------------------------------------------------------

    async def _taken(self, *, patient: bool) -> RemoteSettler | None:
        """A stream that nobody uses; None where this process is to settle. `patient`: what was
        tried in vain waits for the first start too."""
        if not self._lives and not self._stopping:
            self._starting = self._count
            self._lives = [asyncio.create_task(self._live()) for _ in range(self._count)]
        async with self._changed:
            while not self._stopping:
                self._free = [stream for stream in self._free if not stream.lost]
                if self._free:
                    return self._free.pop()
                coming = self._expected or (patient and self._starting)
                if not self.ready and not coming:
                    break
                await self._changed.wait()
        return None

    async def _turn(self, ready: int, expected: int, starting: int = 0) -> None:
        async with self._changed:
            self.ready += ready
            self._expected += expected
            self._starting += starting
            self._changed.notify_all()

    # --- processes --------------------------------------------------------------------------

    async def _live(self) -> None:
        """One process after the other, until cancelled."""
        expected = ends = 0
        starting = 1
        while True:
            begun = monotonic()
            try:
                async with self._begin() as member:
                    await self._serving(member, expected, starting)
                expected = 1
                said = _ENDED
            except (NotStartedError, OSError):
                await self._turn(0, -expected, -starting)
                expected = 0
                said = _NOT_STARTED
            starting = 0
            ends = 0 if monotonic() - begun > SETTLER_START_SECONDS else ends
            pause = _PAUSES[min(ends, len(_PAUSES) - 1)]
            ends += 1
            _logger.warning("%s Another is started in %d s.", said, pause)
            await asyncio.sleep(pause)

    async def _serving(self, member: Member, expected: int, starting: int) -> None:
        """Until it ends, or we do."""
        count = len(member.streams)
        self._free += member.streams
        await self._turn(count, -expected, -starting)
        ours = False
        try:
            await member.ended()
        except asyncio.CancelledError:
            ours = True
            raise
        finally:
            self._free = [stream for stream in self._free if stream not in member.streams]
            await self._turn(-count, 0 if ours else 1)
