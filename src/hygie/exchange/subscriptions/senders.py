"""Events on their way out: one queue a subscription, in order, tried again until they are taken.

A queue is the rows of the database: what is in memory is one notification for each subscription
that is being sent to. What was not taken after `MAX_DELIVERY_ATTEMPTS` stays there; the
subscription is then in error, and its client catches up (`$events`) or asks for it anew.
"""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Iterable
from contextlib import AsyncExitStack
from functools import partial
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

from hygie.exchange.subscriptions.channels import Delivered, Gone, Outcome, Retry
from hygie.exchange.subscriptions.channels.signature import ID
from hygie.exchange.subscriptions.composing import Parcel
from hygie.exchange.subscriptions.events import Event, Progress
from hygie.exchange.subscriptions.parts import Parts
from hygie.exchange.subscriptions.roster import Held, Roster
from hygie.exchange.subscriptions.telling import Listener
from hygie.limits import (
    MAX_DELIVERIES_AT_ONCE,
    MAX_DELIVERIES_TO_A_HOST,
    MAX_DELIVERY_ATTEMPTS,
    MAX_DELIVERY_PAUSE_SECONDS,
)
from hygie.store.outages import AWAY

LOGGER: Final = logging.getLogger("hygie.subscriptions")
FIRST_PAUSE_SECONDS: Final = 1.0


class Senders:
    """For the tasks of one event loop, in the one process that dispatches."""

    def __init__(self, parts: Parts, roster: Roster) -> None:
        self._roster = roster
        self._queues = parts.queues
        self._telling = parts.telling
        self._composer = parts.composer
        self._channels = parts.channels
        self._statuses = parts.statuses
        self._judge = parts.judge
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._all = asyncio.Semaphore(MAX_DELIVERIES_AT_ONCE)
        self._hosts: dict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(MAX_DELIVERIES_TO_A_HOST)
        )
        self.last_sent: dict[int, float] = {}
        """Key of a subscription -> when something was last taken: what heartbeats go by."""

    def wake(self, keys: Iterable[int]) -> None:
        """There may be something to send for these."""
        for key in keys:
            held = self._roster.get(key)
            if held is None or key in self._tasks or not self._sends(held):
                continue
            task = asyncio.create_task(self._send(key))
            self._tasks[key] = task
            task.add_done_callback(partial(self._done, key))

    def wake_all(self) -> None:
        """After a start: whatever was not taken before."""
        self.wake(held.key for held in self._roster if held.number > held.delivered)

    def stop(self, key: int) -> None:
        """Ends what is under way for a subscription that was written anew, or is over."""
        if task := self._tasks.pop(key, None):
            task.cancel()

    async def beat(self, held: Held, parcel: Parcel) -> None:
        """Sends what is no event, once, if nothing else is on its way."""
        if held.key not in self._tasks and self._sends(held):
            await self.attempt(held, parcel)

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._queues.drain()

    def _done(self, key: int, task: asyncio.Task[None]) -> None:
        if self._tasks.get(key) is not task:
            return  # stopped: another may be under way
        del self._tasks[key]
        if not task.cancelled() and (fault := task.exception()) is not None:
            LOGGER.error("a notification was not sent: %s", type(fault).__name__, exc_info=fault)
            return  # a bug: tried again with the next event, or after a start
        held = self._roster.get(key)
        if held is not None and held.number > held.delivered and self._sends(held):
            self.wake([key])

    def _sends(self, held: Held) -> bool:
        """A WebSocket's events are sent where it is open: see `api.subscriptions.socket`."""
        return (
            held.asked.status == "active"
            and held.asked.channel in self._channels
            and held.author is not None
        )

    # --- one subscription ---------------------------------------------------------------------
    async def _send(self, key: int) -> None:
        """Sends until nothing is left, or the subscription is not active any more."""
        while True:
            try:
                await self._drain(key)
            except AWAY:
                await asyncio.sleep(FIRST_PAUSE_SECONDS)
            else:
                return

    async def _drain(self, key: int) -> None:
        while (held := self._roster.get(key)) is not None and self._sends(held):
            if held.number <= held.delivered:
                return
            count = 1 if held.asked.plain else held.asked.target.max_count
            events = await self._queues.after(key, held.delivered, count)
            if not events:
                held.delivered = max(held.delivered, held.number)
                return
            parcel = await self._parcel(held, events)
            outcome = await self.attempt(held, parcel)
            if not await self._settle(held, parcel, outcome):
                return

    async def _parcel(self, held: Held, events: list[Event]) -> Parcel:
        if held.author is None:
            raise AssertionError("nobody is told on nobody's behalf")
        listener = Listener(
            held.id, held.author, self._judge(held.author), held.asked.target.content,
            held.interest.topic if held.interest else None,
        )  # fmt: skip
        return self._composer.notification(held, await self._telling.told(listener, events))

    async def attempt(self, held: Held, parcel: Parcel) -> Outcome:
        """One attempt, when there is room for it, of the house and of its host."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._hosts[_host(parcel.target.endpoint)])
            await stack.enter_async_context(self._all)
            headers = ((ID, f"{held.id}-{parcel.last}"),) if parcel.last else ()
            channel = self._channels[held.asked.channel]
            return await channel.deliver(parcel.target, parcel.body, headers)

    async def _settle(self, held: Held, parcel: Parcel, outcome: Outcome) -> bool:
        """Whether to go on."""
        match outcome:
            case Delivered():
                held.delivered, held.failures = parcel.last, 0
                self.last_sent[held.key] = monotonic()
                self._queues.note(Progress(held.key, held.delivered, 0))
                return True
            case Gone(reason):
                await self._statuses.set(held.id, "off", reason)
                return False
            case Retry(reason, after_seconds):
                held.failures += 1
                self._queues.note(Progress(held.key, held.delivered, held.failures))
                if held.failures >= MAX_DELIVERY_ATTEMPTS:
                    await self._statuses.set(held.id, "error", reason)
                    return False
                await asyncio.sleep(max(after_seconds, pause(held.failures)))
                return True


def pause(failures: int) -> float:
    """Seconds before the next attempt: twice as long each time, less or more by chance, so that
    those who failed together do not come back together."""
    longest = min(float(MAX_DELIVERY_PAUSE_SECONDS), FIRST_PAUSE_SECONDS * 2.0 ** (failures - 1))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


def _host(endpoint: str) -> str:
    return urlsplit(endpoint).netloc.rpartition("@")[2].lower()
