"""A new master key, without rewriting a body: only the few keys that it wraps are wrapped anew.

From the commit on, the former master key is refused, and a new key-wrapping key is in use. The data
keys of patients are then moved to it in small steps, each committed apart: killed at any moment,
the next rotation or start goes on where it stopped.
"""

import os
from pathlib import Path
from typing import Final

import asyncpg

from hygie.store.database import Connection, Record
from hygie.store.keys.envelope import ALL, LOCK, STORE, opened
from hygie.store.keys.keyfile import former_key_file, pending_key_file, replace_key_file
from hygie.store.keys.keyring import Keyring, WrappedKey
from hygie.store.keys.master import MasterKey
from hygie.store.keys.sealing import KEY_BYTES
from hygie.store.store import Store
from hygie.trace import AuditEntry, Context

STEP: Final = 1_000
_SAVE: Final = """
INSERT INTO hygie.wrapped_key (generation, master, wrapped) VALUES ($1, $2, $3)
ON CONFLICT (generation) DO UPDATE SET master = excluded.master, wrapped = excluded.wrapped
"""
_OLD: Final = f"""
SELECT patient, generation, wrapped, former FROM hygie.patient_key
WHERE generation <> {STORE} AND generation < $1 ORDER BY patient LIMIT {STEP} FOR UPDATE
"""  # noqa: S608 - constants
_MOVE: Final = """
UPDATE hygie.patient_key SET generation = $2, wrapped = $3, former = $4 WHERE patient = $1
"""
_FORGET: Final = f"""
DELETE FROM hygie.wrapped_key WHERE generation <> {STORE} AND generation < $1
"""  # noqa: S608


async def rotate(store: Store, context: Context, old: MasterKey, new: MasterKey) -> None:
    """Makes `new` the master key. Refused when `old` is not the present one."""
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute(LOCK)
        keys = opened(await connection.fetch(ALL), old)
        keys[max(keys) + 1] = os.urandom(KEY_BYTES)
        rows = [(number, new.name, new.wrap(key, number)) for number, key in keys.items()]
        await connection.executemany(_SAVE, rows)
        detail = f"{old.name} -> {new.name}"
        entry = AuditEntry(context=context, action="rotate-key", detail=detail)
        await store.trail.append(connection, [entry])
    store.keyring.learn({number: key for number, key in keys.items() if number != STORE})


async def rotate_file(store: Store, context: Context, path: Path) -> Path:
    """Puts a new master key in the file `path`, and returns where the former one is kept: old
    backups are opened with it. A start finishes what was killed half way."""
    old = MasterKey.load(path)
    await rotate(store, context, old, MasterKey.load_or_generate(pending_key_file(path)))
    former = former_key_file(path, old.name)
    replace_key_file(path, former)
    return former


async def rewrap(store: Store) -> int:
    """Moves data keys to the newest key-wrapping key, and forgets the older ones; how many moved.

    Costs nothing when no rotation was left unfinished.
    """
    moved = 0
    while store.keyring.has_older_generations:
        async with store.pool.acquire() as connection:
            moved += await _move_all(store, connection)
            try:
                await connection.execute(_FORGET, store.keyring.generation)
            except asyncpg.ForeignKeyViolationError:  # one was just wrapped by another process
                continue
        store.keyring.forget_older_generations()
    return moved


async def _move_all(store: Store, connection: Connection) -> int:
    moved = 0
    while step := await _move(store, connection):
        moved += step
    return moved


async def _move(store: Store, connection: Connection) -> int:
    keyring = store.keyring
    async with connection.transaction():
        rows = await connection.fetch(_OLD, keyring.generation)
        await connection.executemany(_MOVE, [_moved(keyring, row) for row in rows])
    return len(rows)


def _moved(keyring: Keyring, row: Record) -> tuple[int, int, bytes, bytes | None]:
    """The values of `_MOVE`: both keys, when the patient is being given a new one."""
    patient = row["patient"]
    wrapped, former = (
        one and keyring.wrap(keyring.unwrap(WrappedKey(row["generation"], one), patient), patient)
        for one in (row["wrapped"], row["former"])
    )
    return patient, wrapped.generation, wrapped.wrapped, former and former.wrapped
