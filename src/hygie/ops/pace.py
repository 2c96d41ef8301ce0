"""How fast an examination goes: it leaves a serving database time for its patients."""

import asyncio
import time
from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Rows done, rows in all (an estimate)."""


class Pace:
    """Rests after each slice, `rest` times as long as the slice took; tells how far it has come."""

    def __init__(self, rest: float, progress: Progress | None = None) -> None:
        self._rest = rest
        self._progress = progress
        self._done = 0
        self._total = 0
        self._since = time.monotonic()

    def expect(self, rows: int) -> None:
        self._total = rows

    async def advance(self, rows: int) -> None:
        """Called after each slice, outside transactions: nothing is held while it rests."""
        self._done += rows
        if self._progress is not None:
            self._progress(self._done, max(self._total, self._done))
        if self._rest:
            await asyncio.sleep((time.monotonic() - self._since) * self._rest)
        self._since = time.monotonic()
