"""Many writes at once: one COPY for what is new, one batch for what changes."""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from hygie.refusal import Category, Refusal, Refused, refuse
from hygie.store import phrases, placing, rows
from hygie.store.contract import Resource, StoredResource
from hygie.store.database import Connection
from hygie.store.keys import RowKey
from hygie.store.vault import Draft, Opened, Vault

MAX_ROW_LOCKS = 500
"""Beyond this many, one lock on the table: the server's table of locks is finite and shared."""


class Written(NamedTuple):
    """One outcome. `draft` is None when nothing had to be written."""

    stored: StoredResource
    patient: int
    draft: Draft | None
    former: int | None
    """The patient of the row that is replaced; None for a new row."""


async def write_many(
    connection: Connection,
    vault: Vault,
    resources: Sequence[Resource],
    now: datetime,
    fresh: Container[str] = (),
) -> list[Written]:
    """Creates those without id, updates or creates the rest. Results in the order given.

    Refused (CONFLICT) when two of them have one id.
    """
    held = await _hold(connection, vault, [r for r in resources if r.get("id") not in fresh])
    results = [_decide(vault, resource, held, now) for resource in resources]
    new = [r.draft for r in results if r.draft is not None and r.former is None]
    changed = [(r.draft, r.former) for r in results if r.draft is not None and r.former is not None]
    ciphers = await vault.keys.ensure({r.patient for r in results if r.draft is not None})
    if new:
        await connection.copy_records_to_table(
            "resource", schema_name="hygie", columns=rows.WRITTEN,
            records=[rows.written(vault, draft, ciphers) for draft in new],
        )  # fmt: skip
    if changed:
        values = [(*rows.written(vault, draft, ciphers), former) for draft, former in changed]
        await connection.executemany(rows.REPLACE, values)
    return results


async def _hold(
    connection: Connection, vault: Vault, resources: Sequence[Resource]
) -> dict[RowKey, Opened]:
    """The current versions of those that have an id, held until the transaction ends."""
    named = [
        vault.keyring.row_key(r["resourceType"], _valid(r["id"])) for r in resources if "id" in r
    ]
    if len(set(named)) < len(named):
        raise refuse(Category.CONFLICT, "store.id-twice", phrases.ID_TWICE, code="duplicate")
    if not named:
        return {}
    keys = [row.key for row in named]
    if len(keys) > MAX_ROW_LOCKS:
        await connection.execute(rows.LOCK_TABLE)
    else:
        await connection.fetchval(rows.LOCK_MANY, keys)
    records = await connection.fetch(rows.CURRENT_MANY, keys)
    opened, issues = await vault.open_all(records)
    if issues:
        raise Refused(Refusal(Category.CONFLICT, tuple(issues)))
    return {RowKey(one.record["key"], one.record["rest"]): one for one in opened}


def _valid(id: object) -> str:
    if not isinstance(id, str) or not placing.is_id(id):
        raise refuse(Category.INVALID, "store.id-invalid", phrases.ID_INVALID, code="value")
    return id


def _decide(
    vault: Vault, resource: Resource, held: Mapping[RowKey, Opened], now: datetime
) -> Written:
    kind, id = resource["resourceType"], resource.get("id") or str(uuid4())
    present = held.get(vault.keyring.row_key(kind, id))
    if present is None:
        draft = vault.draft(resource, id, 1, now)
        return Written(draft.stored, draft.patient, draft, None)
    record, previous = present
    if placing.same_content(resource, previous):
        return Written(previous, record["patient"], None, record["patient"])
    later = max(now, previous.updated + placing.TICK)
    draft = vault.draft(resource, id, previous.version + 1, later)
    return Written(draft.stored, draft.patient, draft, record["patient"])
