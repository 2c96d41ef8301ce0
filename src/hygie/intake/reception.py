"""Where messages come in: committed, then in line to be settled, in that order."""

import asyncio
from collections.abc import Sequence

from hygie.grouping import Grouping
from hygie.intake.arrival import Arrival
from hygie.intake.inbox import Admission, Inbox
from hygie.intake.line import Line
from hygie.intake.room import Room
from hygie.intake.values import Receipt
from hygie.limits.gateway import MAX_MESSAGES_TOGETHER, MAX_MESSAGES_WAITING, MAX_WAITING_BYTES

InLine = tuple[Admission, "asyncio.Future[Receipt] | None"]
"""What is admitted, and what becomes of it; None for what was decided at admission."""


class Reception:
    """For the tasks of one event loop."""

    def __init__(self, inbox: Inbox, line: Line) -> None:
        self._inbox = inbox
        self._line = line
        self._room = Room(MAX_MESSAGES_WAITING, MAX_WAITING_BYTES)
        self._admitting = Grouping(
            self.admit, waiting=MAX_MESSAGES_WAITING, largest=MAX_MESSAGES_TOGETHER
        )

    async def take(self, arrival: Arrival) -> InLine:
        """Returns once it is committed. Those that come together share a commit; who comes while
        `MAX_MESSAGES_WAITING`, or `MAX_WAITING_BYTES`, are not settled waits. Who goes away
        meanwhile leaves its message, and the room that it takes."""
        octets = len(arrival.raw)
        await self._room.enter(octets)
        return await asyncio.shield(asyncio.ensure_future(self._inside(arrival, octets)))

    async def _inside(self, arrival: Arrival, octets: int) -> InLine:
        settling: asyncio.Future[Receipt] | None = None
        try:
            admission, settling = await self._admitting.add(arrival)
        finally:
            if settling is None:
                self._room.leave(octets)
            else:
                settling.add_done_callback(lambda _: self._room.leave(octets))
        return admission, settling

    async def admit(self, arrivals: Sequence[Arrival]) -> Sequence[InLine]:
        """All in one commit."""
        admissions = await self._inbox.admit(arrivals) if arrivals else []
        return [(one, self._line.add(one) if one.state == "received" else None)
                for one in admissions]  # fmt: skip
