"""Versions, newest first: of a resource, a type, or everything (R4 §3.1.0.13)."""

from datetime import datetime
from typing import Final

from hygie.limits import MAX_PAGE
from hygie.store.contract import Page
from hygie.store.database import Connection, Record
from hygie.store.rows import VERSION_COLUMNS
from hygie.store.search import Found, cursors, ranges
from hygie.store.search.cursors import Cursor
from hygie.store.search.sql import Arguments
from hygie.store.vault import Vault, patients_of

_TABLES: Final = ("hygie.resource", "hygie.resource_history")
_ORDER: Final = "updated DESC, key DESC, version DESC"


async def history(  # noqa: PLR0913 - the fields of one request
    connection: Connection,
    vault: Vault,
    kind: str | None,
    id: str | None,
    *,
    count: int,
    since: datetime | None,
    cursor: str,
) -> Found:
    """One page. The cursor is bound to what was asked."""
    binding = cursors.binding_of("history", kind or "", id or "", str(since))
    after = cursors.read(vault.keyring, cursor, binding)
    count = max(1, min(count, MAX_PAGE))
    arguments = Arguments()
    where = _conditions(vault, kind, id, since, after, arguments)
    limit = arguments.number(count + 1)
    query = (_of_everything if kind is None else _of_both_tables)(where, limit)
    records = await connection.fetch(query, *arguments.values)
    opened, issues = await vault.open_all(records[:count])
    following = ""
    if len(records) > count:
        following = cursors.write(vault.keyring, _cursor(records[count - 1]), binding)
    matches = tuple(one.stored for one in opened)
    page = Page(matches=matches, next=following, issues=tuple(issues))
    return Found(page, frozenset(patients_of(opened)))


def _conditions(
    vault: Vault,
    kind: str | None,
    id: str | None,
    since: datetime | None,
    after: Cursor | None,
    arguments: Arguments,
) -> str:
    met = ["true"]
    if kind is not None and id is not None:
        row = vault.keyring.row_key(kind, id)
        met.append(f"key = {arguments.number(row.key)} AND rest = {arguments.number(row.rest)}")
    elif kind is not None:
        met.append(f"type = {arguments.number(vault.types.code(kind))}")
    if since is not None:
        met.append(f"updated >= {arguments.moment(since)}")
    if after is not None:
        updated = arguments.moment(ranges.moment(after.values[0]))
        key, version = arguments.number(after.values[1]), arguments.number(after.position)
        met.append(f"(updated, key, version) < ({updated}, {key}, {version})")
    return " AND ".join(met)


def _of_both_tables(where: str, limit: str) -> str:
    parts = [
        f"(SELECT {VERSION_COLUMNS} FROM {table} WHERE {where} ORDER BY {_ORDER} LIMIT {limit})"  # noqa: S608
        for table in _TABLES
    ]
    return f"{' UNION ALL '.join(parts)} ORDER BY {_ORDER} LIMIT {limit}"


def _of_everything(where: str, limit: str) -> str:
    """Type by type, so that each is read from the end of its index."""
    parts = [
        f"(SELECT {VERSION_COLUMNS} FROM {table} WHERE type = code AND {where} "  # noqa: S608
        f"ORDER BY {_ORDER} LIMIT {limit})"
        for table in _TABLES
    ]
    each = " UNION ALL ".join(parts)
    return (
        f"SELECT v.* FROM hygie.resource_type, LATERAL ({each}) v "  # noqa: S608
        f"ORDER BY {_ORDER} LIMIT {limit}"
    )


def _cursor(record: Record) -> Cursor:
    return Cursor((ranges.microseconds(record["updated"]), record["key"]), record["version"])
