"""Versions, newest first: of a resource, a type, or everything (R4 §3.1.0.13)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from hygie.limits import MAX_ISSUES, MAX_PAGE
from hygie.refusal import Issue
from hygie.store.contract import Page
from hygie.store.database import Connection, Record
from hygie.store.search import Found, cursors, ranges
from hygie.store.search.cursors import Cursor
from hygie.store.search.sql import Arguments
from hygie.store.search.visible import Visible
from hygie.store.tables.partitions import PARENT
from hygie.store.tables.rows import VERSION_COLUMNS, current_several
from hygie.store.vault import Opened, Vault, patients_of

_REPLACED: Final = "hygie.resource_history"
KEY: Final = 1
"""Of a row, as it is read."""
_ORDER: Final = "updated DESC, key DESC, version DESC"


async def history(  # noqa: PLR0913 - the fields of one request
    connection: Connection,
    vault: Vault,
    visible: Visible,
    kind: str | None,
    id: str | None,
    *,
    count: int,
    since: datetime | None,
    cursor: str,
) -> Found:
    """One page. The cursor is bound to what was asked.

    A version is seen when it is within sight, and what its resource is now is as well.
    """
    binding = cursors.binding_of("history", kind or "", id or "", str(since))
    after = cursors.read(vault.keyring, cursor, binding)
    count = max(1, min(count, MAX_PAGE))
    reading = _Reading(connection, vault, visible, (kind, id, since))
    found: list[Opened] = []
    issues: list[Issue] = []
    while len(found) <= count:
        records = await reading.some(after, count + 1)
        opened, faults = await vault.open_all(records)
        found += await reading.seen(opened)
        issues += faults[: MAX_ISSUES - len(issues)]
        if len(records) <= count:
            break
        after = _cursor(records[-1])
    page, following = found[:count], ""
    if len(found) > count:
        following = cursors.write(vault.keyring, _cursor(page[-1].record), binding)
    matches = tuple(one.stored for one in page if id in (None, one.stored.id))
    return Found(
        Page(matches=matches, next=following, issues=tuple(issues)), frozenset(patients_of(page))
    )


class _Reading:
    """Versions of what one request asks for: a type and an id, or nothing; and since when."""

    def __init__(
        self,
        connection: Connection,
        vault: Vault,
        visible: Visible,
        asked: tuple[str | None, str | None, datetime | None],
    ) -> None:
        self._connection = connection
        self._vault = vault
        self._visible = visible
        self._asked = asked

    async def some(self, after: Cursor | None, size: int) -> Sequence[Record]:
        """The next rows that may be within sight."""
        arguments = Arguments()
        kind, id, since = self._asked
        where = _conditions(self._vault, kind, id, since, after, arguments)
        kinds = self._vault.registry.resource_types if kind is None else (kind,)
        where += f" AND ({self._visible.whose(kinds, arguments)})"
        limit = arguments.number(size)
        if kind is None:
            query = _of_everything(where, limit)
        else:
            current = await self._vault.partitions.of(self._connection, kind)
            query = _of_tables((f"{current} c", _REPLACED), where, limit)
        return await self._connection.fetch(query, *arguments.values)

    async def seen(self, opened: Sequence[Opened]) -> list[Opened]:
        """Those within sight, of what is now."""
        kinds = {one.stored.type for one in opened}
        limited = {kind for kind in kinds if not self._visible.bound(kind).whole}
        if not limited:
            return list(opened)
        keys = sorted({one.record[KEY] for one in opened if one.stored.type in limited})
        relation = await self._vault.partitions.among(self._connection, limited)
        records = await self._connection.fetch(current_several(relation), keys)
        current, _ = await self._vault.open_all(records)
        there = {_name(one) for one in current if self._visible.has(one)}
        return [
            one
            for one in opened
            if one.stored.type not in limited or (_name(one) in there and self._visible.has(one))
        ]


def _name(one: Opened) -> tuple[str, str]:
    return one.stored.type, one.stored.id


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
