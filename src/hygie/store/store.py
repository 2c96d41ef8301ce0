"""The store: resources in, resources out, each access audited."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from hygie.fhir.definitions import Registry, r4
from hygie.fhir.search import Extractor
from hygie.fhir.search.query import Query
from hygie.limits import MAX_PROOF_BYTES
from hygie.refusal import Category, Refused, refuse
from hygie.sight import EVERYTHING, Sight
from hygie.store import auditing, outages, phrases
from hygie.store.bodies.memo import Remembered
from hygie.store.connections import Connections
from hygie.store.contract import Page, Resource, StoredResource
from hygie.store.database import LONG_SECONDS, Pool, Record
from hygie.store.founding import Tools, founded
from hygie.store.keys.keyring import Keyring
from hygie.store.outages import committing
from hygie.store.outbox import Outbox
from hygie.store.pulse import Pulse
from hygie.store.reading.everything import everything
from hygie.store.reading.history import history
from hygie.store.reading.mirror import Mirror
from hygie.store.reading.moment import AtMoment, Wanted
from hygie.store.reading.reader import Reader
from hygie.store.reading.together import Together
from hygie.store.reading.whole import Selection, Whole
from hygie.store.search import Found, Searcher
from hygie.store.search.bounds import Bounds
from hygie.store.tables import partitions, rows
from hygie.store.transaction import Clock, Transaction
from hygie.store.vault import Vault
from hygie.store.writing.changes import Change, Presence, deletion, put, there
from hygie.store.writing.group_writer import GroupWriter
from hygie.store.writing.sought import seeking
from hygie.store.writing.turns import taking_turns
from hygie.trace import Action, AuditTrail, Context, Proof

__all__ = ["Store", "Transaction"]

Result = TypeVar("Result")
_UNSEEN: Final = frozenset({Category.FORBIDDEN, Category.NOT_FOUND})
"""What a write out of sight, or out of reach, is refused with."""
TrailFactory = Callable[[Pool], AuditTrail]


def system_clock() -> datetime:
    return datetime.now(UTC)


class Store:
    """One encrypted, versioned, searchable store. For the tasks of one event loop.

    Each reading door answers once its audit entry is durable; each change commits with its own.
    """

    def __init__(
        self,
        connections: Connections,
        vault: Vault,
        registry: Registry,
        trail: AuditTrail,
        clock: Clock,
    ) -> None:
        self._connections = connections
        self.pool: Pool = connections.pool
        self.vault = vault
        self.trail = trail
        self.keyring: Keyring = vault.keyring
        self.extractor: Extractor = vault.extractor
        self.zone: ZoneInfo = vault.blinder.zone
        self._clock = clock
        self.lanes = connections.lanes
        """For looking at small tables from anywhere: no transaction holds one of these connections,
        so whoever is within one may ask here, and not of the pool that it keeps from others."""
        self._keyed = connections.keyed
        self._reader = Reader(self._keyed, vault.partitions)
        self._together = Together(self.lanes, self._keyed)
        self._searcher = Searcher(vault, registry)
        self.sights = self._searcher.sights
        self.outbox = Outbox(self.pool, vault.types, vault.keyring)
        self._writer = GroupWriter(self.pool, connections.writing, vault, trail, self.outbox, clock)

    @classmethod
    async def open(  # noqa: PLR0913 - what a store is made with
        cls,
        dsn: str,
        keyring: Keyring,
        trail_factory: TrailFactory,
        *,
        zone: ZoneInfo,
        registry: Registry | None = None,
        clock: Clock = system_clock,
        words: bool = True,
        pulse: Pulse | None = None,
    ) -> "Store":
        """Opens a migrated database with its own keys (`envelope.unlock`). Refused with others.

        `words`: whether texts are filed by their words, and searched. `pulse`: that others, who
        have connections of their own, listen to as well.
        """
        known = registry or r4()
        tools = Tools(keyring, known, zone, words)
        async with founded(dsn, tools, pulse or Pulse()) as (connections, vault):
            return cls(connections, vault, known, trail_factory(connections.pool), clock)

    @property
    def registry(self) -> Registry:
        """With the establishment's own search parameters: another one once they change."""
        return self.vault.registry

    async def close(self) -> None:
        await self._writer.drain()
        await self.vault.keys.news.stop()
        await self.vault.keys.close()
        await self._connections.close()

    # --- reading ----------------------------------------------------------------------------

    async def read(self, context: Context, type: str, id: str) -> StoredResource:
        """The current version. Refused NOT_FOUND, or GONE when it was deleted."""
        key, bounds = self.keyring.reference(type, id), self.sights.of(context.seen, type, "r")
        known = self.vault.remembered(type, key, id)
        seen = known is not None and bounds.holds(known.identity[0], known.stored)
        if known is not None and seen and await self._is_current(context, known):
            return known.stored
        records = await self._reader.current(type, key, bounds)
        return await self._given(context, "read", type, id, records, bounds)

    async def _is_current(self, context: Context, known: Remembered) -> bool:
        """Whether the database still holds that very row; the reading is then on record.

        One statement looks and keeps the entry: what is read often is neither fetched nor opened
        again, and nothing is given out that was replaced, altered or erased meanwhile.
        """
        if len(known.sealed) > MAX_PROOF_BYTES:
            return False
        stored, patient = known.stored, known.identity[0]
        condition = rows.unchanged(self.vault.partitions.relation(stored.type))
        entry = auditing.entry_for_resource(context, "read", self.keyring, stored, patient)
        return await self.trail.record_if(entry, Proof(condition, known.sealed))

    async def vread(
        self,
        context: Context,
        type: str,
        id: str,
        version: int,
    ) -> StoredResource:
        """That version. Refused NOT_FOUND, or GONE when it is a deletion."""
        key, bounds = self.keyring.reference(type, id), self.sights.of(context.seen, type, "r")
        if not bounds.whole and not await self._is_seen(bounds, type, id):
            return await self._given(context, "vread", type, id, (), bounds)
        query = rows.version(await self.vault.partitions.of(self.pool, type))
        records = await self._keyed.fetch(query, key, version)
        return await self._given(context, "vread", type, id, records, bounds)

    async def _is_seen(self, bounds: Bounds, kind: str, id: str) -> bool:
        """Whether what a resource is now is within sight: else none of its versions is."""
        key = self.keyring.reference(kind, id)
        found = await self.vault.open_named(await self._reader.current(kind, key, bounds), id)
        return found is not None and bounds.has(found)

    async def _given(
        self,
        context: Context,
        action: Action,
        kind: str,
        id: str,
        records: Sequence[Record],
        bounds: Bounds,
    ) -> StoredResource:
        may = [record for record in records if bounds.may_hold(record[0])]
        found = await self.vault.open_named(may, id)
        if found is None or not bounds.has(found):
            await self.trail.record(
                auditing.entry_for_absence(
                    context, action if bounds.whole else "refused", self.keyring, kind, id
                )
            )
            raise refuse(
                Category.NOT_FOUND, "store.not-found", phrases.NOT_FOUND,
                code="not-found", type=kind,
            )  # fmt: skip
        stored, patient = found.stored, found.record["patient"]
        await self.trail.record(
            auditing.entry_for_resource(context, action, self.keyring, stored, patient)
        )
        if stored.deleted:
            raise refuse(Category.GONE, "store.gone", phrases.GONE, code="deleted", type=kind)
        return stored

    async def search(self, context: Context, query: Query) -> Page:
        found = await self._searcher.search(self._together, query, context.seen)
        await self.trail.record(auditing.entry_for_page(context, "search", query, found))
        return found.page

    async def consulted(self, query: Query) -> Page:
        """What the house draws a conclusion from, and gives nobody: not on record."""
        return (await self._searcher.search(self._together, query, EVERYTHING)).page

    async def history(
        self,
        context: Context,
        type: str | None,
        id: str | None,
        *,
        count: int,
        since: datetime | None = None,
        cursor: str = "",
    ) -> Page:
        """Versions, newest first. Refused NOT_FOUND for a resource that never was."""
        visible = self.sights.visible(context.seen, "r")
        found = await self.lanes.run(
            lambda lane: history(
                lane, self.vault, visible, type, id, count=count, since=since, cursor=cursor
            )
        )
        detail = "/".join(part for part in (type, id, "_history") if part)
        await self._audit_list(context, "history", type or "", detail, found)
        nothing = not found.page.matches and not found.page.issues
        if id is not None and nothing and since is None and not cursor:
            raise refuse(
                Category.NOT_FOUND, "store.not-found", phrases.NOT_FOUND,
                code="not-found", type=type or "",
            )  # fmt: skip
        return found.page

    async def everything(
        self,
        context: Context,
        patient: str,
        *,
        types: Sequence[str] = (),
        since: datetime | None = None,
        count: int,
        cursor: str = "",
    ) -> Page:
        """A patient's compartment, a page at a time. An unknown patient has an empty one."""
        visible = self.sights.visible(context.seen, "r")
        found = await self._keyed.run(
            lambda lane: everything(
                lane, self.vault, self.registry, visible, patient,
                types=types, since=since, count=count, cursor=cursor,
            )
        )  # fmt: skip
        await self._audit_list(
            context, "everything", "Patient", f"Patient/{patient}/$everything", found
        )
        return found.page

    @asynccontextmanager
    async def whole(
        self, context: Context, selection: Selection, detail: str
    ) -> AsyncIterator[Whole]:
        """All that is selected, at one moment, to be read within the context. On record first, with
        how many resources there are and `detail`, which says what for."""
        async with (
            self._connections.readings.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            relation = await self.vault.partitions.of(connection, selection.type)
            visible = self.sights.visible(context.seen, "s")
            whole = Whole(connection, self._keyed, self.vault, selection, relation, visible)
            count = await whole.count()
            entry = auditing.entry_for_whole(context, self.keyring, selection, count, detail)
            await self.trail.record(entry)
            yield whole

    @asynccontextmanager
    async def at_moment(self, sight: Sight, wanted: Wanted) -> AsyncIterator[AtMoment]:
        """All that is wanted and may be read, as it was at a moment that is past.

        Not on record: whoever reads seals it, and records before any of it leaves.
        """
        async with (
            self._connections.readings.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            relation = await self.vault.partitions.of(connection, wanted.type)
            visible = self.sights.visible(sight, "r")
            yield AtMoment(connection, self._keyed, self.vault, wanted, relation, visible)

    async def kinds(self) -> list[str]:
        """The types of which something was ever stored, in alphabetical order."""
        return sorted(await self.vault.partitions.present(self.pool))

    def mirror(self, *kinds: str) -> Mirror:
        """These types in memory: for definitions, which are no patient's, and are not audited."""
        return Mirror(self.pool, self.vault, kinds)

    async def _audit_list(
        self, context: Context, action: Action, kind: str, detail: str, found: Found
    ) -> None:
        await self.trail.record(auditing.entry_for_list(context, action, kind, detail, found))

    # --- changing ---------------------------------------------------------------------------

    async def create(
        self, context: Context, resource: Resource, *, fresh: str | None = None
    ) -> StoredResource:
        """A new resource, under a new id: `fresh` if given, which was just made at random.

        Those written at the same time share a commit.
        """
        change = self._put(context, resource, fresh or str(uuid4()), presence="fresh")
        try:
            return there(await self._write(context, change))
        except Refused as refused:
            if refused.refusal.issues[0].rule != "store.id-taken":
                raise
        change = self._put(context, resource, str(uuid4()), presence="fresh")
        return there(await self._write(context, change))

    async def update(
        self, context: Context, resource: Resource, *, if_match: int | None = None
    ) -> StoredResource:
        """The next version of `resource`, made when absent; the present one if nothing changed."""
        change = self._put(context, resource, resource.get("id"), if_match=if_match)
        return there(await self._write(context, change))

    async def delete(
        self, context: Context, type: str, id: str, *, if_match: int | None = None
    ) -> StoredResource | None:
        """The version that says so; None when there was nothing to delete."""
        sought = seeking(self.sights, context.seen)
        return await self._write(context, deletion(self.vault, type, id, if_match, sought))

    def _put(
        self, context: Context, resource: Resource, id: object, *,
        presence: Presence = "any", if_match: int | None = None,
    ) -> Change:  # fmt: skip
        sought = seeking(self.sights, context.seen)
        return put(self.vault, resource, id, presence=presence, if_match=if_match, sought=sought)

    async def _write(self, context: Context, change: Change) -> StoredResource | None:
        if change.proposal is not None:
            _ = change.proposal.filed  # now, rather than while the group holds its locks
        try:
            return await self._writer.write(context, change)
        except Refused as refused:
            if change.sought is not None and refused.refusal.category in _UNSEEN:
                await self.trail.record(
                    auditing.entry_for_absence(
                        context, "refused", self.keyring, change.type, change.id
                    )
                )
            raise

    @asynccontextmanager
    async def transaction(self, context: Context) -> AsyncIterator[Transaction]:
        """Commits on leaving; on any exception, `Refused` included, nothing was done."""
        async with self.pool.acquire() as connection, committing(connection):
            transaction = Transaction(context, connection, self.vault, self._searcher, self._clock)
            yield transaction
            await transaction.flush(self.trail, self.outbox)

    async def run(
        self, context: Context, work: Callable[[Transaction], Awaitable[Result]]
    ) -> Result:
        """`work` in a transaction, again when others were in its way, or the database was away.

        Refused (BUSY) at last when it was others; else raises what `outages.outage` explains, at
        once when it hangs, or when it is not known whether the transaction was committed.
        """
        for pause in outages.PAUSES:
            try:
                return await self._run(context, work)
            except outages.AWAY as error:
                if not outages.comes_back(error):
                    raise
                await asyncio.sleep(pause)
        return await self._run(context, work)

    async def _run(
        self, context: Context, work: Callable[[Transaction], Awaitable[Result]]
    ) -> Result:
        async def attempt() -> Result:
            async with self.transaction(context) as transaction:
                return await work(transaction)

        return await taking_turns(attempt)

    async def analyze(self) -> None:
        """Tidies the index and refreshes the planner's figures: after large loads."""
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL statement_timeout = 0")
            for command in (partitions.TIDY, "ANALYZE hygie.resource, hygie.resource_history"):
                await connection.execute(command, timeout=LONG_SECONDS)
