"""Many rows in one statement.

Rows go as arrays, one a column: a prepared statement, one round trip. New rows by the dozen go by
COPY, which costs two round trips and less for each row: from about `COPIED` on it is the cheaper.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from hygie.store.database import Connection
from hygie.store.tables.rows import VERSION_COLUMNS, WRITTEN

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
_REPLACING: Final = (*WRITTEN, "former")
_NAMES: Final = ", ".join(WRITTEN)


def _given(names: Sequence[str]) -> str:
    """A relation of the parameters, one array for each column."""
    arrays = ", ".join(
        f"${number}::{'text' if name in _LISTS else _TYPES.get(name, 'bigint')}[]"
        for number, name in enumerate(names, 1)
    )
    return f"unnest({arrays}) AS given ({', '.join(names)})"


def _value(name: str) -> str:
    return f"given.{name}::{_LISTS[name]}" if name in _LISTS else f"given.{name}"


@cache
def _insert(relation: str) -> str:
    values = ", ".join(map(_value, WRITTEN))
    return f"INSERT INTO {relation} ({_NAMES}) SELECT {values} FROM {_given(WRITTEN)}"  # noqa: S608


@cache
def _replace(relation: str) -> str:
    """Keeps the replaced versions, then writes the new ones in their rows."""
    found = "held.key = given.key AND held.patient = given.former"
    kept = VERSION_COLUMNS.replace(", ", ", held.")
    return f"""
        WITH given AS MATERIALIZED (SELECT * FROM {_given(_REPLACING)}),
        archived AS (
            INSERT INTO hygie.resource_history ({VERSION_COLUMNS})
            SELECT held.{kept} FROM given JOIN {relation} held ON {found}
        )
        UPDATE {relation} held SET {", ".join(f"{name} = {_value(name)}" for name in WRITTEN)}
        FROM given WHERE {found}
    """  # noqa: S608 - the names above; `relation` is ours


async def insert(connection: Connection, relation: str, records: Sequence[tuple[Any, ...]]) -> None:
    """Writes rows of `WRITTEN` that do not exist.

    `relation` is a partition, never the parent: a transaction that has written to the parent does
    not notice partitions made since.
    """
    if len(records) < COPIED:
        await connection.execute(_insert(relation), *_columns(WRITTEN, records))
        return
    schema, _, table = relation.partition(".")
    await connection.copy_records_to_table(
        table, schema_name=schema, columns=WRITTEN, records=records
    )


async def replace(
    connection: Connection, relation: str, records: Sequence[tuple[Any, ...]]
) -> None:
    """Writes rows of `WRITTEN` and the former patient over those that are held."""
    await connection.execute(_replace(relation), *_columns(_REPLACING, records))


def _columns(names: Sequence[str], records: Sequence[tuple[Any, ...]]) -> list[Sequence[Any]]:
    columns = zip(*records, strict=True)
    return [
        [_literal(one) for one in column] if name in _LISTS else column
        for name, column in zip(names, columns, strict=True)
    ]


def _literal(numbers: Sequence[int] | None) -> str | None:
    """An array as PostgreSQL reads it (SQL array literal)."""
    return None if numbers is None else "{" + ",".join(map(str, numbers)) + "}"
