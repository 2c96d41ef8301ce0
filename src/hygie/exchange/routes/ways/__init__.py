"""The ways by which departures leave: MLLP, HTTP, folder."""

from typing import Protocol

from hygie.exchange.routes.answers import Verdict


class Way(Protocol):
    """One connection to a destination, for one task at a time.

    `send` returns once it is known what became of the message, within the route's time-out; it
    raises only for bugs and a database that went away. The same message may be sent again after
    anything but `Taken`, and after a crash even then.
    """

    async def send(self, number: int, control_id: str, content: bytes) -> Verdict: ...

    def close(self) -> None: ...
