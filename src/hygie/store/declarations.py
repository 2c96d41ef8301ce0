"""Things that people declare (sources, routes) at rest: each version kept, sealed, by whom.

A table `hygie.KIND` holds what holds now, `hygie.KIND_history` every version there was. Names are
in the clear, since they stand in addresses of pages; all else is sealed: hosts and folders are the
establishment's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar

import msgspec

from hygie.store.database import Connection, Pool, Record
from hygie.store.keys.keyring import Keyring
from hygie.store.reading.lanes import Lanes


class Named(Protocol):
    """What a declaration says of itself."""

    @property
    def name(self) -> str: ...

    @property
    def running(self) -> bool: ...


Thing = TypeVar("Thing", bound=Named)


@dataclass(frozen=True, slots=True)
class Declared(Generic[Thing]):
    """One declaration as it holds now."""

    value: Thing
    version: int
    """From 1, one more with every change: a removal too."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Revision(Generic[Thing]):
    """One version that there was. `value` is None where it was removed."""

    value: Thing | None
    version: int
    at: datetime
    by: str


class _Signed(msgspec.Struct):
    by: str
    declaration: msgspec.Raw


class Declarations(Generic[Thing]):
    """Rows of one kind."""

    def __init__(self, keyring: Keyring, kind: str, type_: type[Thing]) -> None:
        """`kind`: the name of the table, our own."""
        self._keyring = keyring
        self._kind = kind
        self._type = type_
        table = f"hygie.{kind}"
        self._alone = f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"
        self._all = f"SELECT name, version, declared_at, sealed FROM {table} ORDER BY name"  # noqa: S608
        self._last = f"SELECT coalesce(max(version), 0) FROM {table}_history WHERE name = $1"  # noqa: S608
        self._history = f"""
            SELECT version, declared_at, sealed FROM {table}_history
            WHERE name = $1 ORDER BY version DESC
        """  # noqa: S608
        self._keep = f"""
            INSERT INTO {table} (name, version, running, declared_at, sealed)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (name) DO UPDATE SET version = excluded.version,
                running = excluded.running, declared_at = excluded.declared_at,
                sealed = excluded.sealed
        """  # noqa: S608
        self._note = f"""
            INSERT INTO {table}_history (name, version, declared_at, sealed) VALUES ($1, $2, $3, $4)
        """  # noqa: S608
        self._remove = f"DELETE FROM {table} WHERE name = $1"  # noqa: S608

    async def alone(self, connection: Connection) -> None:
        """Nobody else declares any until the transaction ends; who reads is not kept waiting."""
        await connection.execute(self._alone)

    async def all(
        self, reads: Lanes | Connection, known: Mapping[str, Declared[Thing]] | None = None
    ) -> dict[str, Declared[Thing]]:
        """As they hold now, by name, in its order. What `known` holds in the same version is not
        opened again."""
        known = known or {}
        found = {}
        for record in await reads.fetch(self._all):
            before = known.get(record["name"])
            same = before is not None and before.version == record["version"]
            found[record["name"]] = before if before and same else self._opened(record)
        return found

    async def history(self, pool: Pool, name: str) -> list[Revision[Thing]]:
        """Newest first; of what was removed, too; empty for what was never declared."""
        return [self._revision(name, one) for one in await pool.fetch(self._history, name)]

    async def keep(self, connection: Connection, value: Thing, by: str) -> Declared[Thing]:
        """It holds from the end of the caller's transaction on, who is `alone`."""
        kept = Declared(value, await self._following(connection, value.name), datetime.now(UTC))
        plain = msgspec.json.encode(value)
        sealed = self._keyring.seal(plain, self._purpose(value.name, kept.version))
        values = value.name, kept.version, value.running, kept.at, sealed
        await connection.execute(self._keep, *values)
        signed = _Signed(by, msgspec.Raw(plain))
        await self._sign(connection, value.name, kept.version, kept.at, signed)
        return kept

    async def remove(self, connection: Connection, name: str, by: str) -> int:
        """The version that says so. Its history remains."""
        version = await self._following(connection, name)
        await connection.execute(self._remove, name)
        signed = _Signed(by, msgspec.Raw(b"null"))
        await self._sign(connection, name, version, datetime.now(UTC), signed)
        return version

    # --- how --------------------------------------------------------------------------------

    async def _following(self, connection: Connection, name: str) -> int:
        """The version that comes next: after a removal, it goes on."""
        return int(await connection.fetchval(self._last, name)) + 1

    async def _sign(
        self, connection: Connection, name: str, version: int, at: datetime, signed: _Signed
    ) -> None:
        purpose = self._purpose(name, version, ".history")
        sealed = self._keyring.seal(msgspec.json.encode(signed), purpose)
        await connection.execute(self._note, name, version, at, sealed)

    def _opened(self, record: Record) -> Declared[Thing]:
        purpose = self._purpose(record["name"], record["version"])
        plain = self._keyring.open(record["sealed"], purpose)
        value = msgspec.json.decode(plain, type=self._type)
        return Declared(value, record["version"], record["declared_at"])

    def _revision(self, name: str, record: Record) -> Revision[Thing]:
        purpose = self._purpose(name, record["version"], ".history")
        signed = msgspec.json.decode(self._keyring.open(record["sealed"], purpose), type=_Signed)
        value = msgspec.json.decode(signed.declaration, type=self._type | None)
        return Revision(value, record["version"], record["declared_at"], signed.by)

    def _purpose(self, name: str, version: int, table: str = "") -> str:
        """A declaration opens only under the name, and as the version, that it was made for."""
        return f"{self._kind}{table} {name} {version}"
