"""Clients seen in the last seconds: a request need not ask the database again."""

from datetime import datetime, timedelta

from hygie.access.model import Client
from hygie.limits import CLIENT_CACHE_ENTRIES, CLIENT_CACHE_SECONDS

FRESH = timedelta(seconds=CLIENT_CACHE_SECONDS)


class ClientCache:
    """Bounded by number and by age. Only clients are kept: who guesses tokens fills nothing."""

    def __init__(self) -> None:
        self._clients: dict[bytes, tuple[datetime, Client]] = {}
        self.cleared = 0
        """How often it was: what was read before the last time is not kept after it."""

    def get(self, digest: bytes, now: datetime) -> Client | None:
        found = self._clients.get(digest)
        if found is None:
            return None
        read, client = found
        # A clock set back makes an entry come from the future: it is not trusted.
        return client if timedelta(0) <= now - read < FRESH else None

    def put(self, digest: bytes, client: Client, read: datetime, cleared: int) -> None:
        """`read` and `cleared`: as they were before the database was asked, so that a revocation
        since is not outlived."""
        if cleared != self.cleared:
            return
        self._clients.pop(digest, None)
        while len(self._clients) >= CLIENT_CACHE_ENTRIES:
            del self._clients[next(iter(self._clients))]
        self._clients[digest] = (read, client)

    def clear(self) -> None:
        self._clients.clear()
        self.cleared += 1
