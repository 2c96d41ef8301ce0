"""The declared routes: kept with all their versions, changed by people, on record."""

from time import monotonic
from typing import Final

import msgspec

from hygie.exchange.routes import phrases
from hygie.exchange.routes.browsing import Browsing
from hygie.exchange.routes.checks import Reach, check
from hygie.exchange.routes.declaration import Route
from hygie.exchange.routes.departures import Departures
from hygie.exchange.routes.handling import Handling
from hygie.limits.gateway import MAX_ROUTES
from hygie.outbound.outbound import Outbound
from hygie.refusal import Category, refuse
from hygie.store.database import Connection
from hygie.store.declarations import Declarations, Declared, Revision
from hygie.store.store import Store
from hygie.trace import Action, AuditEntry, Context

LATEST_SECONDS: Final = 1.0
"""For which this process may not know of a change that another has made."""


class Routes:
    """For the tasks of one event loop."""

    def __init__(self, store: Store, outbound: Outbound, reach: Reach) -> None:
        self.reach = reach
        self.departures = Departures(store.pool, store.keyring)
        self.browsing = Browsing(store, self.departures)
        self.handling = Handling(store)
        self._store = store
        self._outbound = outbound
        self._rows = Declarations(store.pool, store.keyring, "route", Route)
        self._known: tuple[Route, ...] = ()
        self._mark = -1
        self._looked = float("-inf")

    # --- looking ----------------------------------------------------------------------------

    async def declared(self) -> list[Declared[Route]]:
        """By name."""
        return await self._rows.all()

    async def named(self, name: str) -> Declared[Route]:
        """Refused NOT_FOUND."""
        found = await self._rows.find(name)
        if found is None:
            raise refuse(
                Category.NOT_FOUND, "route.unknown", phrases.NO_ROUTE, code="not-found",
                name=name[:64],
            )  # fmt: skip
        return found

    async def history(self, name: str) -> list[Revision[Route]]:
        """Newest first; of a route that was removed, too."""
        return await self._rows.history(name)

    async def known(self, reads: Connection | None = None) -> tuple[Route, ...]:
        """All of them, as they were a second ago at most: for each message that passes, which asks
        by the connection of its own transaction."""
        if monotonic() - self._looked > LATEST_SECONDS:
            mark = await self._rows.mark(reads)
            if mark != self._mark:
                self._known = tuple(one.value for one in await self._rows.all(reads))
                self._mark = mark
            self._looked = monotonic()
        return self._known

    # --- changing ---------------------------------------------------------------------------

    async def declare(self, route: Route, context: Context, expected: int | None = None) -> int:
        """Its new version. Refused when it is wrong, or may not send there; CONFLICT when
        `expected`, the version that it was made from, is not the current one any more."""
        await check(route, self._outbound, self.reach, self._store.registry, self._store.zone)
        if len(await self._rows.all()) >= MAX_ROUTES and await self._rows.find(route.name) is None:
            raise refuse(
                Category.CONFLICT, "route.too-many", phrases.TOO_MANY, limit=str(MAX_ROUTES)
            )
        async with self._store.pool.acquire() as connection, connection.transaction():
            version = await self._rows.write(connection, route, context.actor, expected)
            entry = _entry(context, "declare", f"route/{route.name}|{version}")
            await self._store.trail.append(connection, [entry])
        self._looked = float("-inf")
        return version

    async def remove(self, name: str, context: Context) -> None:
        """Nothing more is made or sent by it; what was waiting stays, and its history. Refused
        NOT_FOUND."""
        async with self._store.pool.acquire() as connection, connection.transaction():
            if not await self._rows.remove(connection, name, context.actor):
                raise refuse(
                    Category.NOT_FOUND, "route.unknown", phrases.NO_ROUTE, code="not-found",
                    name=name[:64],
                )  # fmt: skip
            await self._store.trail.append(
                connection, [_entry(context, "withdraw", f"route/{name}")]
            )
        self._looked = float("-inf")

    async def start(self, name: str, context: Context) -> None:
        await self._run(name, context, running=True)

    async def stop(self, name: str, context: Context) -> None:
        """What is to leave is gathered, and waits."""
        await self._run(name, context, running=False)

    async def _run(self, name: str, context: Context, *, running: bool) -> None:
        found = await self.named(name)
        if found.value.running != running:
            route = msgspec.structs.replace(found.value, running=running)
            await self.declare(route, context, found.version)


def _entry(context: Context, action: Action, detail: str) -> AuditEntry:
    return AuditEntry(context=context, action=action, detail=detail, count=0)
