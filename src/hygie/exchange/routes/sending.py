"""Sends what waits of one route: in order for each patient, several patients at once.

What was sent and not noted, because the process was killed in between, is sent again: the same
bytes under the same MSH-10, which the other side answers as the first time.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from hygie.exchange.routes.answers import Dead, Later, Taken, Unreachable, Verdict
from hygie.exchange.routes.declaration import Route
from hygie.exchange.routes.departures import Ahead, Departures, Notes, Opened, Settled
from hygie.exchange.routes.order import Order
from hygie.exchange.routes.rewriting import Adapt, rewritten
from hygie.exchange.routes.ways import Way
from hygie.grouping import Grouping
from hygie.limits.gateway import DEPARTURES_AHEAD, MAX_REJECTIONS, RETRY_SECONDS
from hygie.refusal import Refused
from hygie.store.outages import AWAY
from hygie.trace import AuditEntry, AuditTrail, Context

LOOK_SECONDS: Final = 2.0
"""For somebody to tell of something to send, before one looks all the same."""
AWAY_SECONDS: Final = 1.0
LOGGER: Final = logging.getLogger("hygie.routes")


class Sender:
    """Of one route as it was declared. For one task; `run` ends when it is cancelled."""

    def __init__(
        self,
        route: Route,
        ways: Sequence[Way],
        departures: Departures,
        trail: AuditTrail,
        adapt: Adapt,
    ) -> None:
        self._route = route
        self._idle = list(ways)
        self._departures = departures
        self._trail = trail
        self._adapt = adapt
        self._order = Order()
        self._settling = Grouping[Settled, None](self._settle_all, waiting=256, largest=64)
        self._tasks: set[asyncio.Task[None]] = set()
        self._paused_until = datetime.min.replace(tzinfo=UTC)
        self.woken = asyncio.Event()
        """Set when there may be something new."""

    async def run(self) -> None:
        ways = list(self._idle)
        try:
            while True:
                self.woken.clear()
                await self._look()
                self._start()
                await self._wait()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._settling.drain()
            for way in ways:
                way.close()

    # --- which ------------------------------------------------------------------------------

    async def _look(self) -> None:
        room = DEPARTURES_AHEAD - len(self._order)
        if room < DEPARTURES_AHEAD // 2:
            return
        try:
            found = await self._departures.waiting(self._route.name, self._order.known, room)
        except AWAY:
            await asyncio.sleep(AWAY_SECONDS)
            return
        self._order.add(found)

    def _start(self) -> None:
        now = datetime.now(UTC)
        while self._idle and now >= self._paused_until:
            ahead = self._order.take(now)
            if ahead is None:
                return
            task = asyncio.create_task(self._one(ahead, self._idle.pop()))
            self._tasks.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.woken.set()
        if not task.cancelled() and (fault := task.exception()) is not None:
            LOGGER.error("a departure was not sent: %s", type(fault).__name__)

    async def _wait(self) -> None:
        now = datetime.now(UTC)
        moments = [self._order.next_at, self._paused_until if self._paused_until > now else None]
        waits = [(one - now).total_seconds() for one in moments if one is not None]
        seconds = min([LOOK_SECONDS, *(max(0.01, wait) for wait in waits)])
        try:
            async with asyncio.timeout(seconds):
                await self.woken.wait()
        except TimeoutError:
            return

    # --- one --------------------------------------------------------------------------------

    async def _one(self, ahead: Ahead, way: Way) -> None:
        """Whatever happens, the connection is idle again and the lane free, or held."""
        again: datetime | None = None
        try:
            settled = await self._sent(ahead, way)
            if settled is not None:
                await self._settling.add(settled)
                again = settled.retry_at
        except AWAY:  # the database: what became of it is not noted, and it is sent again
            again = datetime.now(UTC) + timedelta(seconds=AWAY_SECONDS)
        except asyncio.CancelledError:
            raise
        except Exception:
            again = datetime.now(UTC) + timedelta(seconds=RETRY_SECONDS[-1])
            raise
        finally:
            self._idle.append(way)
            self._order.settled(ahead, again)

    async def _sent(self, ahead: Ahead, way: Way) -> Settled | None:
        opened = await self._departures.open(ahead.id)
        if opened is None:
            return None  # somebody put it aside
        notes = opened.notes
        try:
            content = rewritten(opened.content, self._route, self._adapt)
        except Refused as refused:
            return self._settled(ahead, Dead(refused.refusal.issues[0].rule), notes, None)
        await self._trail.record(self._entry(opened))
        verdict = await way.send(ahead.id, notes.control_id, content)
        left = content if content != opened.content else None
        return self._settled(ahead, verdict, notes, left)

    def _settled(self, ahead: Ahead, verdict: Verdict, notes: Notes, left: bytes | None) -> Settled:
        answer = getattr(verdict, "answer", "")
        notes = Notes(notes.control_id, answer or notes.answer, notes.confirmations)
        match verdict:
            case Taken():
                return Settled(ahead.id, "sent", "", notes, sent_as=left)
            case Dead(rule=rule):
                return Settled(ahead.id, "dead", rule, notes, sent_as=left)
            case Later(rule=rule, counted=True) if ahead.attempts + 1 >= MAX_REJECTIONS:
                return Settled(ahead.id, "dead", rule, notes, sent_as=left)
            case Later(rule=rule) | Unreachable(rule=rule):
                again = datetime.now(UTC) + timedelta(seconds=_pause(ahead.attempts))
                if isinstance(verdict, Unreachable):
                    self._paused_until = again
                return Settled(ahead.id, "waiting", rule, notes, again)

    async def _settle_all(self, settled: list[Settled]) -> list[None]:
        await self._departures.settle(self._route.name, settled)
        return [None] * len(settled)

    def _entry(self, opened: Opened) -> AuditEntry:
        """What leaves is on record before it does."""
        context = Context(
            actor=f"route:{self._route.name}", kind="system", request=f"departure/{opened.id}"
        )
        return AuditEntry(
            context=context, action="send", patient=opened.patient, detail=opened.event
        )


def _pause(attempts: int) -> float:
    return float(RETRY_SECONDS[min(attempts, len(RETRY_SECONDS) - 1)])
