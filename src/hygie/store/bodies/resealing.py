"""Bodies replaced by the same, sealed otherwise: versions, index and history stay as they are.

A body is replaced only where it is still the one that was read. Its nonce, which is random, tells:
whoever wrote meanwhile wins.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag

from hygie.store.bodies.sealer import SEAL_BYTES, Claim
from hygie.store.database import Connection, Record
from hygie.store.tables.type_codes import TypeCodes

TABLES: Final = ("hygie.resource", "hygie.resource_history")
"""In this order: a row that is replaced meanwhile moves from the first to the second."""
Anew = Callable[[Record, Claim], bytes | None]
"""Gives the body sealed anew; None when it is as it should be. Raises `InvalidTag` when the body
does not open."""


class Resealed(NamedTuple):
    """What it came to."""

    bodies: int
    """Sealed anew."""
    damaged: int
    """Altered on disk before: they do not open, and are left."""

    def plus(self, other: "Resealed") -> "Resealed":
        return Resealed(self.bodies + other.bodies, self.damaged + other.damaged)


@cache
def _replace(table: str) -> str:
    return (
        f"UPDATE {table} SET body = $6 "  # noqa: S608
        "WHERE key = $1 AND patient = $2 AND version = $3 AND type = $4 "
        f"AND substring(body FOR {SEAL_BYTES}) = $5"
    )


async def reseal(
    connection: Connection, types: TypeCodes, table: str, records: Sequence[Record], anew: Anew
) -> Resealed:
    """Within the caller's transaction, in which `anew` was given its keys. `table`: of `TABLES`."""
    changed, damaged = [], 0
    for record in records:
        claim = Claim(
            types.name(record["type"]), record["key"], record["version"], record["deleted"]
        )
        try:
            body = anew(record, claim)
        except InvalidTag:
            damaged += 1
            continue
        if body is not None:
            row = record["key"], record["patient"], record["version"], record["type"]
            changed.append((*row, record["body"][:SEAL_BYTES], body))
    await connection.executemany(_replace(table), changed)
    return Resealed(len(changed), damaged)
