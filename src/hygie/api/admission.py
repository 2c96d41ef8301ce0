"""How much one machine client may ask: at once, and within a minute. Per process."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from hygie.api import messages
from hygie.limits import MAX_CLIENT_REQUESTS_AT_ONCE, MAX_CLIENT_REQUESTS_PER_MINUTE
from hygie.refusal import Category, Refused, refuse

MINUTE: Final = 60


class Admission:
    """Counts the requests of each client, by its token: one that runs wild is told to wait, and
    the others are served."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at_once: Counter[int] = Counter()
        self._lately: Counter[int] = Counter()
        self._until = 0.0

    def enter(self, client: int) -> None:
        """Raises `Refused` (TOO_MANY); else `leave` is due when the request has been answered."""
        now = self._clock()
        if now >= self._until:
            self._lately.clear()
            self._until = now + MINUTE
        if self._at_once[client] >= MAX_CLIENT_REQUESTS_AT_ONCE:
            raise _too_many(MAX_CLIENT_REQUESTS_AT_ONCE, 1)
        if self._lately[client] >= MAX_CLIENT_REQUESTS_PER_MINUTE:
            raise _too_many(MAX_CLIENT_REQUESTS_PER_MINUTE, int(self._until - now) + 1)
        self._at_once[client] += 1
        self._lately[client] += 1

    def leave(self, client: int) -> None:
        self._at_once[client] -= 1
        if not self._at_once[client]:
            del self._at_once[client]


def _too_many(limit: int, seconds: int) -> Refused:
    return refuse(
        Category.TOO_MANY, "client.too-many", messages.TOO_MANY, code="throttled",
        limit=str(limit), seconds=str(seconds),
    )  # fmt: skip
