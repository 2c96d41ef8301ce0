"""Brings a database to this program's schema: numbered SQL files, in order, once each, forward.

The whole run is one transaction under a lock: two servers that start together do it once.
"""

import re
from hashlib import sha256
from importlib import resources
from typing import Final, NamedTuple

import asyncpg

from hygie.refusal import Category, refuse
from hygie.store import phrases

OLDEST_SERVER: Final = 15
LOCK: Final = 0x6879676965
"""An advisory lock of our own: "hygie"."""
_NAME: Final = re.compile(r"(\d{4})_\w+\.sql")
LEDGER: Final = """
CREATE SCHEMA IF NOT EXISTS hygie;
CREATE TABLE IF NOT EXISTS hygie.migration (
    number integer PRIMARY KEY,
    digest bytea NOT NULL,
    applied timestamptz NOT NULL DEFAULT now()
);
"""
"""The one table that no migration makes."""


class Migration(NamedTuple):
    number: int
    sql: str

    @property
    def digest(self) -> bytes:
        return sha256(self.sql.encode()).digest()


async def migrate(dsn: str) -> None:
    """Applies what is missing. Refused on a server too old, or a schema of a later program."""
    connection = await asyncpg.connect(dsn)
    try:
        await _check_server(connection)
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
            await connection.execute(LEDGER)
            await _apply(connection, migrations())
    finally:
        await connection.close()


def migrations() -> list[Migration]:
    """The package's migrations, in order."""
    return sorted(
        Migration(int(match[1]), file.read_text("utf-8"))
        for file in resources.files("hygie.migrations").iterdir()
        if (match := _NAME.fullmatch(file.name))
    )


async def _apply(connection: asyncpg.Connection, wanted: list[Migration]) -> None:
    rows = await connection.fetch("SELECT number, digest FROM hygie.migration")
    applied: dict[int, bytes] = {row["number"]: row["digest"] for row in rows}
    _check_history(applied, {migration.number: migration for migration in wanted})
    for migration in wanted:
        if migration.number not in applied:
            await connection.execute(migration.sql)
            await connection.execute(
                "INSERT INTO hygie.migration (number, digest) VALUES ($1, $2)",
                migration.number,
                migration.digest,
            )


def _check_history(applied: dict[int, bytes], known: dict[int, Migration]) -> None:
    for number, digest in applied.items():
        if number not in known:
            raise refuse(
                Category.CONFLICT, "store.schema-newer", phrases.SCHEMA_NEWER, number=str(number)
            )
        if known[number].digest != digest:
            raise refuse(
                Category.CONFLICT, "store.schema-changed", phrases.SCHEMA_CHANGED,
                number=str(number),
            )  # fmt: skip


async def _check_server(connection: asyncpg.Connection) -> None:
    version = connection.get_server_version()
    if version.major < OLDEST_SERVER:
        raise refuse(
            Category.UNSUPPORTED, "store.server-too-old", phrases.SERVER_TOO_OLD,
            found=str(version.major), needed=str(OLDEST_SERVER),
        )  # fmt: skip
    encoding = await connection.fetchval("SHOW server_encoding")
    if encoding != "UTF8":
        raise refuse(
            Category.UNSUPPORTED, "store.encoding-wrong", phrases.ENCODING_WRONG, found=encoding
        )
