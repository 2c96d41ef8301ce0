"""Declared sources at rest: a row each, sealed, and one for every version there ever was."""

from datetime import datetime
from typing import Final

import msgspec

from hygie.intake.sources.declaration import Source
from hygie.store.database import Connection, Pool, Record
from hygie.store.reading.lanes import Lanes
from hygie.trace import Context, Sealer

_ALONE: Final = "LOCK TABLE hygie.source IN SHARE ROW EXCLUSIVE MODE"
_ALL: Final = "SELECT name, version, declared_at, sealed FROM hygie.source ORDER BY name"
_LAST: Final = "SELECT coalesce(max(version), 0) FROM hygie.source_history WHERE name = $1"
_KEEP: Final = """
INSERT INTO hygie.source (name, version, running, declared_at, sealed) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name) DO UPDATE SET version = excluded.version, running = excluded.running,
    declared_at = excluded.declared_at, sealed = excluded.sealed
"""
_NOTE: Final = """
INSERT INTO hygie.source_history (name, version, declared_at, sealed) VALUES ($1, $2, $3, $4)
"""
_REMOVE: Final = "DELETE FROM hygie.source WHERE name = $1"
_HISTORY: Final = """
SELECT version, declared_at, sealed FROM hygie.source_history WHERE name = $1 ORDER BY version DESC
"""


class Declared(msgspec.Struct, frozen=True):
    """A source as it stands."""

    source: Source
    version: int
    """From 1, one more with every change: a removal too."""
    declared_at: datetime


class Past(msgspec.Struct, frozen=True):
    """One version of a source: what was declared, when, by whom."""

    version: int
    declared_at: datetime
    source: Source | None
    """None: it was removed."""
    by: str


class _Noted(msgspec.Struct):
    source: Source | None
    actor: str


async def alone(connection: Connection) -> None:
    """Nobody else declares anything until the transaction ends; who reads is not kept waiting."""
    await connection.execute(_ALONE)


async def read(reads: Lanes | Connection) -> list[Record]:
    return await reads.fetch(_ALL)


def opened(sealer: Sealer, row: Record) -> Declared:
    name, version = row["name"], row["version"]
    plain = sealer.open(row["sealed"], f"source {name} {version}")
    return Declared(msgspec.json.decode(plain, type=Source), version, row["declared_at"])


async def following(connection: Connection, name: str) -> int:
    """The version that comes next: after a removal, it goes on."""
    last: int = await connection.fetchval(_LAST, name)
    return last + 1


async def keep(connection: Connection, sealer: Sealer, one: Declared, by: Context) -> None:
    source = one.source
    sealed = sealer.seal(msgspec.json.encode(source), f"source {source.name} {one.version}")
    values = source.name, one.version, source.running, one.declared_at, sealed
    await connection.execute(_KEEP, *values)
    await _note(connection, sealer, (source.name, one.version, one.declared_at),
                _Noted(source, by.actor))  # fmt: skip


async def remove(
    connection: Connection, sealer: Sealer, name: str, at: datetime, by: Context
) -> int:
    """The version that says so."""
    version = await following(connection, name)
    await connection.execute(_REMOVE, name)
    await _note(connection, sealer, (name, version, at), _Noted(None, by.actor))
    return version


async def history(pool: Pool, sealer: Sealer, name: str) -> list[Past]:
    """Newest first; empty for a name that was never declared."""
    found = []
    for row in await pool.fetch(_HISTORY, name):
        plain = sealer.open(row["sealed"], f"source.history {name} {row['version']}")
        noted = msgspec.json.decode(plain, type=_Noted)
        found.append(Past(row["version"], row["declared_at"], noted.source, noted.actor))
    return found


async def _note(
    connection: Connection, sealer: Sealer, key: tuple[str, int, datetime], noted: _Noted
) -> None:
    name, version, at = key
    sealed = sealer.seal(msgspec.json.encode(noted), f"source.history {name} {version}")
    await connection.execute(_NOTE, name, version, at, sealed)
