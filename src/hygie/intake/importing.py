"""`hygie ingest`: files and folders through the gateway, in rounds.

Messages go through the inbox as from a wire. FHIR resources one by one go in bulk: the file they
come from stays where it is and is their inbox until the transaction that files them, with their
entries, commits; only those that are refused are kept, in quarantine.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from hygie.intake.arrival import Arrival, describe
from hygie.intake.folder import Content, contents, walk
from hygie.intake.inbox import Inbox
from hygie.intake.values import Receipt, State, Summary
from hygie.refusal import Refused
from hygie.store.contract import StoredResource
from hygie.store.interactions import Interaction, Repository, creating, updating
from hygie.store.store import Store
from hygie.store.transaction import Transaction
from hygie.trace import Context

ROUND: Final = 64
"""Messages admitted with one commit, then filed with one."""
BULK: Final = 250
"""FHIR resources filed with one commit."""
_CONTEXT: Final = Context(actor="intake", kind="system", request="ingest")

Take = Callable[[Sequence[Arrival]], Awaitable[list[Receipt]]]


class Importer:
    def __init__(self, store: Store, repository: Repository, inbox: Inbox, take: Take) -> None:
        self._store = store
        self._repository = repository
        self._inbox = inbox
        self._take = take

    async def run(
        self, paths: Sequence[Path], progress: Callable[[int, int], None] | None
    ) -> Summary:
        files = list(walk(paths))
        run = _Run(self, Summary(files=len(files)))
        for number, path in enumerate(files, start=1):
            await run.file(path)
            if progress is not None:
                progress(number, len(files))
        await run.flush()
        return run.summary

    async def messages(self, arrivals: Sequence[Arrival], summary: Summary) -> None:
        for arrival, receipt in zip(arrivals, await self._take(arrivals), strict=True):
            if receipt.state == "refused" and receipt.issues:
                summary.refuse(f"{arrival.source}/{arrival.name}", receipt.issues[0])
            else:
                summary.count(receipt.state, receipt.issues[0].rule if receipt.issues else "")

    async def resources(self, arrivals: Sequence[Arrival], summary: Summary) -> None:
        """All in one transaction; when that is refused, those at fault apart, and again."""
        try:
            await self._bulk(arrivals, summary)
        except Refused:
            at_fault = [a for a in arrivals if self._repository.validate(a.resource or {})]
            ids = {id(arrival) for arrival in at_fault}
            good = [arrival for arrival in arrivals if id(arrival) not in ids]
            await self.messages(at_fault or arrivals, summary)
            if at_fault and good:
                await self.resources(good, summary)

    async def _bulk(self, arrivals: Sequence[Arrival], summary: Summary) -> None:
        async def work(tx: Transaction) -> list[State]:
            started = _milliseconds(datetime.now(UTC))
            written = await self._repository.apply(tx, [_step(a) for a in arrivals])
            states = [_state(item.stored, started) for item in written]
            await self._inbox.record(tx.connection, list(zip(arrivals, states, strict=True)))
            return states

        for state in await self._store.run(_CONTEXT, work):
            summary.count(state)


class _Run:
    """One import: what waits to be taken together, in the order of the files."""

    def __init__(self, importer: Importer, summary: Summary) -> None:
        self.summary = summary
        self._importer = importer
        self._messages: list[Arrival] = []
        self._resources: dict[str, Arrival] = {}

    async def file(self, path: Path) -> None:
        try:
            for content in contents(path):
                await self._add(path, content)
        except Refused as refused:
            self.summary.refuse(str(path), refused.refusal.issues[0])

    async def _add(self, path: Path, content: Content) -> None:
        arrival = describe(str(path.parent), content.raw, content.kind, path.name)
        if arrival.resource is None or arrival.is_bundle:
            await self._flush_resources()
            self._messages.append(arrival)
            if len(self._messages) >= ROUND or arrival.is_bundle:
                await self.flush()
            return
        await self._flush_messages()
        key = _key(arrival, len(self._resources))
        if key in self._resources or len(self._resources) >= BULK:
            await self._flush_resources()
        self._resources[key] = arrival

    async def flush(self) -> None:
        await self._flush_messages()
        await self._flush_resources()

    async def _flush_messages(self) -> None:
        waiting, self._messages = self._messages, []
        if waiting:
            await self._importer.messages(waiting, self.summary)

    async def _flush_resources(self) -> None:
        waiting, self._resources = list(self._resources.values()), {}
        if waiting:
            await self._importer.resources(waiting, self.summary)


def _key(arrival: Arrival, rank: int) -> str:
    """Two versions of one resource do not go into one round."""
    resource = arrival.resource or {}
    identity = resource.get("id")
    return f"{resource['resourceType']}/{identity}" if identity else f"#{rank}"


def _step(arrival: Arrival) -> Interaction:
    resource = arrival.resource or {}
    return updating(resource) if "id" in resource else creating(resource)


def _state(stored: StoredResource | None, started: datetime) -> State:
    """Duplicate when the store already held exactly this: no version was made."""
    return "duplicate" if stored is not None and stored.updated < started else "filed"


def _milliseconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
