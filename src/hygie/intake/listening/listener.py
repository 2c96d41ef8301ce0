"""What every way of listening promises, and what it hands messages to."""

from collections.abc import Sequence
from typing import Protocol

from hygie.intake.accepted import Accepted, Together
from hygie.intake.batches import Piece
from hygie.intake.listening.gauge import Gauge
from hygie.intake.sources.declaration import Source


class Receive(Protocol):
    """The gateway, for one source, at the pace that its declaration allows."""

    async def __call__(self, raw: bytes) -> Accepted:
        """The message is committed when this returns. Waits while too many are not settled yet, or
        come too fast: whoever calls it reads nothing more meanwhile. Calls are served in the order
        they were made. Raises what the store raises when the message could not be kept: nothing of
        it may then be acknowledged, moved or deleted."""
        ...

    async def all(self, pieces: Sequence[Piece]) -> Together:
        """Several, as one: in the order given, in one commit."""
        ...


class Listener(Protocol):
    """One way in, for one source. Made again for each run."""

    async def run(self, source: Source, receive: Receive, gauge: Gauge) -> None:
        """Takes in what comes, in order, until cancelled; lets go of everything it opened then.

        Calls `gauge.listening` once it is ready. Raises `Refused` when it cannot (the port is
        taken, the folder is gone): it is made and run again later, and the gauge says why.
        """
        ...
