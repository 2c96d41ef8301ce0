"""By which search parameters rows are filed: what this process knows, and whether it is still so.

Every write proves that it files by the rules of the moment (`hygie.index_version`): in its own
statement, or at the beginning of its transaction. Whoever changes them (`catalogue`) waits until
transactions that began before are over; from then on every row is filed by the new ones.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

import asyncpg
import msgspec

from hygie.fhir.definitions import Addition, SearchParameter
from hygie.fhir.definitions.registry import AdditionState
from hygie.fhir.search import Extractor
from hygie.store.database import LOST, Connection, Pool, Record
from hygie.store.keys.news import PARAMETERS, KeyNews

_VERSION: Final = "SELECT version FROM hygie.index_version"
_LEARN: Final = """
SELECT version, edition, definition, state, (
    SELECT (100 * sum(least(done, expected)) / greatest(sum(expected), 1))::integer
    FROM hygie.index_pass WHERE index_pass.pass = search_parameter.pass
) AS percent
FROM hygie.index_version LEFT JOIN hygie.search_parameter ON true
ORDER BY edition
"""
"""One statement: the version and the parameters are of one moment."""
_STATES: Final[dict[str, AdditionState]] = {
    "filing": "indexing", "indexing": "indexing", "active": "active", "retiring": "leaving",
}  # fmt: skip
NONE: Final = -1
"""The version before anything was learnt."""


class RulesChangedError(Exception):
    """What was worked out is by rules that are no longer those of the moment: to be done again."""


class Rules:
    """What one process knows. For the tasks of one event loop."""

    def __init__(self, pool: Pool, extractor: Extractor, news: KeyNews) -> None:
        """`extractor`: that of the vault, which files by what is learnt."""
        self._pool = pool
        self._extractor = extractor
        self._progress: dict[int, int] = {}
        self._learning: asyncio.Task[None] | None = None
        self.version = NONE
        """Of what the extractor files by."""
        self.unsettled: frozenset[str] = frozenset()
        """Types some rows of which are not filed by them yet: being indexed, or cleaned."""
        news.tell(self._hear)

    async def learn(self) -> None:
        """What holds now."""
        rows = await self._pool.fetch(_LEARN)
        version = rows[0]["version"]
        every = [row for row in rows if row["edition"] is not None]
        own = [row for row in every if row["state"] in _STATES]
        self._progress.clear()
        self._progress |= {row["edition"]: min(row["percent"] or 0, 99) for row in own}
        moving = [_parameter(row) for row in every if row["state"] != "active"]
        self.unsettled = frozenset(name for each in moving for name in each.base)
        if version > self.version:  # else it is known, or another task was quicker
            base = self._extractor.registry.base
            self._extractor.adopt(base.with_additions(_additions(own), self._progress))
            self.version = version

    async def require(self, connection: Connection) -> None:
        """Within a transaction, before it files anything: these are the rules of now, or become
        those. Whoever changes them later waits for this transaction."""
        if await connection.fetchval(_VERSION) != self.version:
            await self.learn()

    def _hear(self, announced: str) -> None:
        if announced in (PARAMETERS, ""):
            self._learning = asyncio.create_task(self._learn_soon())

    async def _learn_soon(self) -> None:
        """What is missed now is learnt by the next write."""
        with suppress(OSError, asyncpg.PostgresError, *LOST):
            await self.learn()


def _additions(rows: Iterable[Record]) -> list[Addition]:
    return [Addition(_parameter(row), _STATES[row["state"]]) for row in rows]


def _parameter(row: Record) -> SearchParameter:
    plain = msgspec.json.decode(row["definition"], type=SearchParameter)
    return msgspec.structs.replace(plain, edition=row["edition"])
