"""From the store's outbox to departures: what changes is told by the routes that produce.

Departures and the place in the outbox move in one transaction: who takes over, after a crash too,
goes on from there, and nothing is made twice or left out.
"""

from collections.abc import Sequence
from typing import Final

from hygie.exchange.routes.declaration import Produce
from hygie.exchange.routes.departures import Made
from hygie.exchange.routes.making import Making
from hygie.exchange.routes.registry import Routes
from hygie.exchange.routes.surroundings import TOLD, Surroundings
from hygie.limits import MAX_CHANGES_TOGETHER
from hygie.store.outbox import Committed, Place, moving
from hygie.store.reading.versions import Versions
from hygie.store.store import Store

NAME: Final = "routes"
_MOVE: Final = f"WITH moved AS ({moving(1)}) SELECT count(*) FROM moved"  # noqa: S608 - our own


class Producer:
    """For one task, in the process that holds the lease."""

    def __init__(self, store: Store, routes: Routes) -> None:
        self._store = store
        self._routes = routes
        self._versions = Versions(store.pool, store.vault)
        self.making = Making(store, routes)

    async def step(self) -> bool:
        """Makes what the next changes tell. Whether there may be more at once.

        While no route produces, nothing is registered, and nothing is kept for us.
        """
        routes = [r for r in await self._routes.all() if isinstance(r.content, Produce)]
        place = await self._store.outbox.place(NAME)
        if not routes:
            if place is not None:
                await self._store.outbox.unregister(NAME)
            return False
        if place is None:
            await self._store.outbox.register(NAME)
            return True
        committed = await self._store.outbox.read(NAME, MAX_CHANGES_TOGETHER)
        if not committed:
            return False
        surroundings = Surroundings(self._store, self._versions)
        changes = await surroundings.changed(committed) if _tells(committed) else []
        made = await self.making.of(changes, surroundings, routes)
        return await self._write(place, committed[-1].place, made)

    async def _write(self, before: Place, after: Place, made: Sequence[Made]) -> bool:
        """False when another process has the outbox now: nothing was written."""
        async with self._store.pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(_MOVE, NAME, *after, *before):
                return False
            await self._routes.departures.make(connection, made)
        await self._store.outbox.trim()
        return True


def _tells(committed: Sequence[Committed]) -> bool:
    return any(change.type in TOLD for one in committed for change in one.changes)
