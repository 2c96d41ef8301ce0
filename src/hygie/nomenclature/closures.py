"""The closure tables of clients: which concepts each was told of, and in which version (R4 §4.6.6).

One row a table, sealed: which codes a client uses is nobody else's business. A table is begun by
naming it alone, which empties it; it grows by the concepts it is sent.
"""

from datetime import UTC, datetime
from typing import Final, NamedTuple

import msgspec

from hygie.fhir.terminology.closure import ClosureAsked, closure, concept_map
from hygie.fhir.terminology.reading import Json
from hygie.fhir.terminology.subject import Coded
from hygie.limits import MAX_CLOSURES
from hygie.nomenclature import phrases
from hygie.nomenclature.terminology import Terminology
from hygie.refusal import Category, refuse
from hygie.store.database import Connection
from hygie.store.store import Store

_FIND: Final = "SELECT version, sealed FROM hygie.closure WHERE name = $1"
_COUNT: Final = "SELECT count(*) FROM hygie.closure WHERE client = $1 AND name <> $2"
_ALONE: Final = "SELECT pg_advisory_xact_lock($1)"
_KEEP: Final = """
INSERT INTO hygie.closure (name, client, version, sealed) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO UPDATE SET version = $3, sealed = $4
"""


class _Held(msgspec.Struct, frozen=True, array_like=True):
    """A concept, and the version of the table in which it came."""

    since: int
    system: str
    version: str
    code: str

    @property
    def coded(self) -> Coded:
        return Coded(self.system, self.version, self.code)


class _Table(NamedTuple):
    client: str
    owner: int
    name: int
    version: int
    held: tuple[_Held, ...]

    def before(self, version: int) -> list[Coded]:
        """What it held then."""
        return [one.coded for one in self.held if one.since <= version]


class Closures:
    """For the tasks of one event loop. Raises `Refused` for a table that is not known."""

    def __init__(self, store: Store, terminology: Terminology) -> None:
        self._store = store
        self._terminology = terminology

    async def ask(self, client: str, asked: ClosureAsked) -> Json:
        """The ConceptMap of what the concepts add to the table, or added since a version."""
        owner = self._store.keyring.blind("closure client", client)
        name = self._store.keyring.blind("closure", f"{client}\n{asked.name}")
        async with self._store.pool.acquire() as connection, connection.transaction():
            await connection.execute(_ALONE, name)
            if not asked.concepts and not asked.since:
                await self._begin(connection, _Table(client, owner, name, 1, ()))
                return concept_map(asked.name, "1", _now(), ())
            table = await self._table(connection, _Table(client, owner, name, 1, ()))
            if asked.since:
                return await self._again(asked, table)
            return await self._add(connection, asked, table)

    async def _begin(self, connection: Connection, table: "_Table") -> None:
        if await connection.fetchval(_COUNT, table.owner, table.name) >= MAX_CLOSURES:
            raise refuse(
                Category.TOO_MANY, "terminology.closures", phrases.TOO_MANY_CLOSURES,
                code="too-costly", limit=str(MAX_CLOSURES),
            )  # fmt: skip
        await self._keep(connection, table)

    async def _add(self, connection: Connection, asked: ClosureAsked, table: "_Table") -> Json:
        before, added = table.before(table.version), asked.concepts
        relations = await self._terminology.ask(
            lambda known: closure(known, before, added), table.client
        )
        known, version = set(before), table.version + 1
        new = [
            _Held(version, one.system, one.version, one.code)
            for one in dict.fromkeys(added)
            if one not in known
        ]
        grown = table._replace(version=version, held=(*table.held, *new))
        await self._keep(connection, grown)
        return concept_map(asked.name, str(version), _now(), relations)

    async def _again(self, asked: ClosureAsked, table: "_Table") -> Json:
        since = int(asked.since) if asked.since.isascii() and asked.since.isdecimal() else -1
        if not 0 < since <= table.version:
            raise refuse(
                Category.NOT_FOUND, "terminology.closure-version", phrases.NO_CLOSURE_VERSION,
                code="not-found", version=str(table.version),
            )  # fmt: skip
        before = table.before(since)
        added = [one.coded for one in table.held if one.since > since]
        relations = await self._terminology.ask(
            lambda known: closure(known, before, added), table.client
        )
        return concept_map(asked.name, str(table.version), _now(), relations)

    async def _table(self, connection: Connection, empty: "_Table") -> "_Table":
        row = await connection.fetchrow(_FIND, empty.name)
        if row is None:
            raise refuse(
                Category.NOT_FOUND, "terminology.closure", phrases.NO_CLOSURE, code="not-found"
            )
        plain = self._store.keyring.open(row["sealed"], f"closure:{empty.name}")
        held = msgspec.msgpack.decode(plain, type=tuple[_Held, ...])
        return empty._replace(version=row["version"], held=held)

    async def _keep(self, connection: Connection, table: "_Table") -> None:
        plain = msgspec.msgpack.encode(table.held)
        sealed = self._store.keyring.seal(plain, f"closure:{table.name}")
        await connection.execute(_KEEP, table.name, table.owner, table.version, sealed)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
