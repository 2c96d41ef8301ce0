"""No more messages a second than a source is declared to send."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final

BURST_SECONDS: Final = 1.0
"""What was not used of the last second may come at once."""


class Pace:
    """For the tasks of one event loop. Whoever asks first is let through first."""

    def __init__(self, per_second: float, clock: Callable[[], float] = monotonic) -> None:
        """`per_second`: 0 for no bound."""
        self._step = 1 / per_second if per_second > 0 else 0.0
        self._clock = clock
        self._turn = asyncio.Lock()
        self._due = clock() - BURST_SECONDS

    async def turn(self, messages: int = 1) -> None:
        """Returns when these messages may go on. Who goes away before takes nobody's turn."""
        if not self._step:
            return
        async with self._turn:
            now = self._clock()
            due = max(self._due, now - BURST_SECONDS) + self._step * messages
            if due > now:
                await asyncio.sleep(due - now)
            self._due = due
