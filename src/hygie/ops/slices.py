"""Tables read in slices, in the order of a key: bounded memory, one short snapshot each.

A slice ends at `SLICE_ROWS` rows or `SLICE_BYTES` of sealed bodies, whichever comes first.
"""

from typing import Final

from hygie.store.database import Connection, Record

SLICE_ROWS: Final = 500
SLICE_BYTES: Final = 4 * 1024 * 1024
"""Sealed; open, a body is some eight times larger."""
FIRST: Final = -(2**63)
LAST: Final = 2**63 - 1

_CURRENT: Final = """
    SELECT * FROM (
        SELECT *, sum(octet_length(body)) OVER (ORDER BY key, patient) - octet_length(body)
            AS before
        FROM (
            SELECT * FROM hygie.resource WHERE type = $1 AND (key, patient) > ($2, $3)
            ORDER BY key, patient LIMIT $4
        ) AS ahead
    ) AS weighed WHERE before < $5 ORDER BY key, patient
"""
_PAST: Final = """
    SELECT * FROM (
        SELECT *, sum(octet_length(body)) OVER (ORDER BY key, version) - octet_length(body)
            AS before
        FROM (
            SELECT * FROM hygie.resource_history WHERE (key, version) > ($1, $2)
            ORDER BY key, version LIMIT $3
        ) AS ahead
    ) AS weighed WHERE before < $4 ORDER BY key, version
"""


Place = tuple[int, int]
"""Key and patient of a current row: a key has one row, unless something went wrong."""


def place_of(record: Record) -> Place:
    return record["key"], record["patient"]


async def current_rows(connection: Connection, type: int, after: Place) -> list[Record]:
    """Rows of a type after a place; empty at the end."""
    return await connection.fetch(_CURRENT, type, *after, SLICE_ROWS, SLICE_BYTES)


async def past_rows(connection: Connection, after: tuple[int, int]) -> list[Record]:
    """Replaced versions after (key, version); empty at the end."""
    return await connection.fetch(_PAST, *after, SLICE_ROWS, SLICE_BYTES)
