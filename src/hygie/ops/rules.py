"""Which rules the index was made by: a digest for each type, compared at each start.

It covers the definitions of the type's search parameters, the time zone, and how specimens come
out: whatever changes what is filed for them changes every digest. Digests are worked out only
when something they could depend on is not as it was when all were found right.
"""

import sys
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from hygie.ops.specimens import SPECIMENS
from hygie.store.database import Connection, Pool
from hygie.store.store import Store

_PREFIX: Final = "index-rules "
_FOUND_RIGHT: Final = "index-rules-found-right"
_ROOMS: Final = ("fhir", "store", "ops")
"""Whose code decides what is filed, and what a digest is."""
_LAST: Final = "SELECT value FROM hygie.store_meta WHERE name = $1"
_KEPT: Final = "SELECT name, value FROM hygie.store_meta WHERE starts_with(name, $1)"
_KEEP: Final = """
    INSERT INTO hygie.store_meta (name, value) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""
_FILLED: Final = """
    SELECT name FROM hygie.resource_type
    WHERE EXISTS (SELECT FROM hygie.resource r WHERE r.type = code) ORDER BY name
"""


def digests(store: Store) -> dict[str, bytes]:
    """Type -> digest of the rules by which this program would index it."""
    specimens = _specimens(store)
    return {type: _digest(store, type, specimens) for type in store.registry.resource_types}


async def outdated(store: Store) -> list[str]:
    """Types with rows that were indexed by other rules. The others are noted as up to date."""
    circumstances = _circumstances(store)
    if await store.pool.fetchval(_LAST, _FOUND_RIGHT) == circumstances:
        return []
    differing = await _differing(store)
    await store.pool.execute(_KEEP, _FOUND_RIGHT, b"" if differing else circumstances)
    return differing


async def _differing(store: Store) -> list[str]:
    expected = digests(store)
    kept = await _kept(store.pool)
    differing = [type for type, digest in expected.items() if kept.get(type) != digest]
    if not differing:
        return []
    filled = {record["name"] for record in await store.pool.fetch(_FILLED)}
    for type in differing:
        if type not in filled or type not in kept:
            await keep(store.pool, type, expected[type])
    return [type for type in differing if type in filled and type in kept]


async def keep(database: Connection | Pool, type: str, digest: bytes) -> None:
    """Notes by which rules all rows of a type are indexed."""
    await database.execute(_KEEP, _PREFIX + type, digest)


async def _kept(pool: Pool) -> Mapping[str, bytes]:
    rows = await pool.fetch(_KEPT, _PREFIX)
    return {row["name"].removeprefix(_PREFIX): row["value"] for row in rows}


def _circumstances(store: Store) -> bytes:
    """Changes whenever a digest may: with a few milliseconds of reading, where those take 0.2 s."""
    state = sha256(program())
    state.update(repr((store.zone.key, store.vault.blinder.words)).encode())
    return state.digest()


@cache
def program() -> bytes:
    """A digest of Python's version, our own code, and the definitions."""
    state = sha256(sys.version.encode())
    home = Path(__file__).parents[1]
    for room in _ROOMS:
        for file in sorted((home / room).rglob("*")):
            if file.suffix in (".py", ".bin"):
                state.update(f"{file.relative_to(home)} ".encode() + file.read_bytes())
    return state.digest()


def _digest(store: Store, type: str, specimens: bytes) -> bytes:
    parameters = sorted(store.registry.base.parameters(type).items())
    return sha256(msgspec.json.encode([type, store.zone.key, parameters]) + specimens).digest()


def _specimens(store: Store) -> bytes:
    """What the specimens are filed under, by this store's keys."""
    filed = [
        store.vault.file({**specimen, "id": f"specimen-{number}"})
        for number, specimen in enumerate(SPECIMENS)
    ]
    return repr([(patient, *map(_plain, index)) for patient, index in filed]).encode()


def _plain(column: object) -> object:
    return sorted(column) if isinstance(column, list) else column
