"""Memory for what connections hold at one time: shared, bounded, and never a deadlock."""

from collections.abc import Callable
from typing import Final

Wake = Callable[[], None]
FREE_BYTES: Final = 64 * 1024
"""Of each connection, without asking: nearly all messages are shorter."""


class Allowance:
    """Of all connections together. `holder` is what a connection is called when room comes back.

    When there is none, one holder at a time may go on all the same: its message ends, or its time
    does, and there is room for the next. So at most one whole message more than `limit` is held.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: dict[Wake, int] = {}
        self._total = 0
        self._waiting: dict[Wake, None] = {}
        self._favoured: Wake | None = None

    @property
    def total(self) -> int:
        """Bytes held beyond what is free."""
        return self._total

    def hold(self, holder: Wake, size: int) -> bool:
        """Notes that it holds `size` bytes; whether it may take more in. If not, it is called."""
        before = self._held.pop(holder, 0)
        beyond = max(0, size - FREE_BYTES)
        if beyond:
            self._held[holder] = beyond
        self._total += beyond - before
        self._waiting.pop(holder, None)
        if not beyond and holder == self._favoured:
            self._favoured = None
        if beyond < before:
            self._wake()
        if not beyond or self._total <= self._limit or self._may_go_on(holder):
            return True
        self._waiting[holder] = None
        return False

    def leave(self, holder: Wake) -> None:
        """It is gone, with all that it held."""
        self.hold(holder, 0)

    def _may_go_on(self, holder: Wake) -> bool:
        if self._favoured is None:
            self._favoured = holder
        return self._favoured == holder

    def _wake(self) -> None:
        for holder in list(self._waiting):
            holder()
