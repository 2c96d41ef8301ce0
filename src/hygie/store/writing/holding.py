"""The current versions of what is to change, held until the transaction ends.

Everyone takes locks in one order, so that nobody waits in a circle: rows by type and key, then, for
what has no row, its key. A transaction that holds many takes whole types instead.
"""

from collections.abc import Sequence
from typing import Final

from hygie.refusal import Refused
from hygie.store.database import Connection, Record
from hygie.store.tables import rows
from hygie.store.vault import Opened, Vault, id_taken
from hygie.store.writing.changes import Change

MAX_ROW_LOCKS: Final = 1_500
"""Beyond this many, one lock on each table: the server's table of locks is finite and shared."""

Held = dict[tuple[str, int], Opened | Refused]
"""By type and key: what is there; or that it does not open, or has another id."""


async def hold(connection: Connection, vault: Vault, changes: Sequence[Change]) -> Held:
    """What is there now of these, no two of one type and key, and stays until the end."""
    by_type: dict[str, dict[int, str]] = {}
    for change in changes:
        if change.presence != "fresh":
            by_type.setdefault(change.type, {})[change.key] = change.id
    if sum(map(len, by_type.values())) > MAX_ROW_LOCKS:
        for kind in sorted(by_type):
            await connection.execute(rows.lock_table(vault.partitions.relation(kind)))
        records = await _select(connection, vault, by_type)
    else:
        records = await _select(connection, vault, by_type)
        records |= await _absent(connection, vault, by_type, records)
    return await _opened(vault, by_type, records)


async def look(connection: Connection, vault: Vault, changes: Sequence[Change]) -> Held:
    """What is there now of these, all of one type, no two of one key; it may not stay.

    Each record also has `xmin`, by which a row is known again.
    """
    wanted = {change.key: change.id for change in changes if change.presence != "fresh"}
    if not wanted:
        return {}
    kind = changes[0].type
    records = await connection.fetch(rows.look(vault.partitions.relation(kind)), list(wanted))
    found = {(kind, record["key"]): record for record in records}
    return await _opened(vault, {kind: wanted}, found)


async def _absent(
    connection: Connection,
    vault: Vault,
    by_type: dict[str, dict[int, str]],
    found: dict[tuple[str, int], Record],
) -> dict[tuple[str, int], Record]:
    """Holds what has no row, and looks again: it may just have been made."""
    absent = {
        kind: {key: id for key, id in wanted.items() if (kind, key) not in found}
        for kind, wanted in by_type.items()
    }
    absent = {kind: wanted for kind, wanted in absent.items() if wanted}
    if not absent:
        return {}
    keys = [key for wanted in absent.values() for key in wanted]
    await connection.fetchval(rows.LOCK_MANY, keys)
    return await _select(connection, vault, absent)


async def _select(
    connection: Connection, vault: Vault, by_type: dict[str, dict[int, str]]
) -> dict[tuple[str, int], Record]:
    found: dict[tuple[str, int], Record] = {}
    for kind in sorted(by_type):
        query = rows.hold(vault.partitions.relation(kind))
        records = await connection.fetch(query, list(by_type[kind]))
        found |= {(kind, record["key"]): record for record in records}
    return found


async def _opened(
    vault: Vault, by_type: dict[str, dict[int, str]], records: dict[tuple[str, int], Record]
) -> Held:
    held: Held = {}
    opened = await vault.open_each(list(records.values()))
    for (kind, key), one in zip(records, opened, strict=True):
        other = isinstance(one, Opened) and one.stored.id != by_type[kind][key]
        held[kind, key] = id_taken(kind) if other else one
    return held
