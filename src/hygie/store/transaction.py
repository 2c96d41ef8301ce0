"""Changes that commit together: rows, versions, index and audit entries, or none of them."""

from collections.abc import Callable, Container, Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4

from hygie.fhir.search.query import Query
from hygie.refusal import Category, Refused, refuse
from hygie.store import phrases, placing, rows
from hygie.store.auditing import Steps
from hygie.store.bulk import write_many
from hygie.store.contract import Page, Resource, StoredResource
from hygie.store.database import Connection, Record
from hygie.store.outbox import Outbox
from hygie.store.search import Searcher
from hygie.store.vault import Draft, Vault, id_taken
from hygie.trace import Action, AuditEntry, AuditTrail, Context

Clock = Callable[[], datetime]
NONE: Final = 0
"""The version of a resource that does not exist."""


class Transaction:
    """Made by `Store.transaction`. For one task at a time."""

    def __init__(
        self,
        context: Context,
        connection: Connection,
        vault: Vault,
        searcher: Searcher,
        clock: Clock,
    ) -> None:
        self.context = context
        self.connection = connection
        """So that rows of other rooms commit together with resources."""
        self._vault = vault
        self._searcher = searcher
        self._clock = clock
        self._steps = Steps(context, vault.keyring)
        self._written: list[StoredResource] = []

    # --- changes ----------------------------------------------------------------------------

    async def create(self, resource: Resource, *, id: str | None = None) -> StoredResource:
        """A new resource, under a new id or the one given. Refused (CONFLICT) when that exists."""
        if id is None:
            draft = self._vault.draft(resource, str(uuid4()), NONE + 1, self._now(None))
            return await self._insert(draft)
        record, previous = await self._hold(resource["resourceType"], id)
        if previous is not None and not previous.deleted:
            raise refuse(
                Category.CONFLICT, "store.already-exists", phrases.ALREADY_EXISTS,
                code="duplicate", type=previous.type,
            )  # fmt: skip
        return await self._put(resource, id, record, previous)

    async def update(self, resource: Resource, *, if_match: int | None = None) -> StoredResource:
        """The next version of `resource`, made when absent; the present one if nothing changed."""
        record, previous = await self._hold(resource["resourceType"], resource.get("id"))
        self._check_version(resource["resourceType"], previous, if_match)
        return await self._put(resource, resource["id"], record, previous)

    async def delete(
        self,
        type: str,
        id: str,
        *,
        if_match: int | None = None,
    ) -> StoredResource | None:
        """The version that says so; None when there was nothing to delete."""
        record, previous = await self._hold(type, id)
        self._check_version(type, previous, if_match)
        if record is None or previous is None or previous.deleted:
            return None
        now = self._now(previous)
        draft = self._vault.tombstone(previous, record["patient"], now)
        return await self._replace(draft, record, "delete")

    async def write_many(
        self, resources: Sequence[Resource], *, fresh: Container[str] = ()
    ) -> list[StoredResource]:
        """Creates those without `id`, updates or creates the others: in bulk, results in order.

        `fresh`: ids just made at random, which are not looked up. Refused (CONFLICT) when two
        have one id.
        """
        now = self._now(None)
        written = await write_many(self.connection, self._vault, resources, now, fresh)
        for one in written:
            if one.draft is not None:
                action: Action = "create" if one.former is None else "update"
                self._keep(action, one.stored, one.patient)
        return [one.stored for one in written]

    # --- reading ----------------------------------------------------------------------------

    async def read(self, type: str, id: str) -> StoredResource | None:
        """The current version, deleted or not; None when it never was. As this sees it."""
        relation = await self._vault.partitions.of(self.connection, type)
        key = self._vault.keyring.reference(type, id)
        records = await self.connection.fetch(rows.current(relation), key)
        found = await self._vault.open_named(records, id)
        if found is None:
            return None
        self._steps.touch("read", found.stored, found.record["patient"])
        return found.stored

    async def search(self, query: Query) -> Page:
        found = await self._searcher.search(self.connection, query)
        self._steps.search(query, found)
        return found.page

    async def guard(self, purpose: str, *texts: str) -> None:
        """Waits until no other transaction guards the same texts: for conditional changes."""
        keys = [self._vault.keyring.blind(f"guard {purpose}", text) for text in texts]
        await self.connection.fetchval(rows.LOCK_MANY, keys)

    # --- how ----------------------------------------------------------------------------------

    def entries(self) -> list[AuditEntry]:
        """What `Store.transaction` has still to keep, once."""
        return self._steps.take()

    async def _hold(
        self, kind: str, id: object
    ) -> tuple[Record, StoredResource] | tuple[None, None]:
        """The current row, held until the end: nobody else writes this resource meanwhile."""
        if not isinstance(id, str) or not placing.is_id(id):
            raise _bad_id(kind, id)
        await self._vault.partitions.ensure((kind,))
        key = self._vault.keyring.reference(kind, id)
        query = rows.hold(self._vault.partitions.relation(kind))
        records = await self.connection.fetch(query, key)
        if not records:
            await self.connection.execute(rows.LOCK, key)
            records = await self.connection.fetch(query, key)
        if not records:
            return None, None
        held = await self._vault.open_named(records, id)
        if held is None:
            raise id_taken(kind)
        return held

    def _check_version(
        self, kind: str, previous: StoredResource | None, if_match: int | None
    ) -> None:
        found = previous.version if previous else NONE
        if if_match is not None and found != if_match:
            raise refuse(
                Category.PRECONDITION, "store.version-conflict", phrases.VERSION_CONFLICT,
                code="conflict", type=kind, found=str(found), expected=str(if_match),
            )  # fmt: skip

    async def _put(
        self,
        resource: Resource,
        id: str,
        record: Record | None,
        previous: StoredResource | None,
    ) -> StoredResource:
        if record is None or previous is None:
            return await self._insert(self._vault.draft(resource, id, 1, self._now(None)))
        if placing.same_content(resource, previous):
            return previous
        now = self._now(previous)
        draft = self._vault.draft(resource, id, previous.version + 1, now)
        return await self._replace(draft, record, "create" if previous.deleted else "update")

    async def _insert(self, draft: Draft) -> StoredResource:
        await self._vault.partitions.ensure((draft.stored.type,))
        ciphers = await self._vault.keys.ensure({draft.patient})
        query = rows.insert(self._vault.partitions.relation(draft.stored.type))
        await self.connection.execute(query, *rows.written(self._vault, draft, ciphers))
        self._keep("create", draft.stored, draft.patient)
        return draft.stored

    async def _replace(self, draft: Draft, record: Record, action: Action) -> StoredResource:
        ciphers = await self._vault.keys.ensure({draft.patient})
        values = rows.written(self._vault, draft, ciphers)
        query = rows.replace(self._vault.partitions.relation(draft.stored.type))
        await self.connection.execute(query, *values, record["patient"])
        self._keep(action, draft.stored, draft.patient)
        return draft.stored

    def _now(self, previous: StoredResource | None) -> datetime:
        """The time of a new version: later than the one before it, whatever the clock says."""
        now = placing.to_milliseconds(self._clock())
        return now if previous is None else max(now, previous.updated + placing.TICK)

    def _keep(self, action: Action, stored: StoredResource, patient: int) -> None:
        self._steps.touch(action, stored, patient)
        self._written.append(stored)

    async def flush(self, trail: AuditTrail, outbox: Outbox) -> None:
        """Writes the audit entries and what others are told of, within this transaction."""
        if entries := self.entries():
            await trail.append(self.connection, entries)
        await outbox.keep(self.connection, self._written)


def _bad_id(kind: str, id: object) -> Refused:
    if id is None:
        return refuse(
            Category.INVALID, "store.id-missing", phrases.ID_MISSING,
            code="required", location=f"{kind}.id", type=kind,
        )  # fmt: skip
    return refuse(
        Category.INVALID, "store.id-invalid", phrases.ID_INVALID,
        code="value", location=f"{kind}.id",
    )  # fmt: skip
