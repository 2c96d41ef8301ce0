"""The gateway: everything that arrives passes here, is kept first, then filed or quarantined."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec

from hygie.fhir.codec import decode
from hygie.identity import Identity
from hygie.intake import phrases
from hygie.intake.accepted import Accepted, Together
from hygie.intake.activity import Activities
from hygie.intake.adapting import Of
from hygie.intake.adapting import nothing as nothing_adapted
from hygie.intake.arrival import Arrival
from hygie.intake.batches import Importer, Piece
from hygie.intake.describing import Describing
from hygie.intake.dispatch import Dispatch, Progress
from hygie.intake.filing.provenance import targets_of
from hygie.intake.filing.work import Named, Rooms, undeclared
from hygie.intake.inbox import Admission, Inbox, Told
from hygie.intake.line import Line
from hygie.intake.local import LocalImporter
from hygie.intake.mending.corrections import Corrections
from hygie.intake.mending.replays import Replays
from hygie.intake.mending.worker import Worker
from hygie.intake.outcomes import receipt_of
from hygie.intake.reception import InLine, Reception
from hygie.intake.records import Records
from hygie.intake.reopening import Reopening
from hygie.intake.retrying import Retries
from hygie.intake.settlers.values import Handed, Settles
from hygie.intake.settling import Settler
from hygie.intake.sources.declaration import Source
from hygie.intake.trial import Trial, try_out
from hygie.intake.values import Counts, Entry, Filters, Group, Kind, Receipt, Summary
from hygie.limits.gateway import MAX_MESSAGES_TOGETHER
from hygie.nomenclature.mapping.correspondences import Current, nothing
from hygie.refusal import Category, Refused, refuse
from hygie.sight import EVERYTHING
from hygie.store.capacity import IMPORTERS
from hygie.store.interactions import Repository
from hygie.store.store import Store
from hygie.trace import AuditEntry, Context

COMPONENT = Context(actor="intake", kind="system")


class Gateway:
    """Every door of the intake. For the tasks of one event loop."""

    def __init__(
        self,
        store: Store,
        repository: Repository,
        identity: Identity,
        current: Current = nothing,
        adaptation: Of = nothing_adapted,
        named: Named = undeclared,
    ) -> None:
        """`current`: what local codes are mapped to, and is added to what comes in;
        `adaptation`: what a source says otherwise than the standard; `named`: what is
        declared of it."""
        self._store = store
        self._inbox = Inbox(store.pool, store.keyring)
        self.activities = Activities(store.pool, store.keyring, store.zone)
        self._records = Records(store.pool, store.keyring, self._inbox, store.zone)
        self._rooms = Rooms(store, repository, identity, current, adaptation, named)
        self._describe = Describing(named)
        self._reopening = Reopening(self._records, self._describe)
        self.settler = Settler(store, self._inbox, self._reopening, self._rooms)
        """Settles in this process."""
        self._line = Line(self.settler)
        self._reception = Reception(self._inbox, self._line)
        self.retries = Retries(store.pool, self._records, lambda: self._line.entries, self._take_up)
        self.corrections = Corrections(
            store, self._inbox, self._records, self._describe, self._settle
        )
        self.replays = Replays(store, self._records)
        self.replaying = Worker(store, self._records, self.replays, self._take_up)
        self.importer: Importer = LocalImporter(
            store, repository, self._inbox, self._describe, self.take, current
        )
        """What an import of this process is filed by; several batches at once if need be."""
        self.importers: tuple[Importer, ...] = (self.importer,) * IMPORTERS

    def tell(self, told: Told) -> None:
        """From now on, this is done too in each transaction that settles messages."""
        self._inbox.told = told

    def settle_by(self, who: Settles) -> None:
        """From now on, what comes in one by one, is tried again, or replayed, is settled so."""
        self._line.settler = who

    async def settle(self, handed: Sequence[Handed]) -> list[Receipt]:
        """What another process has admitted, settled by this one."""
        admissions = [await self._reopening.handed(one) for one in handed]
        return await self.settler.settle(admissions)

    # --- receiving --------------------------------------------------------------------------

    async def accept(self, source: Source | str, raw: bytes, kind: Kind | None = None) -> Accepted:
        """One message, committed to the inbox when this returns; it is settled meanwhile.

        Those that come together share a commit. Content that is no health message is refused and
        not kept (`id` 0). Waits while `MAX_MESSAGES_WAITING` are not settled yet.
        """
        described = await self._describe.or_receipt(source, raw, kind)
        if isinstance(described, Receipt):
            return Accepted(described)
        return self._accepted(*await self._reception.take(described))

    async def accept_all(self, source: Source | str, pieces: Sequence[Piece]) -> Together:
        """Several messages, in the order given, in one commit; of each, as `accept` says."""
        described = [await self._describe.or_receipt(source, one.raw, one.kind, one.place)
                     for one in pieces]  # fmt: skip
        arrivals = [item for item in described if isinstance(item, Arrival)]
        taken = await self._reception.admit(arrivals)
        settling = asyncio.ensure_future(self._settled_all(described, taken))
        known = [receipt_of(admission) for admission, _ in taken]
        return Together(_merged(described, known), settling)

    async def _settled_all(
        self, described: Sequence[Arrival | Receipt], taken: Sequence[InLine]
    ) -> list[Receipt]:
        settled = [await self._accepted(*one).settled() for one in taken]
        return _merged(described, settled)

    def _accepted(
        self, admission: Admission, settling: "asyncio.Future[Receipt] | None"
    ) -> Accepted:
        if admission.original:
            settling = asyncio.ensure_future(self._repeated(admission))
        return Accepted(receipt_of(admission), settling)

    async def _repeated(self, admission: Admission) -> Receipt:
        """What it repeats came before it, and is settled first."""
        settling = self._line.of(admission.original)
        if settling is not None:
            await asyncio.wait({settling})
        else:
            await self._take_up(await self._records.waiting([admission.original]))
        return await self._answered(receipt_of(admission))

    async def aclose(self) -> None:
        """Returns once what is under way is done. What waits is settled at the next start."""
        await self._line.stop()

    async def receive(self, source: Source | str, raw: bytes, kind: Kind | None = None) -> Receipt:
        """One message: durable in the inbox before anything else, then filed or quarantined.

        The same message again is a duplicate, answered as the first time. Content that is no
        health message is refused and not kept (`id` 0).
        """
        return await (await self.accept(source, raw, kind)).settled()

    async def receive_all(
        self, source: str, raws: Sequence[bytes], kind: Kind | None = None
    ) -> list[Receipt]:
        """Several messages of one source, filed in the order given, in one commit."""
        described = [await self._describe.or_receipt(source, raw, kind) for raw in raws]
        arrivals = [item for item in described if isinstance(item, Arrival)]
        return _merged(described, await self.take(arrivals))

    async def take(self, arrivals: Sequence[Arrival]) -> list[Receipt]:
        """Admits and settles; receipts in the order given. What they repeat and was left waiting
        came before them: it is settled first."""
        if not arrivals:
            return []
        return await self._settle(await self._inbox.admit(arrivals))

    async def _settle(self, admissions: Sequence[Admission]) -> list[Receipt]:
        own = {admission.id for admission in admissions}
        if repeated := {admission.original for admission in admissions} - own - {0}:
            await self._take_up(await self._records.waiting(sorted(repeated)))
        receipts = await self.settler.settle(admissions)
        return [await self._answered(receipt) for receipt in receipts]

    async def _answered(self, receipt: Receipt) -> Receipt:
        """What repeats an entry is answered as that one."""
        if not receipt.original:
            return receipt
        original = await self._records.entry(receipt.original)
        return msgspec.structs.replace(receipt, answered=original.state, issues=original.issues)

    async def ingest(self, paths: Sequence[Path], progress: Progress | None = None) -> Summary:
        """Files and folders, in order, kinds detected. A file can be imported again: what the
        store already holds counts as duplicate."""
        return await Dispatch(self.importers, progress).run(paths)

    # --- again ------------------------------------------------------------------------------

    async def resume(self) -> int:
        """Settles what was received and not settled when the program last stopped. The attempt is
        counted before it is made: a message that ends this process shall not do so at each start.
        """
        waiting = await self._records.left_behind()
        await self._inbox.postpone(waiting)
        await self._take_up(waiting)
        return len(waiting)

    async def _take_up(self, waiting: Sequence[int]) -> None:
        """Settles what was received. Another may have it in hand as well, and be the first."""
        for start in range(0, len(waiting), MAX_MESSAGES_TOGETHER):
            part = waiting[start : start + MAX_MESSAGES_TOGETHER]
            await self._line.settler.settle(await self._reopening.received(part))

    async def replay(self, entry: int, context: Context = COMPONENT) -> Receipt:
        """Tries again a message that is quarantined, or kept because nothing was filed of its
        event. Refused when it is neither."""
        found = await self.entry(entry, context)
        if found.state not in ("quarantined", "kept"):
            raise refuse(
                Category.CONFLICT, "intake.not-quarantined", phrases.NOT_IN_QUARANTINE,
                code="business-rule",
            )  # fmt: skip
        return (await self.settler.settle([await self._reopening.of(found)]))[0]

    async def try_out(self, source: str, raw: bytes, context: Context) -> Trial:
        """What would become of a message, were it received now: done, and undone."""
        arrival = await self._describe(source, raw)
        return await try_out(self._store, self._rooms, arrival, context)

    # --- looking ----------------------------------------------------------------------------

    async def quarantine(
        self, limit: int = 100, before: int = 0, context: Context = COMPONENT
    ) -> list[Entry]:
        """What waits for somebody, newest first, without content."""
        found = await self._records.browse(Filters(states=("quarantined",)), limit, before)
        await self._audit(context, "quarantine", len(found))
        return found

    async def messages(
        self,
        filters: Filters,
        limit: int = 100,
        before: int = 0,
        context: Context = COMPONENT,
    ) -> list[Entry]:
        """What came in, newest first, without content; `before` an id continues a list."""
        found = await self._records.browse(filters, limit, before)
        patient = self._inbox.patient(filters.patient)
        await self._audit(context, f"inbox?{filters.asked}", len(found), patient)
        return found

    async def previous(self, entry: int, context: Context = COMPONENT) -> Entry | None:
        """With its content: the one before it of the same source about the same patient."""
        found = await self._records.previous(entry)
        if found is not None:
            await self._audit(context, f"inbox/{found.id}", 1)
        return found

    async def entry(self, entry: int, context: Context = COMPONENT) -> Entry:
        """One entry with its content. Refused NOT_FOUND."""
        found = await self._records.entry(entry)
        await self._audit(context, f"inbox/{entry}", 1)
        return found

    async def produced(self, entry: int, context: Context = COMPONENT) -> tuple[str, ...]:
        """References of the resources that the message made or changed; empty when none."""
        provenance = self._rooms.ids("Provenance", str(entry))
        try:
            # It names what was filed, and holds nothing of it.
            whole = msgspec.structs.replace(context, sight=EVERYTHING)
            stored = await self._store.read(whole, "Provenance", provenance)
        except Refused:
            return ()
        return tuple(targets_of(decode(stored.body)))

    async def correction_of(self, entry: int) -> int:
        """The entry that took its place, or is to take it; 0 when there is none."""
        return await self._records.correction_of(entry)

    async def groups(self) -> list[Group]:
        """What lies in quarantine by rule and source: counts, no audit entry."""
        return await self._records.groups()

    async def counts(self, days: int = 14) -> Counts:
        """Of messages, not of persons: no health data, no audit entry."""
        return await self._records.counts(days)

    async def _audit(self, context: Context, detail: str, count: int, patient: int = 0) -> None:
        await self._store.trail.record(
            AuditEntry(context=context, action="read", count=count, detail=detail, patient=patient)
        )


def _merged(described: Sequence[Arrival | Receipt], receipts: Sequence[Receipt]) -> list[Receipt]:
    """One for each: its own where it was refused, else the next of those of the arrivals."""
    following = iter(receipts)
    return [next(following) if isinstance(item, Arrival) else item for item in described]
