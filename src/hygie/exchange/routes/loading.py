"""Makes initial loads, a few patients at a time: who they are, then all that is theirs.

Departures and how far the load has come move in one transaction, and what a departure tells is its
cause: after a crash nothing is left out, and nothing is made twice, by the changes that are told
meanwhile neither. One task makes loads and tells changes: what it reads of a resource is never
older than what was told of it before.
"""

from collections.abc import Sequence
from typing import Final

from hygie.exchange.routes.declaration import Produce, Route
from hygie.exchange.routes.departures import Made
from hygie.exchange.routes.making import Making
from hygie.exchange.routes.registry import Routes
from hygie.exchange.routes.surroundings import OPENED, Surroundings
from hygie.limits.gateway import MAX_LOADED_TOGETHER, MAX_LOADED_WAITING
from hygie.store.database import Record
from hygie.store.reading.versions import Versions
from hygie.store.store import Store

_NEXT: Final = """
SELECT p.key, p.updated FROM {relation} AS p, hygie.route_load AS l
WHERE l.route = $1 AND NOT p.deleted AND (p.updated, p.key) > (l.last_updated, l.last_key)
ORDER BY p.updated, p.key LIMIT $2
"""
_ADVANCE: Final = """
UPDATE hygie.route_load SET done = done + $3, last_updated = $4, last_key = $5
WHERE route = $1 AND done = $2 AND finished_at IS NULL RETURNING 1
"""
_END: Final = "UPDATE hygie.route_load SET finished_at = clock_timestamp() WHERE route = $1"
_WAITING: Final = """
SELECT count(*) FROM (
    SELECT FROM hygie.departure WHERE route = $1 AND state = 'waiting' LIMIT $2
) AS waiting
"""
ORDER: Final = (
    "Provenance", "Patient", "Encounter", "DiagnosticReport", "Observation", "DocumentReference",
)  # fmt: skip
"""Of one patient: what others refer to goes first."""


class Loader:
    """For the task that tells changes, in the process that holds the lease."""

    def __init__(self, store: Store, routes: Routes, making: Making) -> None:
        self._store = store
        self._routes = routes
        self._making = making
        self._versions = Versions(store.pool, store.vault)

    async def step(self) -> bool:
        """The next patients of one load. Whether there may be more at once."""
        loads = await self._routes.loads.all()
        for route in await self._routes.all():
            load = loads.get(route.name)
            if load is None or load.finished_at or not isinstance(route.content, Produce):
                continue
            if await self._has_room(route):
                await self._part(route, load.done)
                return True
        return False

    async def _has_room(self, route: Route) -> bool:
        """A destination that is slow is waited for: what changes meanwhile must not be lost."""
        waiting = await self._store.pool.fetchval(_WAITING, route.name, MAX_LOADED_WAITING)
        return int(waiting) < MAX_LOADED_WAITING

    async def _part(self, route: Route, done: int) -> None:
        relation = await self._store.vault.partitions.of(self._store.pool, "Patient")
        query = _NEXT.format(relation=relation)
        found = await self._store.pool.fetch(query, route.name, MAX_LOADED_TOGETHER)
        if not found:
            await self._store.pool.execute(_END, route.name)
            return
        made = [one for row in found for one in await self._made(row["key"], route)]
        await self._write(route.name, done, found, made)

    async def _write(
        self, name: str, done: int, found: Sequence[Record], made: Sequence[Made]
    ) -> None:
        """Nothing when another process has advanced it, or somebody stopped it."""
        last = found[-1]
        async with self._store.pool.acquire() as connection, connection.transaction():
            values = name, done, len(found), last["updated"], last["key"]
            if await connection.fetchval(_ADVANCE, *values):
                await self._routes.departures.make(connection, made)

    async def _made(self, patient: int, route: Route) -> list[Made]:
        surroundings = Surroundings(self._store, self._versions)
        held = await self._versions.of_patient(OPENED, patient)
        standing = surroundings.standing(held)
        standing.sort(key=lambda one: ORDER.index(one.change.type))
        return await self._making.of([standing], surroundings, [route])
