"""From committed changes to events: read from the outbox, matched, written down, then sent.

One process does it at a time (a lease). What it has done is what the database says: events and the
place in the outbox move in one statement, so that who takes over, after a crash too, goes on from
there. Numbers have no gaps, and nothing is told before it is written.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from hygie.exchange.subscriptions.asking import WEBSOCKET
from hygie.exchange.subscriptions.changes import Changed, Interaction, Seen
from hygie.exchange.subscriptions.events import Event, announced
from hygie.exchange.subscriptions.matching import Matching
from hygie.exchange.subscriptions.parts import Parts
from hygie.exchange.subscriptions.rights import Judge
from hygie.exchange.subscriptions.roster import KIND, Roster
from hygie.exchange.subscriptions.topics import Topic
from hygie.store.outbox import Change, Committed, Place
from hygie.store.reading.versions import Named
from hygie.store.vault import Opened

NAME: Final = "subscriptions"
TOPIC_KIND: Final = "Basic"


class Dispatched(NamedTuple):
    """What came of one batch."""

    moved: bool
    """False when another process has the outbox now: nothing was written."""
    told: frozenset[int] = frozenset()
    """Subscriptions that have new events."""
    written: frozenset[int] = frozenset()
    """Subscriptions that were written themselves."""
    deleted: frozenset[int] = frozenset()
    """Those of them that were deleted."""
    topics: bool = False
    """Whether a resource that may keep a topic was written."""
    costly: tuple[Topic, ...] = ()


class Dispatcher:
    """For one task."""

    def __init__(self, parts: Parts, roster: Roster, matching: Matching) -> None:
        self._versions = parts.versions
        self._extractor = parts.store.extractor
        self._judge = parts.judge
        self._events = parts.events
        self._recent = parts.recent
        self._roster = roster
        self._matching = matching

    async def dispatch(self, before: Place, committed: Sequence[Committed]) -> Dispatched:
        """Writes the events of these changes, and that they are dealt with."""
        changes = [change for one in committed for change in one.changes]
        batch = _Batch(self._roster, self._judge)
        costly: dict[str, Topic] = {}
        for changed in await self._open(changes):
            matched = self._matching.find(changed)
            costly |= {topic.url: topic for topic in matched.costly}
            batch.add(changed, matched.keys)
        moved = await self._events.write(
            NAME, before, committed[-1].place, batch.events, batch.told_elsewhere()
        )
        if not moved:
            return Dispatched(moved=False)
        batch.settle()
        self._recent.keep(
            batch.events,
            (((c.type, Named(c.key, c.stored.version)), c.opened) for c in batch.told),
        )
        return Dispatched(
            moved=True,
            told=frozenset(batch.numbers),
            written=frozenset(change.key for change in changes if change.type == KIND),
            deleted=frozenset(c.key for c in changes if c.type == KIND and c.deleted),
            topics=any(change.type == TOPIC_KIND for change in changes),
            costly=tuple(costly.values()),
        )

    async def _open(self, changes: Iterable[Change]) -> list[Changed]:
        """Those that concern anybody, in order. One that does not open any more (its patient was
        erased) is told to nobody."""
        wanted = [change for change in changes if self._matching.concerns(change.type)]
        by_type: dict[str, set[Named]] = {}
        for change in wanted:
            by_type.setdefault(change.type, set()).add(Named(change.key, change.version))
        current: dict[tuple[str, Named], Opened] = {}
        for type_, named in by_type.items():
            opened = await self._versions.open(type_, named)
            current |= {(type_, name): one for name, one in opened.items()}
        previous = await self._versions.replaced(
            {
                Named(change.key, change.version - 1)
                for change in wanted
                if change.version > 1
                and (change.deleted or self._matching.needs_previous(change.type))
            }
        )
        found = (
            self._changed(change, current.get((change.type, Named(*change[1:3]))), previous)
            for change in wanted
        )
        return [one for one in found if one is not None]

    def _changed(
        self, change: Change, opened: Opened | None, previous: dict[Named, Opened]
    ) -> Changed | None:
        if opened is None:
            return None
        former = previous.get(Named(change.key, change.version - 1))
        was = former.stored if former and not former.stored.deleted else None
        return Changed(
            opened=opened,
            key=change.key,
            current=None if change.deleted else Seen(opened.stored.body, self._extractor),
            previous=Seen(was.body, self._extractor) if was else None,
            interaction=_interaction(change, existed=former is None or was is not None),
        )


def _interaction(change: Change, *, existed: bool) -> Interaction:
    """A version that comes after a deletion makes the resource again."""
    if change.deleted:
        return "delete"
    return "create" if change.version == 1 or not existed else "update"


class _Batch:
    """The events of one batch, numbered from where each subscription stands."""

    def __init__(self, roster: Roster, judge: Judge) -> None:
        self._roster = roster
        self._judge = judge
        self.events: list[Event] = []
        self.told: list[Changed] = []
        """Changes that somebody is told of."""
        self.numbers: dict[int, int] = {}

    def add(self, changed: Changed, keys: Sequence[int]) -> None:
        """An event for each of these subscriptions that may know of it."""
        focus = Named(changed.key, changed.stored.version)
        if keys:
            self.told.append(changed)
        for key in keys:
            held = self._roster.get(key)
            if held is None or held.author is None:
                continue
            if not self._judge(held.author).allow(changed.type):
                continue
            number = self.numbers[key] = self.numbers.get(key, held.number) + 1
            self.events.append(
                Event(
                    key, number, changed.patient, focus, changed.type, changed.at,
                    changed.interaction,
                )
            )  # fmt: skip

    def told_elsewhere(self) -> str:
        """What processes with WebSockets are told: keys; all are to look when these are many."""
        return announced([key for key in self.numbers if self._is_elsewhere(key)])

    def _is_elsewhere(self, key: int) -> bool:
        held = self._roster.get(key)
        return held is not None and held.asked.channel == WEBSOCKET

    def settle(self) -> None:
        """Once it is committed."""
        for key, number in self.numbers.items():
            if (held := self._roster.get(key)) is not None:
                held.number = number
