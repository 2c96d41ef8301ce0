"""Many rows in one statement.

Rows go as arrays, one a column: a prepared statement, one round trip. New rows by the dozen go by
COPY, which costs two round trips and less for each row: from about `COPIED` on it is the cheaper.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, NamedTuple

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
    "seen": "xid",
}
"""Types of the columns; "bigint" of those not named."""
_LISTS: Final = {"tokens": "bigint[]", "spans": "bigint[]", "words": "smallint[]"}
"""Arrays of arrays have rows of one length in SQL: a list in a column travels as text."""
REPLACING: Final = (*WRITTEN, "former")
"""What a row that replaces another is written from: `former` is the patient of that one."""
SEEN: Final = (*REPLACING, "seen")
"""With its `xmin`, to replace no other."""
_NAMES: Final = ", ".join(WRITTEN)


class Replacement(NamedTuple):
    """The parts of a statement that replaces rows: of its WITH, by name, and what is done last."""

    given: str
    archived: str
    replaced: str


def _given(names: Sequence[str], first: int) -> str:
    """A relation of the parameters, one array for each column, the first of that number."""
    arrays = ", ".join(
        f"${number}::{'text' if name in _LISTS else _TYPES.get(name, 'bigint')}[]"
        for number, name in enumerate(names, first)
    )
    return f"unnest({arrays}) AS given ({', '.join(names)})"


def _value(name: str) -> str:
    return f"given.{name}::{_LISTS[name]}" if name in _LISTS else f"given.{name}"


@cache
def creation(relation: str, first: int = 1) -> str:
    """Writes new rows, of `WRITTEN`; their parameters are numbered from `first`."""
    values = ", ".join(map(_value, WRITTEN))
    given = _given(WRITTEN, first)
    return f"INSERT INTO {relation} ({_NAMES}) SELECT {values} FROM {given}"  # noqa: S608 - ours


def replacement(relation: str, names: Sequence[str], first: int) -> Replacement:
    """Keeps the replaced versions, then writes the new ones in their rows.

    `names`: `REPLACING`, or `SEEN`; their parameters are numbered from `first`.
    """
    found = "held.key = given.key AND held.patient = given.former"
    if names is SEEN:
        found += " AND held.xmin = given.seen"
    kept = VERSION_COLUMNS.replace(", ", ", held.")
    values = ", ".join(f"{name} = {_value(name)}" for name in WRITTEN)
    return Replacement(
        given=f"SELECT * FROM {_given(names, first)}",  # noqa: S608 - the names above
        archived=f"INSERT INTO hygie.resource_history ({VERSION_COLUMNS}) "  # noqa: S608 - as below
        f"SELECT held.{kept} FROM given JOIN {relation} held ON {found}",
        replaced=f"UPDATE {relation} held SET {values} FROM given WHERE {found}",  # noqa: S608 - ours
    )


@cache
def _replace(relation: str) -> str:
    parts = replacement(relation, REPLACING, 1)
    return (
        f"WITH given AS MATERIALIZED ({parts.given}), archived AS ({parts.archived}) "
        f"{parts.replaced}"
    )


async def insert(connection: Connection, relation: str, records: Sequence[tuple[Any, ...]]) -> None:
    """Writes rows of `WRITTEN` that do not exist.

    `relation` is a partition, never the parent: a transaction that has written to the parent does
    not notice partitions made since.
    """
    if len(records) < COPIED:
        await connection.execute(creation(relation), *columns(WRITTEN, records))
        return
    schema, _, table = relation.partition(".")
    await connection.copy_records_to_table(
        table, schema_name=schema, columns=WRITTEN, records=records
    )


async def replace(
    connection: Connection, relation: str, records: Sequence[tuple[Any, ...]]
) -> None:
    """Writes rows of `WRITTEN` and the former patient over those that are held."""
    await connection.execute(_replace(relation), *columns(REPLACING, records))


def columns(names: Sequence[str], records: Sequence[tuple[Any, ...]]) -> list[Sequence[Any]]:
    """The parameters for these rows: one array for each column."""
    given = zip(*records, strict=True)
    return [
        [_literal(one) for one in column] if name in _LISTS else column
        for name, column in zip(names, given, strict=True)
    ]


def _literal(numbers: Sequence[int] | None) -> str | None:
    """An array as PostgreSQL reads it (SQL array literal)."""
    return None if numbers is None else "{" + ",".join(map(str, numbers)) + "}"
