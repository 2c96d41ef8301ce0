"""Costly work of strangers: a few at a time, and not too many waiting."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from hygie.refusal import Refused


class Turns:
    """For the tasks of one event loop."""

    def __init__(self, at_once: int, waiting: int, crowded: Callable[[], Refused]) -> None:
        """`crowded`: what is raised when too many wait."""
        self._slots = asyncio.Semaphore(at_once)
        self._most = waiting
        self._waiting = 0
        self._crowded = crowded

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        if self._waiting >= self._most:
            raise self._crowded()
        self._waiting += 1
        try:
            async with self._slots:
                yield
        finally:
            self._waiting -= 1
