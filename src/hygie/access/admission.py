"""How much one client, account or address may ask: at once, and within a minute. Per process."""

import time
from collections import Counter
from collections.abc import Callable, Hashable
from typing import Final

from hygie.access.phrases import TOO_MANY
from hygie.refusal import Category, Refused, refuse

MINUTE: Final = 60


class Admission:
    """Counts the requests of each who asks: one that runs wild is told to wait, and the others are
    served."""

    def __init__(
        self, at_once: int, a_minute: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most_at_once = at_once
        self._most_lately = a_minute
        self._clock = clock
        self._at_once: Counter[Hashable] = Counter()
        self._lately: Counter[Hashable] = Counter()
        self._until = 0.0

    def enter(self, who: Hashable) -> None:
        """Raises `Refused` (TOO_MANY); else `leave` is due when the request has been answered."""
        now = self._clock()
        if now >= self._until:
            self._lately.clear()
            self._until = now + MINUTE
        if self._at_once[who] >= self._most_at_once:
            raise _too_many(self._most_at_once, 1)
        if self._lately[who] >= self._most_lately:
            raise _too_many(self._most_lately, int(self._until - now) + 1)
        self._at_once[who] += 1
        self._lately[who] += 1

    def leave(self, who: Hashable) -> None:
        self._at_once[who] -= 1
        if not self._at_once[who]:
            del self._at_once[who]


def _too_many(limit: int, seconds: int) -> Refused:
    return refuse(
        Category.TOO_MANY, "client.too-many", TOO_MANY, code="throttled",
        limit=str(limit), seconds=str(seconds),
    )  # fmt: skip
