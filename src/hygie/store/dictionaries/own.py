"""The establishment's own dictionaries: trained on its bodies, blanked; kept sealed.

Bodies compress better with a dictionary that knows the house: its systems, its codes, the way its
software writes. `hygie.store.dictionaries.blanking` says what may be learnt.
"""

import asyncio
import random
import sys
from datetime import datetime
from typing import Final

import msgspec

from hygie.refusal import Category, Refused, refuse
from hygie.store import phrases
from hygie.store.bodies.sealer import MAX_NUMBER
from hygie.store.database import Connection, Pool
from hygie.store.dictionaries import purpose
from hygie.store.dictionaries.training import Sample
from hygie.store.keys.news import ANNOUNCE, DICTIONARY
from hygie.store.store import Store
from hygie.store.tables.rows import VERSION_COLUMNS
from hygie.trace import AuditEntry, Context

FIRST: Final = 256
"""Smaller numbers are for those that are shipped."""
SAMPLES: Final = 6_000
RUN: Final = 100
"""Rows read in a row, from a place chosen by chance. Keys are hashes: their order is random."""
_RUN: Final = f"""
SELECT {VERSION_COLUMNS} FROM hygie.resource WHERE key >= $1 AND NOT deleted
ORDER BY key LIMIT {RUN}
"""  # noqa: S608 - constants
LOCK_TABLE: Final = "LOCK TABLE hygie.dictionary IN SHARE ROW EXCLUSIVE MODE"
_NEXT: Final = f"SELECT coalesce(max(number) + 1, {FIRST}) FROM hygie.dictionary"  # noqa: S608
_ADD: Final = "INSERT INTO hygie.dictionary (number, sealed, resources) VALUES ($1, $2, $3)"
_COUNT: Final = """
SELECT coalesce(sum(
    CASE WHEN reltuples < 0 THEN pg_stat_get_live_tuples(oid) ELSE reltuples END), 0)::bigint
FROM pg_class JOIN pg_inherits ON inhrelid = oid WHERE inhparent = 'hygie.resource'::regclass
"""


async def train(store: Store, context: Context) -> int:
    """Trains one on a sample of the bodies and puts it in use; its number. On record.

    Takes some ten seconds of one processor, in a process apart that yields to all others. Refused
    (CONFLICT) when the bodies are too few.
    """
    dictionary = await _trained(await sample(store))
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute(LOCK_TABLE)
        number: int = await connection.fetchval(_NEXT)
        if number > MAX_NUMBER:
            raise _too_few()
        sealed = store.keyring.seal(dictionary, purpose(number))
        await connection.execute(_ADD, number, sealed, await resources(connection))
        entry = AuditEntry(context=context, action="train-dictionary", version=number)
        await store.trail.append(connection, [entry])
        await connection.execute(ANNOUNCE, DICTIONARY)
    store.vault.bodies.learn(number, dictionary)
    return number


class Known(msgspec.Struct, frozen=True):
    """A dictionary of the establishment's own."""

    number: int
    created: datetime
    resources: int
    """About how many there were when it was trained."""


async def resources(connection: Connection | Pool) -> int:
    """About how many there are: what the server counted, without reading them."""
    count: int = await connection.fetchval(_COUNT)
    return count


async def known(store: Store) -> list[Known]:
    """The oldest first; the last is in use."""
    rows = await store.pool.fetch(
        "SELECT number, created, resources FROM hygie.dictionary ORDER BY number"
    )
    return [Known(**row) for row in rows]


async def sample(store: Store) -> list[Sample]:
    """Bodies chosen by chance, of which nothing is given out."""
    found: dict[int, Sample] = {}
    for _ in range(SAMPLES // RUN):
        start = random.randint(-(2**63), 2**63 - 1)  # noqa: S311 - a sample, not a secret
        records = await store.pool.fetch(_RUN, start)
        opened, _issues = await store.vault.open_all(records)
        for one in opened:
            # What belongs to no patient counts as somebody of its own.
            owner = one.record["patient"] or one.record["key"]
            found[one.record["key"]] = (owner, one.stored.body)
    return list(found.values())


async def _trained(samples: list[Sample]) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hygie.store.dictionaries.training",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        dictionary, _ = await process.communicate(msgspec.msgpack.encode(samples))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0 or not dictionary:
        raise _too_few()
    return dictionary


def _too_few() -> Refused:
    return refuse(Category.CONFLICT, "store.dictionary-untrained", phrases.DICTIONARY_UNTRAINED)
