"""What time brings: heartbeats, ends, rights that were withdrawn, rows that are too old."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Final

from hygie.exchange.subscriptions import phrases
from hygie.exchange.subscriptions.parts import Parts
from hygie.exchange.subscriptions.roster import Held, Roster
from hygie.exchange.subscriptions.senders import Senders

Clock = Callable[[], float]
LOOK_SECONDS: Final = 1.0
JUDGE_SECONDS: Final = 5.0
"""Between two looks at whether tokens still allow subscriptions; each event is judged anyway."""
TRIM_SECONDS: Final = 60.0


class Upkeep:
    """For one task."""

    def __init__(
        self, parts: Parts, roster: Roster, senders: Senders, clock: Clock = monotonic
    ) -> None:
        self._roster = roster
        self._senders = senders
        self._events = parts.events
        self._outbox = parts.store.outbox
        self._composer = parts.composer
        self._statuses = parts.statuses
        self._judge = parts.judge
        self._clock = clock
        self._looked = clock()
        self._judged = self._trimmed = clock()
        self._beats: set[asyncio.Task[None]] = set()
        self.nobody = False
        """Whether nobody has subscribed any more."""

    async def look(self) -> None:
        """Once a second; what takes long is begun, and not waited for."""
        now = self._clock()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        await self._outbox.trim()
        self.nobody = not await self._events.any()
        today = datetime.now(UTC)
        judging = now - self._judged >= JUDGE_SECONDS
        if judging:
            self._judged = now
        for held in self._roster:
            if held.asked.end is not None and held.asked.end <= today:
                await self._statuses.set(held.id, "off", phrases.ENDED)
            elif held.asked.status != "active":
                continue
            elif judging and not self._is_allowed(held):
                await self._statuses.set(held.id, "error", phrases.WITHDRAWN)
            elif self._is_due(held, now):
                self._begin(held, now)
        if now - self._trimmed >= TRIM_SECONDS:
            self._trimmed = now
            await self._trim()

    async def _trim(self) -> None:
        """A subscriber who missed events that are no longer kept is told so by the status."""
        for key in await self._events.trim():
            held = self._roster.get(key)
            if held is not None and held.asked.status == "active":
                await self._statuses.set(held.id, "error", phrases.MISSED)

    def _is_allowed(self, held: Held) -> bool:
        if held.author is None or held.interest is None:
            return False
        rights = self._judge(held.author)
        return all(rights.allow(type_) for type_ in held.interest.topic.types)

    def _begin(self, held: Held, now: float) -> None:
        """A heartbeat. Not tried again: the next one comes."""
        self._senders.last_sent[held.key] = now
        parcel = self._composer.notice(held, "heartbeat")
        task = asyncio.create_task(self._senders.beat(held, parcel))
        self._beats.add(task)
        task.add_done_callback(self._beats.discard)

    def _is_due(self, held: Held, now: float) -> bool:
        """Nothing was sent for as long as a heartbeat, and nothing waits to be."""
        period = held.asked.target.heartbeat_seconds
        if not period or held.asked.plain or held.number > held.delivered:
            return False
        return now - self._senders.last_sent.setdefault(held.key, now) >= period
