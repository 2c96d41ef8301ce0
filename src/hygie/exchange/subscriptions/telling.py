"""Events -> what may be said of them: opened, with the rights of today, on record before it goes.

What a subscriber is told of a patient is an access like any other: the ledger has it first.
"""

from collections.abc import Sequence
from typing import NamedTuple

from hygie.exchange.subscriptions.channels import Content
from hygie.exchange.subscriptions.events import Event
from hygie.exchange.subscriptions.notification import Told
from hygie.exchange.subscriptions.recent import Recent
from hygie.exchange.subscriptions.rights import Author, Rights
from hygie.exchange.subscriptions.topics import Topic
from hygie.fhir.definitions import Registry
from hygie.fhir.search import parse_query
from hygie.limits import MAX_NOTIFICATION_BYTES, MAX_NOTIFICATION_INCLUDED
from hygie.refusal import Refused
from hygie.store.contract import StoredResource
from hygie.store.interactions.permissions import narrowed, permitted_by
from hygie.store.reading.versions import Named, Versions
from hygie.store.store import Store
from hygie.trace import AuditEntry, Touch


class Listener(NamedTuple):
    """Who is told, and how much."""

    id: str
    """Of the Subscription."""
    author: Author
    rights: Rights
    content: Content
    topic: Topic | None


class Telling:
    """For the tasks of one event loop."""

    def __init__(self, store: Store, versions: Versions, recent: Recent) -> None:
        self._store = store
        self._versions = versions
        self._recent = recent

    async def told(self, listener: Listener, events: Sequence[Event]) -> list[Told]:
        """What may be said of these events, in order; fewer of them, when they are large.

        Durable in the ledger once this returns. Events about types that the listener may not read
        (any more) are told without their focus.
        """
        if listener.content == "empty":
            told = [Told(event, None) for event in events]
            await self._store.trail.record(_entry_of_nothing(listener))
            return told
        opened = await self._opened(listener, events)
        taken: list[Told] = []
        room = MAX_NOTIFICATION_BYTES
        for event in events:
            focus = opened.get((event.type, *event.focus))
            room -= len(focus.body) if focus is not None else 0
            if room < 0 and taken:
                break
            taken.append(Told(event, focus, await self._context(listener, focus)))
        await self._record(listener, taken)
        return taken

    async def _opened(
        self, listener: Listener, events: Sequence[Event]
    ) -> dict[tuple[str, int, int], StoredResource]:
        by_type: dict[str, set[Named]] = {}
        found: dict[tuple[str, int, int], StoredResource] = {}
        for event in events:
            if not listener.rights.allow(event.type):
                continue
            known = self._recent.opened(event.type, event.focus)
            if known is not None:
                found[event.type, event.focus.key, event.focus.version] = known.stored
            else:
                by_type.setdefault(event.type, set()).add(event.focus)
        for type_, wanted in by_type.items():
            for named, one in (await self._versions.open(type_, wanted)).items():
                found[type_, named.key, named.version] = one.stored
        return found

    async def _context(
        self, listener: Listener, focus: StoredResource | None
    ) -> tuple[StoredResource, ...]:
        """What the topic's shape adds: found as a search would, and recorded by it."""
        topic = listener.topic
        if topic is None or focus is None or focus.deleted or not topic.included:
            return ()
        registry: Registry = self._store.registry
        context = listener.author.context(listener.rights.sight)
        permitted = permitted_by(context.seen)
        found: dict[tuple[str, str], StoredResource] = {}
        for pair in topic.included:
            if pair[1].partition(":")[0] != focus.type and pair[0] == "_include":
                continue
            asked = [("_id", focus.id), ("_count", "1"), pair]
            try:
                query = parse_query(registry, focus.type, asked, zone=self._store.zone).query
                page = await self._store.search(context, narrowed(query, permitted))
            except Refused:
                continue  # not permitted, or more than a search gives: the focus goes alone
            found |= {(one.type, one.id): one for one in page.included}
        return tuple(found.values())[:MAX_NOTIFICATION_INCLUDED]

    async def _record(self, listener: Listener, told: Sequence[Told]) -> None:
        """One entry a patient."""
        by_patient: dict[int, list[Told]] = {}
        for one in told:
            if one.focus is not None:
                by_patient.setdefault(one.event.patient, []).append(one)
        if not by_patient:
            await self._store.trail.record(_entry_of_nothing(listener))
        for patient, several in by_patient.items():
            await self._store.trail.record(_entry(listener, patient, several))


def _entry_of_nothing(listener: Listener) -> AuditEntry:
    """Of a notification that names no resource. Its commit makes the events durable: see events."""
    return AuditEntry(
        context=listener.author.context(), action="notify", count=0,
        detail=f"Subscription/{listener.id}",
    )  # fmt: skip


def _entry(listener: Listener, patient: int, told: Sequence[Told]) -> AuditEntry:
    touched = tuple(Touch(one.event.focus.key, one.event.focus.version) for one in told)
    alone = touched[0] if len(touched) == 1 else Touch(0, 0)
    return AuditEntry(
        context=listener.author.context(),
        action="notify",
        type=",".join(sorted({one.event.type for one in told})),
        key=alone.key,
        version=alone.version,
        patient=patient,
        count=len(told),
        touched=touched if len(touched) > 1 else (),
        detail=f"Subscription/{listener.id}",
    )
