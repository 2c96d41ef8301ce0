"""Room for messages on their way: so many, and so many bytes."""

import asyncio
from collections import deque


class Room:
    """Whoever comes first enters first. A message that is larger than all the room enters when
    nobody else is inside. For the tasks of one event loop."""

    def __init__(self, messages: int, octets: int) -> None:
        self._messages = messages
        self._octets = octets
        self._inside = 0
        self._held = 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def enter(self, octets: int) -> None:
        """Returns once there is room; whoever entered is to `leave`, whatever happens."""
        if not self._waiting and self._fits(octets):
            self._take(octets)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((octets, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave(octets)  # was let in, and does not come
            else:
                turn.cancel()
                self._admit()
            raise

    def leave(self, octets: int) -> None:
        self._inside -= 1
        self._held -= octets
        self._admit()

    def _admit(self) -> None:
        while self._waiting:
            octets, turn = self._waiting[0]
            if not turn.cancelled():
                if not self._fits(octets):
                    return
                self._take(octets)
                turn.set_result(None)
            self._waiting.popleft()

    def _fits(self, octets: int) -> bool:
        room = self._inside < self._messages and self._held + octets <= self._octets
        return room or not self._inside

    def _take(self, octets: int) -> None:
        self._inside += 1
        self._held += octets
