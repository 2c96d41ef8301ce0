"""What a search asks the database through: a connection, or what lets several callers share."""

from collections.abc import Sequence
from typing import Any, Protocol

from hygie.store.database import Connection, Reads, Record


class Statements(Reads, Protocol):
    """Runs statements that only read."""

    async def fetch_alike(self, query: str, values: Sequence[Any]) -> Sequence[Record]:
        """The rows of a statement for which one plan is right whatever its values: those of
        several callers may go together."""


class OneConnection:
    """The statements of one task on one connection, one after another."""

    def __init__(self, connection: Connection) -> None:
        self.fetch = connection.fetch
        self.fetchval = connection.fetchval

    async def fetch_alike(self, query: str, values: Sequence[Any]) -> Sequence[Record]:
        return await self.fetch(query, *values)
