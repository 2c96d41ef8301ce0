"""Declared sources: who declares, changes, starts and stops them; what every message asks for."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Final

import msgspec

from hygie.intake.sources import phrases, rows, state
from hygie.intake.sources.checking import faults
from hygie.intake.sources.declaration import UNDECLARED, Source
from hygie.intake.sources.ground import Ground
from hygie.intake.sources.rows import Declared, Past
from hygie.intake.sources.state import SourceState
from hygie.limits.gateway import MAX_SOURCES
from hygie.refusal import Category, Refusal, Refused, refuse
from hygie.store.database import Connection, Record
from hygie.store.store import Store
from hygie.trace import Action, AuditEntry, Context

LOOK_SECONDS: Final = 1.0
"""Within which every process goes by what was declared in another."""


class Sources:
    """For the tasks of one event loop. What only asks costs a look at the database a second."""

    def __init__(
        self, store: Store, ground: Ground, clock: Callable[[], float] = monotonic
    ) -> None:
        self._store = store
        self.ground = ground
        self._clock = clock
        self._known: dict[str, Declared] = {}
        self._looked = -LOOK_SECONDS
        self._changes = 0
        self._looking = asyncio.Lock()

    # --- asking -----------------------------------------------------------------------------

    async def declared(self) -> tuple[Declared, ...]:
        """Every one, by name, running or not; at most `LOOK_SECONDS` old."""
        await self._look()
        return tuple(self._known.values())

    async def find(self, name: str) -> Declared | None:
        """None when nobody has declared it."""
        await self._look()
        return self._known.get(name)

    async def require(self, name: str) -> Declared:
        """Refused NOT_FOUND when nobody has declared it."""
        await self._look()
        return _require(name, self._known)

    async def named(self, name: str) -> Source:
        """The declaration of a source; the defaults, under its name, when there is none."""
        if self._clock() - self._looked >= LOOK_SECONDS:
            await self._look()
        found = self._known.get(name)
        return found.source if found else msgspec.structs.replace(UNDECLARED, name=name)

    async def history(self, name: str) -> list[Past]:
        """Every version, newest first; empty for what was never declared."""
        return await rows.history(self._store.pool, self._store.keyring, name)

    async def states(self) -> dict[str, SourceState]:
        """How the listeners fare, by name; old where nobody listens any more."""
        return await state.read(self._store.pool, self._store.keyring)

    # --- changing ---------------------------------------------------------------------------

    async def declare(
        self, source: Source, context: Context, version: int | None = None
    ) -> Declared:
        """Durable and on record when this returns, and heeded within `LOOK_SECONDS`.

        `version`: the one it was made from, 0 for a new source, None for whichever stands. Refused
        INVALID with every fault and its place; CONFLICT when another version stands.
        """
        async with self._store.pool.acquire() as connection, connection.transaction():
            standing = await self._standing(connection)
            _require_version(source.name, standing.get(source.name), version)
            await self._check(source, standing)
            kept = await self._keep(connection, source, context)
        self._changed()
        return kept

    async def start(self, name: str, context: Context) -> Declared:
        """Its files and its port are looked at again. Refused NOT_FOUND, INVALID."""
        return await self._change(name, context, running=True)

    async def stop(self, name: str, context: Context) -> Declared:
        """Nothing more is taken from it, once what is under way is acknowledged. Refused
        NOT_FOUND."""
        return await self._change(name, context, running=False)

    async def remove(self, name: str, context: Context) -> None:
        """What came from it stays, and so does its history. Refused NOT_FOUND."""
        async with self._store.pool.acquire() as connection, connection.transaction():
            _require(name, await self._standing(connection))
            version = await rows.remove(connection, self._store.keyring, name, _now(), context)
            await self._note(connection, context, "withdraw", name, version)
        self._changed()

    # --- inside -----------------------------------------------------------------------------

    async def _look(self) -> None:
        async with self._looking:
            if self._clock() - self._looked < LOOK_SECONDS:
                return
            began, changes = self._clock(), self._changes
            found = await rows.read(self._store.lanes)
            self._known = {row["name"]: self._opened(row) for row in found}
            if changes == self._changes:  # else it may have been read before the last of them
                self._looked = began

    def _changed(self) -> None:
        """Whoever asks next in this process sees it."""
        self._changes += 1
        self._looked = -LOOK_SECONDS

    def _opened(self, row: Record) -> Declared:
        known = self._known.get(row["name"])
        if known is not None and known.version == row["version"]:
            return known
        return rows.opened(self._store.keyring, row)

    async def _standing(self, connection: Connection) -> dict[str, Declared]:
        """As they are; nobody changes them until the transaction ends."""
        await rows.alone(connection)
        found = await rows.read(connection)
        return {row["name"]: rows.opened(self._store.keyring, row) for row in found}

    async def _change(self, name: str, context: Context, *, running: bool) -> Declared:
        async with self._store.pool.acquire() as connection, connection.transaction():
            standing = await self._standing(connection)
            one = _require(name, standing)
            if one.source.running is running:
                return one
            source = msgspec.structs.replace(one.source, running=running)
            if running:
                await self._check(source, standing)
            kept = await self._keep(connection, source, context)
        self._changed()
        return kept

    async def _keep(self, connection: Connection, source: Source, by: Context) -> Declared:
        version = await rows.following(connection, source.name)
        kept = Declared(source, version, _now())
        await rows.keep(connection, self._store.keyring, kept, by)
        await self._note(connection, by, "declare", source.name, version)
        return kept

    async def _check(self, source: Source, standing: dict[str, Declared]) -> None:
        others = [one.source for name, one in standing.items() if name != source.name]
        if len(others) >= MAX_SOURCES:
            limit = str(MAX_SOURCES)
            raise refuse(Category.CONFLICT, "source.many", phrases.TOO_MANY, limit=limit)
        found = await asyncio.to_thread(faults, source, others, self.ground)
        if found:
            raise Refused(Refusal(Category.INVALID, tuple(found)))

    async def _note(
        self, connection: Connection, by: Context, action: Action, name: str, version: int
    ) -> None:
        entry = AuditEntry(context=by, action=action, detail=f"source {name} {version}")
        await self._store.trail.append(connection, [entry])


def _require_version(name: str, standing: Declared | None, wanted: int | None) -> None:
    version = standing.version if standing else 0
    if wanted is not None and wanted != version:
        raise refuse(
            Category.CONFLICT, "source.changed", phrases.CHANGED, code="conflict",
            name=name, version=str(version),
        )  # fmt: skip


def _require(name: str, standing: dict[str, Declared]) -> Declared:
    found = standing.get(name)
    if found is None:
        raise refuse(
            Category.NOT_FOUND, "source.unknown", phrases.UNKNOWN, code="not-found", name=name[:64]
        )
    return found


def _now() -> datetime:
    return datetime.now(UTC)
