"""Rows read by key: callers who come together share one statement a type.

A statement costs asyncpg and the server more than the rows it finds: sixteen readers who share one
pay a third of what sixteen statements cost. Who reads alone waits for nobody.
"""

from collections.abc import Sequence
from typing import Final

from hygie.grouping import Grouping
from hygie.limits import MAX_READS_TOGETHER, MAX_READS_WAITING
from hygie.store.database import Connection, Record
from hygie.store.reading.lanes import Lanes
from hygie.store.search.bounds import Bounds
from hygie.store.tables import rows
from hygie.store.tables.partitions import Partitions

NONE: Final[tuple[Record, ...]] = ()


class Reader:
    """For the tasks of one event loop."""

    def __init__(self, lanes: Lanes, partitions: Partitions) -> None:
        self._lanes = lanes
        self._partitions = partitions
        self._groups: dict[str, Grouping[int, Sequence[Record]]] = {}

    async def current(self, kind: str, key: int, bounds: Bounds) -> Sequence[Record]:
        """The current rows of a key, of a type the registry knows: as of this call, or later.

        Less those that are out of sight by their patient: these are looked up, and not fetched, so
        that they take no longer than what is not there.
        """
        if not bounds.whole:
            owners = await self._lanes.fetch(rows.owners(await self._relation(kind)), key)
            if not any(bounds.may_hold(owner["patient"]) for owner in owners):
                return NONE
        return await (self._groups.get(kind) or self._group(kind)).add(key)

    async def _relation(self, kind: str) -> str:
        return await self._partitions.of(self._lanes, kind)

    def _group(self, kind: str) -> Grouping[int, Sequence[Record]]:
        async def fetch(keys: list[int]) -> list[Sequence[Record]]:
            return await self._fetch(kind, keys)

        group = Grouping(fetch, waiting=MAX_READS_WAITING, largest=MAX_READS_TOGETHER)
        return self._groups.setdefault(kind, group)

    async def _fetch(self, kind: str, keys: list[int]) -> list[Sequence[Record]]:
        async def read(lane: Connection) -> list[Record]:
            relation = await self._partitions.of(lane, kind)
            return await lane.fetch(rows.current_several(relation), keys)

        records = await self._lanes.run(read)
        found: dict[int, list[Record]] = {}
        for record in records:
            found.setdefault(record["key"], []).append(record)
        return [found.get(key, NONE) for key in keys]
