"""Versions, newest first: of a resource, a type, or everything (R4 §3.1.0.13)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from hygie.limits import MAX_PAGE
from hygie.store.contract import Page
from hygie.store.database import Connection, Record
from hygie.store.search import Found, cursors, ranges
from hygie.store.search.cursors import Cursor
from hygie.store.search.sql import Arguments
from hygie.store.tables.partitions import PARENT
from hygie.store.tables.rows import VERSION_COLUMNS
from hygie.store.vault import Vault, patients_of

_REPLACED: Final = "hygie.resource_history"
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
    if kind is None:
        query = _of_everything(where, limit)
    else:
        current = await vault.partitions.of(connection, kind)
        query = _of_tables((f"{current} c", _REPLACED), where, limit)
    records = await connection.fetch(query, *arguments.values)
    opened, issues = await vault.open_all(records[:count])
    following = ""
    if len(records) > count:
        following = cursors.write(vault.keyring, _cursor(records[count - 1]), binding)
    matches = tuple(one.stored for one in opened if id in (None, one.stored.id))
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
        met.append(f"key = {arguments.number(vault.keyring.reference(kind, id))}")
    elif kind is not None:
        met.append(f"type = {arguments.number(vault.types.code(kind))}")
    if since is not None:
        met.append(f"updated >= {arguments.moment(since)}")
    if after is not None:
        updated = arguments.moment(ranges.moment(after.values[0]))
        key, version = arguments.number(after.key), arguments.number(after.values[1])
        met.append(f"(updated, key, version) < ({updated}, {key}, {version})")
    return " AND ".join(met)


def _of_tables(tables: Sequence[str], where: str, limit: str) -> str:
    parts = [
        f"(SELECT {VERSION_COLUMNS} FROM {table} WHERE {where} ORDER BY {_ORDER} LIMIT {limit})"  # noqa: S608
        for table in tables
    ]
    return f"{' UNION ALL '.join(parts)} ORDER BY {_ORDER} LIMIT {limit}"


def _of_everything(where: str, limit: str) -> str:
    """What was replaced is taken type by type, so that each is read from the end of its index."""
    replaced = (
        f"SELECT h.* FROM hygie.resource_type, LATERAL (SELECT {VERSION_COLUMNS} FROM {_REPLACED} "  # noqa: S608
        f"WHERE type = code AND {where} ORDER BY {_ORDER} LIMIT {limit}) h"
    )
    return _of_tables((PARENT, f"({replaced}) h"), where, limit)


def _cursor(record: Record) -> Cursor:
    return Cursor((ranges.microseconds(record["updated"]), record["version"]), record["key"])
