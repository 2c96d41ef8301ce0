"""New rows, in one statement.

A few go as arrays, one a column: a prepared statement, one round trip. Many go by COPY, which costs
two round trips and less for each row: from about `COPIED` rows on it is the cheaper.
"""

from collections.abc import Sequence
from typing import Any, Final

from hygie.store.database import Connection
from hygie.store.rows import WRITTEN

COPIED: Final = 32
_TYPES: Final = {
    "updated": "timestamptz",
    "version": "integer",
    "type": "smallint",
    "links": "smallint",
    "deleted": "boolean",
    "body": "bytea",
}
"""Types of the columns; "bigint" of those not named."""
_LISTS: Final = {"tokens": "bigint[]", "spans": "bigint[]", "words": "smallint[]"}
"""Arrays of arrays have rows of one length in SQL: a list in a column travels as text."""

_GIVEN: Final = ", ".join(
    f"${number}::{'text' if name in _LISTS else _TYPES.get(name, 'bigint')}[]"
    for number, name in enumerate(WRITTEN, 1)
)
_READ: Final = ", ".join(f"{name}::{_LISTS[name]}" if name in _LISTS else name for name in WRITTEN)
_INSERT: Final = f"""
INSERT INTO hygie.resource ({", ".join(WRITTEN)})
SELECT {_READ} FROM unnest({_GIVEN}) AS given ({", ".join(WRITTEN)})
"""  # noqa: S608 - the names above


async def insert(connection: Connection, records: Sequence[tuple[Any, ...]]) -> None:
    """Writes rows of `WRITTEN` that do not exist."""
    if len(records) >= COPIED:
        await connection.copy_records_to_table(
            "resource", schema_name="hygie", columns=WRITTEN, records=records
        )
        return
    await connection.execute(_INSERT, *_columns(records))


def _columns(records: Sequence[tuple[Any, ...]]) -> list[Sequence[Any]]:
    columns = zip(*records, strict=True)
    return [
        [_literal(one) for one in column] if name in _LISTS else column
        for name, column in zip(WRITTEN, columns, strict=True)
    ]


def _literal(numbers: Sequence[int] | None) -> str | None:
    """An array as PostgreSQL reads it (SQL array literal)."""
    return None if numbers is None else "{" + ",".join(map(str, numbers)) + "}"
