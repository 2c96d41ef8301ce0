"""Initial loads: a route is asked to tell what there already is. Rows of hygie.route_load."""

from datetime import datetime
from typing import Final, NamedTuple

from hygie.exchange.routes import phrases
from hygie.exchange.routes.declaration import Produce, Route
from hygie.refusal import Category, refuse
from hygie.store.database import Connection
from hygie.store.store import Store
from hygie.trace import Action, AuditEntry, Context

_ASK: Final = """
INSERT INTO hygie.route_load (route, total) VALUES ($1, $2)
ON CONFLICT (route) DO UPDATE SET asked_at = clock_timestamp(), finished_at = NULL, done = 0,
    total = excluded.total, last_updated = DEFAULT, last_key = DEFAULT
WHERE hygie.route_load.finished_at IS NOT NULL
RETURNING 1
"""
_STOP: Final = """
UPDATE hygie.route_load SET finished_at = clock_timestamp()
WHERE route = $1 AND finished_at IS NULL RETURNING 1
"""
_ALL: Final = "SELECT route, asked_at, finished_at, total, done FROM hygie.route_load"


class Load(NamedTuple):
    """One load, and how far it has come."""

    route: str
    asked_at: datetime
    finished_at: datetime | None
    """Done, or stopped by somebody."""
    total: int
    """Patients that there were when it was asked for."""
    done: int


class Loads:
    """For the tasks of one event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def ask(self, route: Route, context: Context) -> int:
        """Of how many patients it will tell. What this route has told before, it does not tell
        again. Refused when it does not produce, or is loading already."""
        if not isinstance(route.content, Produce):
            raise refuse(Category.UNPROCESSABLE, "route.no-produce", phrases.NO_PRODUCE)
        relation = await self._store.vault.partitions.of(self._store.pool, "Patient")
        query = f"SELECT count(*) FROM {relation} AS patients WHERE NOT deleted"  # noqa: S608
        async with self._store.pool.acquire() as connection, connection.transaction():
            total = int(await connection.fetchval(query))
            if not await connection.fetchval(_ASK, route.name, total):
                raise refuse(
                    Category.CONFLICT, "route.loading", phrases.LOADING, code="business-rule"
                )
            await self._note(connection, context, "export", route.name, total)
        return total

    async def stop(self, name: str, context: Context) -> bool:
        """What was made stays made. Whether there was one under way."""
        async with self._store.pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(_STOP, name):
                return False
            await self._note(connection, context, "cancel-export", name, 0)
        return True

    async def all(self) -> dict[str, Load]:
        """The last of each route, by its name."""
        return {row["route"]: Load(*row) for row in await self._store.pool.fetch(_ALL)}

    async def _note(
        self, connection: Connection, by: Context, action: Action, name: str, count: int
    ) -> None:
        entry = AuditEntry(context=by, action=action, detail=f"route {name} load", count=count)
        await self._store.trail.append(connection, [entry])
