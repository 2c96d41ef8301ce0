"""A register of what people declare (sources, routes): changed by them, on record; asked by all."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from time import monotonic
from typing import ClassVar, Final, Generic

import msgspec

from hygie.refusal import Category, Phrase, refuse
from hygie.store.database import Connection
from hygie.store.declarations import Declarations, Declared, Revision, Thing
from hygie.store.store import Store
from hygie.trace import Action, AuditEntry, Context

LOOK_SECONDS: Final = 1.0
"""Within which every process goes by what was declared in another."""
CHANGED: Final = Phrase(
    "La déclaration « {name} » a changé entre-temps (version {version}) : relisez-la, puis "
    "recommencez.",
    "Declaration “{name}” has changed meanwhile (version {version}): read it again, then try "
    "again.",
)


class Register(ABC, Generic[Thing]):
    """For the tasks of one event loop. What only asks costs a look at the database a second."""

    KIND: ClassVar[str]
    """Of its tables, and before its rules: `source`, `route`."""
    UNKNOWN: ClassVar[Phrase]
    """That none is called `name`."""
    TOO_MANY: ClassVar[Phrase]
    """That there are `limit` already."""
    MOST: ClassVar[int]

    def __init__(
        self, store: Store, type_: type[Thing], clock: Callable[[], float] = monotonic
    ) -> None:
        self._store = store
        self._rows = Declarations(store.keyring, self.KIND, type_)
        self._clock = clock
        self._known: dict[str, Declared[Thing]] = {}
        self._looked = float("-inf")
        self._changes = 0
        self._looking = asyncio.Lock()

    @abstractmethod
    async def _check(self, thing: Thing, others: Sequence[Thing]) -> None:
        """Refuses what may not stand beside the others, with every fault and its place. Nobody
        else declares any meanwhile."""

    # --- asking -----------------------------------------------------------------------------

    async def declared(self) -> tuple[Declared[Thing], ...]:
        """Every one, by name, running or not; at most `LOOK_SECONDS` old."""
        await self._look()
        return tuple(self._known.values())

    async def find(self, name: str) -> Declared[Thing] | None:
        """None when nobody has declared it."""
        await self._look()
        return self._known.get(name)

    async def require(self, name: str) -> Declared[Thing]:
        """Refused NOT_FOUND when nobody has declared it."""
        await self._look()
        return self._required(name, self._known)

    async def history(self, name: str) -> list[Revision[Thing]]:
        """Every version, newest first; empty for what was never declared."""
        return await self._rows.history(self._store.pool, name)

    # --- changing ---------------------------------------------------------------------------

    async def declare(
        self, thing: Thing, context: Context, version: int | None = None
    ) -> Declared[Thing]:
        """Durable and on record when this returns, and heeded within `LOOK_SECONDS`.

        `version`: the one it was made from, 0 for a new one, None for whichever stands. Refused
        with every fault and its place; CONFLICT when another version stands.
        """
        async with self._store.pool.acquire() as connection, connection.transaction():
            standing = await self._standing(connection)
            self._require_version(thing.name, standing.get(thing.name), version)
            await self._checked(thing, standing)
            kept = await self._keep(connection, thing, context)
        self._changed()
        return kept

    async def start(self, name: str, context: Context) -> Declared[Thing]:
        """It is checked again. Refused NOT_FOUND, and as when it is declared."""
        return await self._run(name, context, running=True)

    async def stop(self, name: str, context: Context) -> Declared[Thing]:
        """What is under way is finished. Refused NOT_FOUND."""
        return await self._run(name, context, running=False)

    async def remove(self, name: str, context: Context) -> None:
        """What passed by it stays, and so does its history. Refused NOT_FOUND."""
        async with self._store.pool.acquire() as connection, connection.transaction():
            self._required(name, await self._standing(connection))
            version = await self._rows.remove(connection, name, context.actor)
            await self._note(connection, context, "withdraw", name, version)
        self._changed()

    # --- inside -----------------------------------------------------------------------------

    async def _look(self) -> None:
        if self._clock() - self._looked < LOOK_SECONDS:
            return
        async with self._looking:
            if self._clock() - self._looked < LOOK_SECONDS:
                return
            began, changes = self._clock(), self._changes
            self._known = await self._rows.all(self._store.lanes, self._known)
            if changes == self._changes:  # else it may have been read before the last of them
                self._looked = began

    def _changed(self) -> None:
        """Whoever asks next in this process sees it."""
        self._changes += 1
        self._looked = float("-inf")

    async def _standing(self, connection: Connection) -> dict[str, Declared[Thing]]:
        """As they are; nobody changes them until the transaction ends."""
        await self._rows.alone(connection)
        return await self._rows.all(connection)

    async def _run(self, name: str, context: Context, *, running: bool) -> Declared[Thing]:
        async with self._store.pool.acquire() as connection, connection.transaction():
            standing = await self._standing(connection)
            one = self._required(name, standing)
            if one.value.running is running:
                return one
            thing = msgspec.structs.replace(one.value, running=running)  # type: ignore[type-var]
            if running:
                await self._checked(thing, standing)
            kept = await self._keep(connection, thing, context)
        self._changed()
        return kept

    async def _checked(self, thing: Thing, standing: dict[str, Declared[Thing]]) -> None:
        others = [one.value for name, one in standing.items() if name != thing.name]
        if len(others) >= self.MOST:
            limit = str(self.MOST)
            raise refuse(Category.CONFLICT, f"{self.KIND}.many", self.TOO_MANY, limit=limit)
        await self._check(thing, others)

    async def _keep(self, connection: Connection, thing: Thing, by: Context) -> Declared[Thing]:
        kept = await self._rows.keep(connection, thing, by.actor)
        await self._note(connection, by, "declare", thing.name, kept.version)
        return kept

    async def _note(
        self, connection: Connection, by: Context, action: Action, name: str, version: int
    ) -> None:
        entry = AuditEntry(context=by, action=action, detail=f"{self.KIND} {name} {version}")
        await self._store.trail.append(connection, [entry])

    def _require_version(
        self, name: str, standing: Declared[Thing] | None, wanted: int | None
    ) -> None:
        version = standing.version if standing else 0
        if wanted is not None and wanted != version:
            raise refuse(
                Category.CONFLICT, f"{self.KIND}.changed", CHANGED, code="conflict",
                name=name, version=str(version),
            )  # fmt: skip

    def _required(self, name: str, standing: dict[str, Declared[Thing]]) -> Declared[Thing]:
        found = standing.get(name)
        if found is None:
            raise refuse(
                Category.NOT_FOUND, f"{self.KIND}.unknown", self.UNKNOWN, code="not-found",
                name=name[:64],
            )  # fmt: skip
        return found
