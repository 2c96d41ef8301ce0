"""What waits for each subscription, and how far its sending came."""

import asyncio
from typing import Final

from hygie.exchange.subscriptions.events import Event, Events, Progress
from hygie.exchange.subscriptions.recent import Recent
from hygie.grouping import Grouping

MAX_TOGETHER: Final = 1_000


class Queues:
    """For the tasks of one event loop. Rows of the database, read only where memory has not what
    was just written."""

    def __init__(self, events: Events, recent: Recent) -> None:
        self._events = events
        self._recent = recent
        self._progress: Grouping[Progress, None] = Grouping(
            events.progress, waiting=MAX_TOGETHER, largest=MAX_TOGETHER
        )
        self._notes: set[asyncio.Task[None]] = set()

    async def after(self, subscription: int, number: int, count: int) -> list[Event]:
        """The next events, at most so many; fewer than there are, perhaps, none only if none."""
        found = self._recent.after(subscription, number, count)
        return found or await self._events.after(subscription, number, count)

    def note(self, progress: Progress) -> None:
        """Keeps how far sending came, soon: what is lost with the process is sent again."""
        task = asyncio.create_task(self._progress.add(progress))
        self._notes.add(task)
        task.add_done_callback(self._done)

    async def drain(self) -> None:
        """Returns once all is kept that was noted."""
        await self._progress.drain()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._notes.discard(task)
        if not task.cancelled():
            task.exception()  # the database is away: what was sent is sent again
