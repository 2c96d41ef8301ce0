"""What every way of listening promises, and what it counts."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from hygie.intake.accepted import Accepted
from hygie.intake.listening.gauge import Gauge
from hygie.intake.sources.declaration import Source

Receive = Callable[[Source, bytes], Awaitable[Accepted]]
"""`Gateway.accept`: the message is committed when it returns. Waits while too many are not
settled yet: whoever calls it reads nothing more meanwhile. Raises what the store raises when the
message could not be kept: nothing of it may then be acknowledged, moved or deleted."""


class Listener(Protocol):
    """One way in, for one source. Made again for each run."""

    async def run(self, source: Source, receive: Receive, gauge: Gauge) -> None:
        """Takes in what comes, in order, until cancelled; lets go of everything it opened then.

        Calls `gauge.listening` once it is ready. Raises `Refused` when it cannot (the port is
        taken, the folder is gone): it is made and run again later, and the gauge says why.
        """
        ...
