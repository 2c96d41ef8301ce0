"""Resources of a few types kept in memory, as they are each time one looks.

For what is asked at every turn and belongs to no patient: definitions, nomenclatures. One statement
over an index tells what was written since the last look; only that is read and opened.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from hygie.grouping import Grouping
from hygie.limits import MAX_READS_WAITING
from hygie.refusal import Refused
from hygie.store.contract import StoredResource
from hygie.store.database import Pool, Record
from hygie.store.tables.rows import current_several
from hygie.store.vault import Vault

OVERLAP: Final = timedelta(minutes=10)
"""What was written so long before the last one seen is looked at again: a transaction commits later
than the moment its versions bear, and clocks of several machines differ."""
BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WRITTEN: Final = "SELECT key, version, updated FROM {} AS written WHERE updated >= $1"


class Mirror:
    """The current resources of some types. For the tasks of one event loop.

    A look costs a statement, some 0.3 ms, whatever is held; those who look together share it.
    """

    def __init__(self, pool: Pool, vault: Vault, kinds: Sequence[str]) -> None:
        self._pool = pool
        self._vault = vault
        self._kinds = tuple(kinds)
        self._seen: dict[int, int] = {}
        """Key of a row -> the version that was seen last."""
        self._held: dict[int, StoredResource] = {}
        self._latest = BEGINNING
        self._looks: Grouping[None, int] = Grouping(
            self._look, waiting=MAX_READS_WAITING, largest=MAX_READS_WAITING
        )
        self._edition = 0

    async def look(self) -> int:
        """The edition of what is held: another number once anything has changed.

        Every change committed before the call is in it.
        """
        return await self._looks.add(None)

    @property
    def resources(self) -> tuple[StoredResource, ...]:
        """As of the last look; what does not open is left out, and named by `hygie doctor`."""
        return tuple(self._held.values())

    async def _look(self, callers: list[None]) -> list[int]:
        relation = await self._vault.partitions.among(self._pool, self._kinds)
        query = _WRITTEN.format(relation)
        written = await self._pool.fetch(query, max(BEGINNING, self._latest - OVERLAP))
        changed = [row for row in written if self._seen.get(row["key"]) != row["version"]]
        if changed:
            await self._take(relation, changed)
        return [self._edition] * len(callers)

    async def _take(self, relation: str, changed: Sequence[Record]) -> None:
        keys = [row["key"] for row in changed]
        records = await self._pool.fetch(current_several(relation), keys)
        for record, opened in zip(records, await self._vault.open_each(records), strict=True):
            key = record["key"]
            self._seen[key] = record["version"]
            if isinstance(opened, Refused) or opened.stored.deleted:
                self._held.pop(key, None)
            else:
                self._held[key] = opened.stored
        self._latest = max(self._latest, *(row["updated"] for row in changed))
        self._edition += 1
