"""Takes up the search parameters that the establishment wants, and gives up those it does not.

One process does it, whichever it is; it notes each step in the database, so that another goes on
where it was stopped. See `hygie.store.parameters.catalogue` for the states, docs/search.md for why.
"""

import asyncio
from contextlib import suppress
from typing import Final

import asyncpg

from hygie.store.database import LOST
from hygie.store.keys.news import SETTLE_SECONDS, settled
from hygie.store.leases import lease
from hygie.store.outages import AWAY
from hygie.store.parameters import catalogue, passes
from hygie.store.parameters.catalogue import Own, State
from hygie.store.parameters.cleaning import clean
from hygie.store.parameters.wanted import wanted
from hygie.store.store import Store

LEASE: Final = "search parameters"
LOOK_SECONDS: Final = 0.5
AGAIN_SECONDS: Final = 2.0
"""Before it is asked again whether nobody else does it, or the database is back."""
_NUMBER: Final = "SELECT nextval('hygie.index_pass_number')"


async def keep_parameters(store: Store) -> None:
    """For as long as it is let: whenever no other process does, this one does."""
    while True:
        with suppress(OSError, asyncpg.PostgresError, *LOST, *AWAY):  # another time, then
            async with lease(store.pool, LEASE) as held:
                if held:
                    await _keep(store)
        await asyncio.sleep(AGAIN_SECONDS)


async def _keep(store: Store) -> None:
    keeper = Keeper(store)
    indexing: asyncio.Task[None] | None = None
    try:
        while True:
            await keeper.look()
            if indexing is None or indexing.done():
                if indexing is not None:
                    indexing.result()
                indexing = asyncio.create_task(keeper.work())
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        if indexing is not None:
            indexing.cancel()


class Keeper:
    """The steps. Each finds in the database what it has to do."""

    def __init__(self, store: Store, settle_seconds: float = SETTLE_SECONDS) -> None:
        """`settle_seconds`: within which every process has heard what was announced, or knows that
        it hears nothing."""
        self._store = store
        self._pool = store.pool
        self._mirror = store.mirror("SearchParameter")
        self._settle_seconds = settle_seconds
        self._edition = -1

    async def until_done(self) -> None:
        """Everything that there is to do now."""
        await self.look()
        while await self._in("filing", "indexing", "retiring", "cleaning"):
            await self.work()
            await asyncio.sleep(LOOK_SECONDS / 10)

    async def look(self) -> None:
        """Notes what is to be taken up and given up."""
        edition = await self._mirror.look()
        if edition == self._edition:
            return
        known = await catalogue.own(self._pool)
        found = wanted(self._store.registry, self._mirror.resources, known)
        if found.new or found.gone:
            async with catalogue.changing(self._pool) as connection:
                await catalogue.add(connection, found.new)
                await catalogue.move(connection, found.gone, "retiring")
        reasons = [(url, one.refusal.issues) for url, one in found.refused.items()]
        await catalogue.keep_refused(self._pool, reasons)
        self._edition = edition

    async def work(self) -> None:
        """What is filed is indexed, and searched by; what is given up is cleaned."""
        await self._stop_filing()
        await self._start_indexing()
        await self._index()
        await self._clean()

    async def _in(self, *states: State) -> list[Own]:
        return [each for each in await catalogue.own(self._pool) if each.state in states]

    async def _start_indexing(self) -> None:
        """Once nobody writes any longer who may not know them."""
        filing = await self._in("filing")
        if not filing:
            return
        await settled(self._pool, 0)
        number: int = await self._pool.fetchval(_NUMBER)
        types = sorted({name for each in filing for name in each.parameter.base})
        await passes.begin(self._pool, number, types)
        async with self._pool.acquire() as connection, connection.transaction():
            editions = [each.parameter.edition for each in filing]
            await catalogue.move_from(connection, editions, "filing", "indexing", number)

    async def _index(self) -> None:
        indexing = await self._in("indexing")
        if not indexing:
            return
        number = min(each.number or 0 for each in indexing)
        mine = [each.parameter for each in indexing if each.number == number]
        for kind, after in await passes.left(self._pool, number):
            own = [parameter for parameter in mine if kind in parameter.base]
            if own:
                await passes.Pass(self._store, number, kind, own).run(after)
        async with catalogue.changing(self._pool) as connection:
            editions = [parameter.edition for parameter in mine]
            await catalogue.move_from(connection, editions, "indexing", "active", None)

    async def _stop_filing(self) -> None:
        """Once nobody searches any longer by what is given up."""
        due = await catalogue.retired_since(self._pool, self._settle_seconds)
        if due:
            async with catalogue.changing(self._pool) as connection:
                await catalogue.move(connection, due, "cleaning")

    async def _clean(self) -> None:
        cleaning = await self._in("cleaning")
        if not cleaning:
            return
        await settled(self._pool, 0)
        await clean(self._store, [each.parameter for each in cleaning])
        async with self._pool.acquire() as connection, connection.transaction():
            await catalogue.remove(connection, [each.parameter.edition for each in cleaning])
