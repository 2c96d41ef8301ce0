"""Many writes at once: one COPY for what is new, one batch for what changes."""

from collections.abc import Container, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from hygie.refusal import Category, Refusal, Refused, refuse
from hygie.store import phrases, placing, rows
from hygie.store.contract import Resource, StoredResource
from hygie.store.database import Connection
from hygie.store.vault import Draft, Opened, Vault, id_taken

MAX_ROW_LOCKS = 500
"""Beyond this many, one lock on the table: the server's table of locks is finite and shared."""


Held = dict[tuple[str, str], Opened]
"""Current versions by type and id."""


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
    await vault.partitions.ensure({resource["resourceType"] for resource in resources})
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
    for kind in sorted({draft.stored.type for draft, _ in changed}):
        values = [
            (*rows.written(vault, draft, ciphers), former)
            for draft, former in changed
            if draft.stored.type == kind
        ]
        await connection.executemany(rows.replace(vault.partitions.relation(kind)), values)
    return results


async def _hold(connection: Connection, vault: Vault, resources: Sequence[Resource]) -> Held:
    """The current versions of those that have an id, held until the transaction ends."""
    named = _named(vault, resources)
    if not named:
        return {}
    keys = [key for of_kind in named.values() for key in of_kind]
    if len(keys) > MAX_ROW_LOCKS:
        for kind in sorted(named):
            await connection.execute(rows.lock_table(vault.partitions.relation(kind)))
    else:
        await connection.fetchval(rows.LOCK_MANY, keys)
    held: Held = {}
    for kind in sorted(named):
        query = rows.hold_many(vault.partitions.relation(kind))
        opened, issues = await vault.open_all(await connection.fetch(query, list(named[kind])))
        if issues:
            raise Refused(Refusal(Category.CONFLICT, tuple(issues)))
        for one in opened:
            if one.stored.id != named[kind][one.record["key"]]:
                raise id_taken(kind)
            held[kind, one.stored.id] = one
    return held


def _named(vault: Vault, resources: Sequence[Resource]) -> dict[str, dict[int, str]]:
    """For each type, the ids given, by key."""
    named: dict[str, dict[int, str]] = {}
    for kind, id in ((r["resourceType"], _valid(r["id"])) for r in resources if "id" in r):
        key, of_kind = vault.keyring.reference(kind, id), named.setdefault(kind, {})
        if key in of_kind:
            raise _id_twice() if of_kind[key] == id else id_taken(kind)
        of_kind[key] = id
    return named


def _id_twice() -> Refused:
    return refuse(Category.CONFLICT, "store.id-twice", phrases.ID_TWICE, code="duplicate")


def _valid(id: object) -> str:
    if not isinstance(id, str) or not placing.is_id(id):
        raise refuse(Category.INVALID, "store.id-invalid", phrases.ID_INVALID, code="value")
    return id


def _decide(vault: Vault, resource: Resource, held: Held, now: datetime) -> Written:
    kind, id = resource["resourceType"], resource.get("id") or str(uuid4())
    present = held.get((kind, id))
    if present is None:
        draft = vault.draft(resource, id, 1, now)
        return Written(draft.stored, draft.patient, draft, None)
    record, previous = present
    if placing.same_content(resource, previous):
        return Written(previous, record["patient"], None, record["patient"])
    later = max(now, previous.updated + placing.TICK)
    draft = vault.draft(resource, id, previous.version + 1, later)
    return Written(draft.stored, draft.patient, draft, record["patient"])
