"""The keys that the master key wraps, and how a start opens them.

    generation 0     the store key: every subkey of the `Keyring` derives from it; never changes
    generation 1…    key-wrapping keys: the newest wraps the patients' data keys

All rows are wrapped by one master key. Rotation rewrites them in one transaction
(`hygie.store.keys.rotation`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import asyncpg
from cryptography.exceptions import InvalidTag

from hygie.refusal import Category, Refused, refuse
from hygie.store import phrases
from hygie.store.database import Connection, Pool, Record
from hygie.store.keys.keyfile import former_key_file, pending_key_file, replace_key_file
from hygie.store.keys.keyring import Keyring
from hygie.store.keys.master import MasterKey
from hygie.store.keys.sealing import KEY_BYTES

STORE: Final = 0
FIRST: Final = 1
ALL: Final = "SELECT generation, master, wrapped FROM hygie.wrapped_key ORDER BY generation"
ADD: Final = "INSERT INTO hygie.wrapped_key (generation, master, wrapped) VALUES ($1, $2, $3)"
LOCK: Final = "LOCK TABLE hygie.wrapped_key IN EXCLUSIVE MODE"


async def unlock(dsn: str, path: Path, *, generate: bool = False) -> Keyring:
    """The keys of a migrated database, opened by the master key in the file `path`.

    A database without keys gets them; with `generate`, so does the file when it is absent. Refused
    when the file is missing or others can read it, or when the database belongs to another master
    key: no file is made then.
    """
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(ALL) or await _first_start(connection, path, generate)
        finish_replacement(rows, path)
        return keyring_of(rows, path)
    finally:
        await connection.close()


def keyring_of(rows: list[Record], path: Path) -> Keyring:
    keys = opened(rows, MasterKey.load(path))
    return Keyring(keys.pop(STORE), keys, path)


def finish_replacement(rows: list[Record], path: Path) -> None:
    """Puts in place the key file that a rotation, killed after its commit, left beside it."""
    pending = pending_key_file(path)
    if pending.exists() and MasterKey.load(pending).name == rows[0]["master"]:
        former = former_key_file(path, MasterKey.load(path).name if path.exists() else "")
        replace_key_file(path, former)


def opened(rows: list[Record], master: MasterKey) -> dict[int, bytes]:
    """Generation -> key. Refused when another master key wrapped them, or they were altered."""
    try:
        return {r["generation"]: master.unwrap(r["wrapped"], r["generation"]) for r in rows}
    except InvalidTag:
        raise _wrong(rows[0]["master"], master.name) from None


async def relearn(database: Connection | Pool, keyring: Keyring) -> None:
    """Takes in key-wrapping keys made since `keyring` was opened, by another process's rotation.

    Refused (BUSY) when the file of the master key, as it was named at start, is not the new one's.
    """
    if keyring.source is None:
        raise refuse(Category.BUSY, "store.key-rotated", phrases.KEY_ROTATED)
    try:
        keys = opened(await database.fetch(ALL), MasterKey.load(keyring.source))
    except Refused:
        raise refuse(Category.BUSY, "store.key-rotated", phrases.KEY_ROTATED) from None
    keyring.learn({number: key for number, key in keys.items() if number != STORE})


async def _first_start(connection: Connection, path: Path, generate: bool) -> list[Record]:  # noqa: FBT001
    """Makes the keys, unless another start did meanwhile."""
    async with connection.transaction():
        await connection.execute(LOCK)
        rows: list[Record] = await connection.fetch(ALL)
        if rows:
            return rows
        with _first_master(path, generate) as master:
            await _add_keys(connection, master)
            return await connection.fetch(ALL)


@contextmanager
def _first_master(path: Path, generate: bool) -> Iterator[MasterKey]:  # noqa: FBT001
    """The key of the file, made when allowed; removed again when nothing was done with it."""
    if path.exists() or not generate:
        yield MasterKey.load(path)
        return
    made = MasterKey.generate(path)
    try:
        yield made
    except BaseException:
        path.unlink()
        raise


async def _add_keys(connection: Connection, master: MasterKey) -> None:
    store_key = os.urandom(KEY_BYTES)
    for number, key in ((STORE, store_key), (FIRST, os.urandom(KEY_BYTES))):
        await connection.execute(ADD, number, master.name, master.wrap(key, number))
    await connection.execute(
        "INSERT INTO hygie.store_meta (name, value) VALUES ('store-key-check', $1)",
        Keyring(store_key).check_value(),
    )


def _wrong(expected: str, found: str) -> Refused:
    return refuse(
        Category.INVALID, "store.key-wrong", phrases.KEY_WRONG, expected=expected, found=found
    )
