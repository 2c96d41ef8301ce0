"""What a run of many worlds does without: whatever costs a round trip and says nothing of who sees.

Nobody else writes in a database of worlds: nobody is waited for, the rules of the index stay, and a
transaction begins with its first change; who is refused before it never needed one.
"""

from functools import partial
from typing import Any, Final

import asyncpg

from hygie.store import connections, database
from hygie.store.parameters import rules
from hygie.store.tables import rows

FEW: Final = 2
"""Connections of a kind: each plans a statement once, and the plans of one are used by all."""
STATEMENTS: Final = 2_000
"""Kept ready by a connection."""
READING: Final = ("SELECT", "(")


def hasten() -> None:
    """For this process, for good."""
    known: dict[str, Any] = {rows.LOCK_MANY: 0}
    connection = asyncpg.Connection
    fetch, fetchval, execute = connection.fetch, connection.fetchval, connection.execute
    copy = connection.copy_records_to_table

    async def fetched(self: Any, query: str, *values: Any, **more: Any) -> Any:
        await _begin(self, query, execute)
        return await fetch(self, query, *values, **more)

    async def value(self: Any, query: str, *values: Any, **more: Any) -> Any:
        if query in known:
            return known[query]
        found = await fetchval(self, query, *values, **more)
        if query == rules._VERSION:
            known[query] = found
        return found

    async def executed(self: Any, query: str, *values: Any, **more: Any) -> Any:
        if query == "BEGIN;":
            _begun[self._protocol] = False
            return ""
        if query in {"COMMIT;", "ROLLBACK;"} and not _begun.pop(self._protocol, True):
            return ""
        await _begin(self, query, execute)
        return await execute(self, query, *values, **more)

    async def copied(self: Any, *values: Any, **more: Any) -> Any:
        await _begin(self, "COPY", execute)
        return await copy(self, *values, **more)

    connection.fetch, connection.fetchval = fetched, value  # type: ignore[method-assign]
    connection.execute, connection.copy_records_to_table = executed, copied  # type: ignore[method-assign]
    asyncpg.connect = partial(asyncpg.connect, statement_cache_size=STATEMENTS)
    connections.LANES = connections.KEYED_LANES = connections.WRITING_LANES = FEW
    database.open_pool.__kwdefaults__["size"] = FEW


_begun: dict[Any, bool] = {}
"""Connections in a transaction: whether the server was told."""


async def _begin(connection: Any, query: str, execute: Any) -> None:
    if _begun.get(connection._protocol) is False and not query.lstrip().startswith(READING):
        _begun[connection._protocol] = True
        await execute(connection, "BEGIN;")
