"""Things that people declare (sources, routes): each version kept, sealed, by whom, in order.

A table `hygie.KIND` holds what holds now, `hygie.KIND_history` every version there was. Names are
in the clear, since they stand in addresses of pages; all else is sealed: hosts and folders are the
establishment's own.
"""

from datetime import datetime
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from hygie.refusal import Category, Phrase, refuse
from hygie.store.database import Connection, Pool, Record
from hygie.store.keys.keyring import Keyring

CHANGED: Final = Phrase(
    "Cette déclaration a changé entre-temps : relisez-la, puis recommencez.",
    "This declaration has changed meanwhile: read it again, then try again.",
)


class Named(Protocol):
    """What a declaration says of itself."""

    @property
    def name(self) -> str: ...

    @property
    def running(self) -> bool: ...


Thing = TypeVar("Thing", bound=Named)


class Declared(NamedTuple, Generic[Thing]):
    """One declaration as it holds now."""

    value: Thing
    version: int
    at: datetime


class Revision(NamedTuple, Generic[Thing]):
    """One version that there was. `value` is None where it was withdrawn."""

    value: Thing | None
    version: int
    at: datetime
    by: str


class _Signed(msgspec.Struct):
    by: str
    declaration: msgspec.Raw


class Declarations(Generic[Thing]):
    """Rows of one kind. Safe for concurrent use by tasks and processes."""

    def __init__(self, pool: Pool, keyring: Keyring, kind: str, type_: type[Thing]) -> None:
        """`kind`: the name of the table, our own."""
        self._pool = pool
        self._keyring = keyring
        self._kind = kind
        self._type = type_

    async def all(self, reads: Pool | Connection | None = None) -> list[Declared[Thing]]:
        """By name."""
        query = f"SELECT * FROM hygie.{self._kind} ORDER BY name"  # noqa: S608
        records = await (reads or self._pool).fetch(query)
        return [self._declared(record) for record in records]

    async def find(self, name: str) -> Declared[Thing] | None:
        query = f"SELECT * FROM hygie.{self._kind} WHERE name = $1"  # noqa: S608
        record = await self._pool.fetchrow(query, name)
        return None if record is None else self._declared(record)

    async def mark(self, reads: Pool | Connection | None = None) -> int:
        """Another number after every change: what a cache is checked by."""
        query = f"SELECT count(*) FROM hygie.{self._kind}_history"  # noqa: S608
        return int(await (reads or self._pool).fetchval(query))

    async def history(self, name: str) -> list[Revision[Thing]]:
        """Newest first."""
        query = f"""
            SELECT version, declared_at, sealed FROM hygie.{self._kind}_history
            WHERE name = $1 ORDER BY version DESC
        """  # noqa: S608
        return [self._revision(name, record) for record in await self._pool.fetch(query, name)]

    async def write(
        self, connection: Connection, value: Thing, by: str, expected: int | None = None
    ) -> int:
        """Its new version, within the caller's transaction.

        `expected`: the version that it replaces, 0 for none; None: whatever there is. Refused
        CONFLICT when it is another.
        """
        last = await self._last(connection, value.name)
        current = await self._current(connection, value.name)
        if expected is not None and expected != current:
            raise refuse(Category.CONFLICT, "declaration.changed", CHANGED, code="conflict")
        plain = msgspec.json.encode(value)
        await connection.execute(
            f"""
            INSERT INTO hygie.{self._kind} (name, version, running, sealed) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name) DO UPDATE SET version = $2, running = $3, sealed = $4,
                declared_at = clock_timestamp()
            """,  # noqa: S608
            value.name, last + 1, value.running, self._sealed(plain, value.name, ""),
        )  # fmt: skip
        await self._note(connection, value.name, last + 1, by, plain)
        return last + 1

    async def remove(self, connection: Connection, name: str, by: str) -> bool:
        """Whether there was one. Its history remains."""
        last = await self._last(connection, name)
        done = await connection.execute(f"DELETE FROM hygie.{self._kind} WHERE name = $1", name)  # noqa: S608
        if done != "DELETE 1":
            return False
        await self._note(connection, name, last + 1, by, b"null")
        return True

    # --- how --------------------------------------------------------------------------------

    async def _last(self, connection: Connection, name: str) -> int:
        """The last version there ever was; others who write this one wait until we are done."""
        lock = self._keyring.blind(f"declaration.{self._kind}", name)
        await connection.execute("SELECT pg_advisory_xact_lock($1)", lock)
        query = f"SELECT coalesce(max(version), 0) FROM hygie.{self._kind}_history WHERE name = $1"  # noqa: S608
        return int(await connection.fetchval(query, name))

    async def _current(self, connection: Connection, name: str) -> int:
        query = f"SELECT version FROM hygie.{self._kind} WHERE name = $1"  # noqa: S608
        return int(await connection.fetchval(query, name) or 0)

    async def _note(
        self, connection: Connection, name: str, version: int, by: str, plain: bytes
    ) -> None:
        signed = msgspec.json.encode(_Signed(by, msgspec.Raw(plain)))
        await connection.execute(
            f"""
            INSERT INTO hygie.{self._kind}_history (name, version, declared_at, sealed)
            VALUES ($1, $2, clock_timestamp(), $3)
            """,  # noqa: S608
            name, version, self._sealed(signed, name, f" {version}"),
        )  # fmt: skip

    def _declared(self, record: Record) -> Declared[Thing]:
        plain = self._keyring.open(record["sealed"], self._purpose(record["name"], ""))
        value = msgspec.json.decode(plain, type=self._type)
        return Declared(value, record["version"], record["declared_at"])

    def _revision(self, name: str, record: Record) -> Revision[Thing]:
        purpose = self._purpose(name, f" {record['version']}")
        signed = msgspec.json.decode(self._keyring.open(record["sealed"], purpose), type=_Signed)
        value = msgspec.json.decode(signed.declaration, type=self._type | None)
        return Revision(value, record["version"], record["declared_at"], signed.by)

    def _sealed(self, plain: bytes, name: str, end: str) -> bytes:
        return self._keyring.seal(plain, self._purpose(name, end))

    def _purpose(self, name: str, end: str) -> str:
        """A declaration opens only under the name, and as the version, that it was made for."""
        return f"{self._kind} {name}{end}"
