"""A new data key for one patient: every body of theirs, past versions included, is sealed anew.

Others read and write meanwhile. The row of the key holds both keys until the end, so that whatever
either sealed opens; sealing goes over to the new one at once here, and within `SETTLE_SECONDS` in
every other process. Only then are the rows gone through, slice by slice. Killed anywhere, the same
command goes on where it stopped; until then both keys serve.
"""

import os
from collections.abc import Sequence
from typing import Final

import asyncpg

from hygie.refusal import Category, refuse
from hygie.store import phrases
from hygie.store.bodies.resealing import TABLES, Resealed, reseal
from hygie.store.bodies.sealer import Claim
from hygie.store.database import LONG_SECONDS, Connection, Record
from hygie.store.keys.envelope import relearn
from hygie.store.keys.keyring import WrappedKey
from hygie.store.keys.news import ANNOUNCE, SETTLE_SECONDS, settled
from hygie.store.keys.sealing import KEY_BYTES, EitherKey
from hygie.store.store import Store
from hygie.store.tables.rows import OPENED
from hygie.trace import Action, AuditEntry, Context

SLICE: Final = 100
PATIENT_KEY: Final = """
SELECT generation, wrapped, former, destroyed FROM hygie.patient_key WHERE patient = $1 FOR UPDATE
"""
_REPLACE: Final = """
UPDATE hygie.patient_key SET generation = $2, wrapped = $3, former = $4 WHERE patient = $1
"""
_FINISH: Final = "UPDATE hygie.patient_key SET former = NULL WHERE patient = $1"


async def rekey(
    store: Store, context: Context, patient: str, *, settle_seconds: float = SETTLE_SECONDS
) -> Resealed:
    """Gives `Patient/patient` a new data key, and destroys the former. On record.

    Refused NOT_FOUND when there is no such record, GONE when it was erased. A body restored from a
    backup made before does not open afterwards.
    """
    number = store.keyring.reference("Patient", patient)
    await _begin(store, context, number, patient)
    await settled(store.pool, settle_seconds)
    keys = (await store.vault.keys.existing({number}))[number]
    total = Resealed(0, 0)
    if isinstance(keys, EitherKey):
        for table in TABLES:
            done = await _reseal_table(store, table, number, keys)
            total = total.plus(done)
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute(_FINISH, number)
        await connection.execute(ANNOUNCE, str(number))
    return total


async def held_key(store: Store, connection: Connection, number: int) -> Record:
    """The row of a patient's key, held. Refused NOT_FOUND without one."""
    row = await connection.fetchrow(PATIENT_KEY, number)
    if row is None:
        raise refuse(
            Category.NOT_FOUND, "store.not-found", phrases.NOT_FOUND,
            code="not-found", type="Patient",
        )  # fmt: skip
    if not store.keyring.knows(row["generation"]) and row["destroyed"] is None:
        await relearn(connection, store.keyring)
    return row


async def _begin(store: Store, context: Context, number: int, patient: str) -> None:
    """Both keys in place, unless another run has begun already."""
    keyring = store.keyring
    async with store.pool.acquire() as connection, connection.transaction():
        row = await held_key(store, connection, number)
        if row["destroyed"] is not None:
            raise refuse(Category.GONE, "store.patient-erased", phrases.PATIENT_ERASED)
        if row["former"] is None:
            present = keyring.unwrap(WrappedKey(row["generation"], row["wrapped"]), number)
            new, former = keyring.wrap(os.urandom(KEY_BYTES), number), keyring.wrap(present, number)
            await connection.execute(_REPLACE, number, new.generation, new.wrapped, former.wrapped)
            await store.trail.append(connection, [entry(context, "rekey", number, patient)])
        await connection.execute(ANNOUNCE, str(number))
    store.vault.keys.forget((number,))


def entry(context: Context, action: Action, number: int, patient: str, why: str = "") -> AuditEntry:
    """The trace of what was done to a patient's key."""
    detail = f"Patient/{patient}" + (f" {why}" if why else "")
    return AuditEntry(
        context=context, action=action, type="Patient", key=number, patient=number, detail=detail
    )  # fmt: skip


async def _reseal_table(store: Store, table: str, number: int, keys: EitherKey) -> Resealed:
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL statement_timeout = 0")
        found = await connection.fetch(
            f"SELECT DISTINCT key FROM {table} WHERE patient = $1 ORDER BY key",  # noqa: S608
            number,
            timeout=LONG_SECONDS,
        )
    rows = [row["key"] for row in found]
    total = Resealed(0, 0)
    for start in range(0, len(rows), SLICE):
        done = await _reseal_slice(store, table, number, rows[start : start + SLICE], keys)
        total = total.plus(done)
    return total


async def _reseal_slice(
    store: Store, table: str, number: int, rows: Sequence[int], keys: EitherKey
) -> Resealed:
    while True:
        try:
            async with store.pool.acquire() as connection, connection.transaction():
                return await _reseal(store, connection, table, number, rows, keys)
        except asyncpg.DeadlockDetectedError:  # a write of several resources of this patient
            continue


async def _reseal(
    store: Store,
    connection: Connection,
    table: str,
    number: int,
    rows: Sequence[int],
    keys: EitherKey,
) -> Resealed:
    query = (
        f"SELECT {OPENED} FROM {table} "  # noqa: S608
        "WHERE patient = $1 AND key = ANY($2::bigint[]) ORDER BY key, version FOR UPDATE"
    )
    records = await connection.fetch(query, number, rows)

    def moved(record: Record, claim: Claim) -> bytes | None:
        return store.vault.bodies.moved(record["body"], keys, claim)

    return await reseal(connection, store.vault.types, table, records, moved)
