"""Work in the background of a process that serves: at full speed while nobody asks for anything."""

import asyncio
from time import monotonic
from typing import Final

BUSY_SECONDS: Final = 0.000_3
"""When the others take longer than this for their turn, somebody is being served."""
TIMES: Final = 2
"""As long as it worked does it rest then, so many times: a third of the time at most is its own."""


class Resting:
    """For one task."""

    def __init__(self) -> None:
        self._began = monotonic()
        self.busy = False
        """Whether others were being served, the last time they had their turn."""

    async def turn(self) -> None:
        """Lets others have theirs, and rests if they need it."""
        worked = monotonic() - self._began
        left = monotonic()
        await asyncio.sleep(0)
        self.busy = monotonic() - left > BUSY_SECONDS
        if self.busy:
            await asyncio.sleep(TIMES * worked)
        self.resume()

    def resume(self) -> None:
        """What was waited for until now was no work."""
        self._began = monotonic()
