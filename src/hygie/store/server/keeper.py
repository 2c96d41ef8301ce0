"""Keeps an embedded server running for as long as we serve."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from hygie.refusal import Refused
from hygie.store.server.cluster import Cluster

EVERY_SECONDS: Final = 0.3


@contextmanager
def kept_alive(cluster: Cluster) -> Iterator[None]:
    """Meanwhile a server that dies (killed, out of memory, out of disk) is started again, and
    again until it can: whoever serves finds it back without being restarted."""
    leaving = Event()

    def keep() -> None:
        while not leaving.wait(EVERY_SECONDS):
            try:
                cluster.revive()
            except (Refused, OSError):  # still no room, say: it is tried again
                continue

    keeper = Thread(target=keep, name="hygie-keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        leaving.set()
        keeper.join()
