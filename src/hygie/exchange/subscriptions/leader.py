"""The work of the one process that dispatches: from lease to lease."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

from hygie.exchange.subscriptions import phrases
from hygie.exchange.subscriptions.activation import REQUESTED, Activation
from hygie.exchange.subscriptions.dispatcher import NAME, Dispatched, Dispatcher
from hygie.exchange.subscriptions.matching import Matching
from hygie.exchange.subscriptions.parts import Parts
from hygie.exchange.subscriptions.roster import KIND, Held
from hygie.exchange.subscriptions.senders import Senders
from hygie.exchange.subscriptions.upkeep import Upkeep
from hygie.limits import MAX_CHANGES_TOGETHER
from hygie.store.outbox import Committed, Place

WAIT_SECONDS: Final = 1.0
"""For somebody to tell of a change, before one looks all the same."""


class Leader:
    """For one task, while it holds the lease."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._outbox = parts.store.outbox
        self._roster = parts.roster()
        self._matching = Matching()
        self._dispatcher = Dispatcher(parts, self._roster, self._matching)
        self._senders = Senders(parts, self._roster)
        self._activation = Activation(parts, self._senders)
        self._upkeep = Upkeep(parts, self._roster, self._senders)
        self._starting: set[asyncio.Task[None]] = set()
        self._topics = 0

    async def lead(self) -> None:
        """Until nobody subscribes any more, or another process has taken over."""
        await self._outbox.register(NAME)
        place = await self._outbox.place(NAME)
        if place is None:
            return
        await self._parts.judge.refresh()
        await self._roster.load()
        self._topics = await self._parts.catalogue.look()
        self._take(self._roster)
        self._senders.wake_all()
        try:
            async with self._outbox.listening() as woken:
                await self._follow(place, woken)
        finally:
            await self._close()

    async def _follow(self, place: Place, woken: asyncio.Event) -> None:
        while True:
            woken.clear()
            following = await self._once(place)
            if following is None:
                return
            if following == place:
                await _waited(woken)
            place = following
            await self._upkeep.look()
            if self._upkeep.nobody:
                await self._outbox.unregister(NAME)
                return

    async def _once(self, place: Place) -> Place | None:
        """Where it stands after what there was to dispatch; None when it is not ours any more."""
        await self._parts.judge.refresh()
        committed = until_news(await self._outbox.read(NAME, MAX_CHANGES_TOGETHER))
        if not committed:
            return place
        done = await self._dispatcher.dispatch(place, committed)
        if not done.moved:
            return None
        self._senders.wake(done.told)
        await self._heed(done)
        return committed[-1].place

    async def _heed(self, done: Dispatched) -> None:
        """What was written about subscriptions themselves, and topics."""
        if done.topics and await self._parts.catalogue.look() != self._topics:
            self._topics = await self._parts.catalogue.look()
            await self._roster.load()
            self._take(self._roster)
        elif done.written:
            taken = await self._roster.reload(done.written)
            await self._parts.events.announce(done.written)
            await self._parts.events.forget(list(done.deleted))
            for key in done.written - {held.key for held in taken}:
                self._matching.remove(key)
                self._senders.stop(key)
            self._take(taken)
        for topic in done.costly:
            for key in self._matching.of_topic(topic):
                if (held := self._roster.get(key)) is not None:
                    await self._parts.statuses.set(held.id, "error", phrases.TOPIC_COSTS)
                self._matching.remove(key)

    def _take(self, several: Iterable[Held]) -> None:
        for held in several:
            if held.is_told and held.interest is not None:
                self._matching.add(held.interest)
            else:
                self._matching.remove(held.key)
            if held.asked.status == REQUESTED:
                self._senders.stop(held.key)
                self._start(held)
            elif held.number > held.delivered:
                self._senders.wake([held.key])

    def _start(self, held: Held) -> None:
        task = asyncio.create_task(self._activation.activate(held))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _close(self) -> None:
        starting = list(self._starting)
        for task in starting:
            task.cancel()
        await asyncio.gather(*starting, return_exceptions=True)
        await self._senders.close()


def until_news(committed: Sequence[Committed]) -> Sequence[Committed]:
    """As many as can be matched by the subscriptions that are known: what was committed after one
    of them was written, activated above all, is matched once that has been heeded."""
    news = False
    for number, one in enumerate(committed):
        about = {change.type == KIND for change in one.changes}
        if news and False in about:
            return committed[:number]
        news |= True in about
    return committed


async def _waited(woken: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await woken.wait()
    except TimeoutError:
        return
