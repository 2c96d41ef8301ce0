"""Whether the database answers: one watcher asks it now and then, for everybody.

A database that is gone refuses connections, and everybody knows at once. One that hangs (stopped,
or behind a network that swallows what is sent) refuses nothing: who waits for it waits in vain.
When the watcher (`hygie.store.keys.news`) gets no answer `MISSES` times in a row, all connections
are ended, so that nobody waits any more, and none are opened until it answers again.
"""

from typing import Final, Protocol
from weakref import WeakSet

MISSES: Final = 2
"""One may be chance: a processor that others have taken, for two seconds."""


class NoPulseError(ConnectionError):
    """The database hangs: nobody waits for it."""


class Ending(Protocol):
    """A connection, as far as this ends it."""

    def terminate(self) -> None: ...


class Pulse:
    """For the tasks of one event loop."""

    def __init__(self) -> None:
        self._connections: WeakSet[Ending] = WeakSet()
        self._missed = 0

    def beats(self) -> None:
        """The watcher was answered."""
        self._missed = 0

    def misses(self) -> None:
        """The watcher has waited in vain."""
        self._missed += 1
        if self._missed == MISSES:
            self.end_all()

    def end_all(self) -> None:
        """Whoever waits for an answer on one of the connections is told that it is lost."""
        for connection in list(self._connections):
            connection.terminate()

    def require(self) -> None:
        """Raises `NoPulseError` while there is none."""
        if self._missed >= MISSES:
            raise NoPulseError

    def concerns(self, connection: Ending) -> None:
        """It is ended when there is no pulse any more."""
        self._connections.add(connection)
