"""A batch of an import into the store, in this process.

Messages go through the inbox as from a wire. FHIR resources one by one go in bulk: the file they
come from stays where it is and is their inbox until the transaction that files them, with one
entry for those of a type, commits; only those that are refused are kept, in quarantine.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Final

from hygie.intake.arrival import Arrival
from hygie.intake.batches import Batch, Piece
from hygie.intake.describing import Describing
from hygie.intake.failures import LOST, store_lost
from hygie.intake.inbox import Filed, Inbox
from hygie.intake.reading import read_resource
from hygie.intake.values import Receipt, State, Summary
from hygie.nomenclature.mapping.concepts import enrich
from hygie.nomenclature.mapping.correspondences import Correspondences, Current
from hygie.refusal import Category, Refusal, Refused
from hygie.store.interactions import Repository, Sound
from hygie.store.store import Store
from hygie.store.transaction import Transaction
from hygie.trace import Context

_CONTEXT: Final = Context(actor="intake", kind="system", request="ingest")

Take = Callable[[Sequence[Arrival]], Awaitable[list[Receipt]]]
Read = tuple[Piece, Sound | None]


class LocalImporter:
    """An `Importer` in this process. For the tasks of one event loop."""

    def __init__(
        self,
        store: Store,
        repository: Repository,
        inbox: Inbox,
        describe: Describing,
        take: Take,
        current: Current,
    ) -> None:
        self._store = store
        self._repository = repository
        self._inbox = inbox
        self._describe = describe
        self._take = take
        self._current = current

    async def file(self, batch: Batch) -> Summary:
        summary = Summary()
        try:
            if batch.resources:
                await self._resources(batch.pieces, summary)
            else:
                await self._messages(batch.pieces, summary)
        except LOST as error:
            raise store_lost(error) from error
        return summary

    async def _messages(self, pieces: Iterable[Piece], summary: Summary) -> None:
        arrivals = [arrival async for arrival in self._described(pieces, summary)]
        for arrival, receipt in zip(arrivals, await self._take(arrivals), strict=True):
            if receipt.state == "received":  # the store failed: the import cannot go on
                raise Refused(Refusal(Category.BUSY, receipt.issues))
            if receipt.state == "refused" and receipt.issues:
                summary.refuse(f"{arrival.source}/{arrival.name}", receipt.issues[0])
            else:
                summary.count(receipt.state, receipt.issues[0].rule if receipt.issues else "")
                summary.waiting += (receipt.state, receipt.answered) == ("duplicate", "quarantined")
                if receipt.answered == "quarantined" and receipt.issues:
                    summary.hold(f"{arrival.source}/{arrival.name}", receipt.issues[0])

    async def _described(self, pieces: Iterable[Piece], summary: Summary) -> AsyncIterator[Arrival]:
        for piece in pieces:
            try:
                yield await self._describe(piece.source, piece.raw, piece.kind, piece.place)
            except Refused as refused:
                summary.refuse(f"{piece.source}/{piece.place}", refused.refusal.issues[0])

    async def _resources(self, pieces: Sequence[Piece], summary: Summary) -> None:
        """In bulk what can be, in as few transactions as one resource has versions here."""
        table = await self._current()
        for group in _without_repetition([(piece, self._read(piece, table)) for piece in pieces]):
            at_fault = [piece for piece, resource in group if resource is None]
            sound = [(piece, resource) for piece, resource in group if resource is not None]
            try:
                await self._bulk(sound, summary)
            except Refused:  # by the store, because of one of them: each gets its own answer
                at_fault = [piece for piece, _ in group]
            await self._messages(at_fault, summary)

    def _read(self, piece: Piece, table: Correspondences) -> Sound | None:
        """None for what the way of messages is to resolve, or to refuse with its reason."""
        try:
            resource = read_resource(piece.raw)
            enrich(resource, table)
            return self._repository.under(piece.source).sound(resource)
        except Refused:
            return None

    async def _bulk(self, sound: Sequence[tuple[Piece, Sound]], summary: Summary) -> None:
        async def work(tx: Transaction) -> list[State]:
            made = await self._repository.load(tx, [resource for _, resource in sound])
            states: list[State] = ["filed" if new else "duplicate" for new in made]
            kinds = [Filed(p.source, p.name, r["resourceType"], s)
                     for (p, r), s in zip(sound, states, strict=True)]  # fmt: skip
            await self._inbox.record(tx.connection, kinds)
            return states

        if sound:
            for state in await self._store.run(_CONTEXT, work):
                summary.count(state)


def _without_repetition(read: Sequence[Read]) -> Iterator[list[Read]]:
    """Cut where a resource comes a second time: two versions are two transactions."""
    group: list[Read] = []
    names: set[str] = set()
    for item in read:
        resource = item[1]
        if resource is not None and "id" in resource:
            name = f"{resource['resourceType']}/{resource['id']}"
            if name in names:
                yield group
                group, names = [], set()
            names.add(name)
        group.append(item)
    yield group
