"""Changes that commit together: rows, versions, index and audit entries, or none of them."""

from collections.abc import Callable, Collection, Container, Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from hygie.fhir.search.query import Query
from hygie.refusal import Category, Refused, refuse
from hygie.sight import Letter
from hygie.store import phrases
from hygie.store.auditing import Steps
from hygie.store.bodies import placing
from hygie.store.contract import Page, Resource, StoredResource
from hygie.store.database import Connection, Record
from hygie.store.outbox import Outbox
from hygie.store.search import Searcher
from hygie.store.search.statements import OneConnection, Statements
from hygie.store.tables import rows
from hygie.store.vault import Vault, id_taken
from hygie.store.writing.changes import Change, Presence, Written, deletion, put, there
from hygie.store.writing.engine import write
from hygie.store.writing.sought import seeking
from hygie.trace import AuditEntry, AuditTrail, Context

Clock = Callable[[], datetime]
Version = tuple[str, str, int]
"""Type, id, number."""


class Transaction:
    """Made by `Store.transaction`. For one task at a time."""

    def __init__(
        self,
        context: Context,
        connection: Connection,
        vault: Vault,
        searcher: Searcher,
        clock: Clock,
        asking: "Asking | None" = None,
    ) -> None:
        """`asking`: how the connection is asked, when others use it as well."""
        self.context = context
        self.connection = connection
        """So that rows of other rooms commit together with resources."""
        self._vault = vault
        self._searcher = searcher
        self._sights = searcher.sights
        self._sought = seeking(searcher.sights, context.seen)
        self._clock = clock
        self.asking: Asking = asking or Alone(connection, vault, clock)
        self._steps = Steps(context, vault.keyring)
        self._written: dict[Version, StoredResource] = {}
        self._guarded: set[int] = set()

    # --- changes ----------------------------------------------------------------------------

    async def create(self, resource: Resource, *, id: str | None = None) -> StoredResource:
        """A new resource, under a new id or the one given. Refused (CONFLICT) when that exists."""
        presence: Presence = "fresh" if id is None else "absent"
        change = put(
            self._vault, resource, id or str(uuid4()), presence=presence, sought=self._sought
        )
        return there((await self._write([change]))[0].stored)

    async def update(self, resource: Resource, *, if_match: int | None = None) -> StoredResource:
        """The next version of `resource`, made when absent; the present one if nothing changed."""
        change = put(
            self._vault, resource, resource.get("id"), if_match=if_match, sought=self._sought
        )
        return there((await self._write([change]))[0].stored)

    async def delete(
        self, type: str, id: str, *, if_match: int | None = None
    ) -> StoredResource | None:
        """The version that says so; None when there was nothing to delete."""
        change = deletion(self._vault, type, id, if_match, self._sought)
        return (await self._write([change]))[0].stored

    async def write_many(
        self, resources: Sequence[Resource], *, fresh: Container[str] = ()
    ) -> list[StoredResource]:
        """Creates those without `id`, updates or creates the others: in bulk, results in order.

        `fresh`: ids just made at random, which are not looked up. Refused (CONFLICT) when two
        have one id.
        """
        changes = [self._change(resource, fresh) for resource in resources]
        _require_distinct(changes)
        return [there(one.stored) for one in await self._write(changes)]

    def _change(self, resource: Resource, fresh: Container[str]) -> Change:
        id = resource.get("id")
        presence: Presence
        if id is None:
            id, presence = str(uuid4()), "fresh"
        else:
            presence = "fresh" if id in fresh else "any"
        return put(self._vault, resource, id, presence=presence, sought=self._sought)

    def made(self, stored: StoredResource) -> bool:
        """Whether this transaction made that version, rather than found it there."""
        return _version(stored) in self._written

    async def _write(self, changes: Sequence[Change]) -> list[Written]:
        """All of them, or the first refusal: then the caller lets everything be undone."""
        done = []
        for one in await self.asking.write(changes):
            if isinstance(one, Refused):
                raise one
            if one.stored is not None and one.draft is not None:
                self._steps.touch(one.action, one.stored, one.patient)
                self._written[_version(one.stored)] = one.stored
            done.append(one)
        return done

    # --- reading ----------------------------------------------------------------------------

    async def read(self, type: str, id: str, letter: Letter = "r") -> StoredResource | None:
        """The current version, deleted or not; None when it never was. As this sees it.

        `letter`: what it is read for: who may update reads what is to be patched.
        """
        bounds = self._sights.of(self.context.seen, type, letter)
        relation = await self._vault.partitions.of(self.asking.statements, type)
        key = self._vault.keyring.reference(type, id)
        records = await self.asking.statements.fetch_alike(rows.current(relation), [key])
        may = [record for record in records if bounds.may_hold(record[0])]
        found = await self._vault.open_named(may, id)
        if found is None or not bounds.has(found):
            return None
        self._steps.touch("read", found.stored, found.record["patient"])
        return found.stored

    async def read_all(
        self, names: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], StoredResource]:
        """As `read`, of several by type and id, asked at one time: those that ever were."""
        if not names:
            return {}
        kinds = {kind for kind, _ in names}
        relation = await self._vault.partitions.among(self.asking.statements, kinds)
        keys = sorted({self._vault.keyring.reference(*name) for name in names})
        query = rows.current_several(relation)
        records = await self.asking.statements.fetch_alike(query, [keys])
        found: dict[tuple[str, str], StoredResource] = {}
        visible = self._sights.visible(self.context.seen, "r")
        may = [one for one in records if visible.bound(self._type(one)).may_hold(one[0])]
        for one in await self._vault.open_each(may):
            if isinstance(one, Refused):
                raise one
            if not visible.has(one):
                continue
            if (name := (one.stored.type, one.stored.id)) in names:
                found[name] = one.stored
                self._steps.touch("read", one.stored, one.record["patient"])
        return found

    def _type(self, record: Record) -> str:
        return self._vault.types.name(record["type"])

    async def search(self, query: Query) -> Page:
        found = await self._searcher.search(
            self.asking.statements, query, self.context.seen, certain=True
        )
        self._steps.search(query, found)
        return found.page

    async def guard(self, purpose: str, *texts: str) -> None:
        """Waits until no other transaction guards the same texts: for conditional changes."""
        await self.guard_all((purpose, text) for text in texts)

    async def guard_all(self, names: Iterable[tuple[str, str]]) -> None:
        """As `guard`, of several purposes and texts, asked at one time; not again for those that
        this guards already. Who guards all it will need at once waits for nobody who waits for it.
        """
        blind = self._vault.keyring.blind
        keys = {blind(f"guard {purpose}", text) for purpose, text in names} - self._guarded
        if keys:
            await self.asking.lock(sorted(keys))
            self._guarded |= keys

    # --- how ----------------------------------------------------------------------------------

    def entries(self) -> list[AuditEntry]:
        """What `Store.transaction` has still to keep, once."""
        return self._steps.take()

    def beside(self, asking: "Asking") -> "Transaction":
        """The same, for one of several who use it side by side. Its audit entries are its own."""
        share = Transaction(
            self.context, self.connection, self._vault, self._searcher, self._clock, asking
        )  # fmt: skip
        share._written = self._written
        return share

    async def flush(self, trail: AuditTrail, outbox: Outbox) -> None:
        """Writes the audit entries and what others are told of, within this transaction."""
        if entries := self.entries():
            await trail.append(self.connection, entries)
        await outbox.keep(self.connection, list(self._written.values()))


class Asking(Protocol):
    """What a transaction needs of its connection."""

    @property
    def statements(self) -> Statements: ...

    async def lock(self, keys: Sequence[int]) -> None:
        """Held until the transaction ends."""

    async def write(self, changes: Sequence[Change]) -> Sequence[Written | Refused]:
        """What each came to, in order; a refusal concerns its change only."""


class Alone:
    """`Asking` of who has the connection to itself."""

    def __init__(self, connection: Connection, vault: Vault, clock: Clock) -> None:
        self._connection = connection
        self._vault = vault
        self._clock = clock
        self.statements: Statements = OneConnection(connection)

    async def lock(self, keys: Sequence[int]) -> None:
        await self._connection.fetchval(rows.LOCK_MANY, keys)

    async def write(self, changes: Sequence[Change]) -> Sequence[Written | Refused]:
        await self._vault.partitions.ensure({change.type for change in changes})
        now = placing.to_milliseconds(self._clock())
        return await write(self._connection, self._vault, changes, now)


def _version(stored: StoredResource) -> Version:
    return stored.type, stored.id, stored.version


def _require_distinct(changes: Sequence[Change]) -> None:
    ids: dict[tuple[str, int], str] = {}
    for change in changes:
        other = ids.setdefault((change.type, change.key), change.id)
        if other != change.id:
            raise id_taken(change.type)
    if len(ids) < len(changes):
        raise refuse(Category.CONFLICT, "store.id-twice", phrases.ID_TWICE, code="duplicate")
