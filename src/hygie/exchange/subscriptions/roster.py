"""Every subscription that is not off, as it stands: kept in memory by the process that dispatches.

What a subscription asks is read from its resource, its author and numbers from their row.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from hygie.exchange.subscriptions.asking import Asked, read_subscription
from hygie.exchange.subscriptions.events import Events, State
from hygie.exchange.subscriptions.filters import FilterReader
from hygie.exchange.subscriptions.matching import Interest
from hygie.exchange.subscriptions.rights import Author, open_author
from hygie.exchange.subscriptions.topics import Catalogue, Topic
from hygie.exchange.subscriptions.topics.shipped import searched
from hygie.fhir.codec import decode
from hygie.limits import MAX_RESOURCE_BYTES
from hygie.refusal import Refused
from hygie.store.contract import StoredResource
from hygie.store.reading.versions import Versions
from hygie.trace import Sealer

KIND: Final = "Subscription"
TOLD: Final = frozenset({"active", "error"})
"""While in error, events are counted and kept (STU 1.1, §Handling errors as a server)."""


@dataclass(eq=False, slots=True)
class Held:
    """One subscription. Its numbers move; the rest is replaced when the resource is written."""

    key: int
    asked: Asked
    author: Author | None
    """None when no client answers for it."""
    interest: Interest | None
    """None when topic or filters are not understood (any more): `problem` says why."""
    number: int = 0
    """Of its last event."""
    delivered: int = 0
    failures: int = 0
    problem: Refused | None = field(default=None, repr=False)

    @property
    def id(self) -> str:
        return self.asked.id

    @property
    def is_told(self) -> bool:
        """Whether events are written for it."""
        return self.asked.status in TOLD and self.interest is not None and self.author is not None


class Roster:
    """For the tasks of one event loop."""

    def __init__(
        self,
        versions: Versions,
        events: Events,
        catalogue: Catalogue,
        filters: FilterReader,
        sealer: Sealer,
    ) -> None:
        self._versions = versions
        self._events = events
        self._catalogue = catalogue
        self._filters = filters
        self._sealer = sealer
        self._held: dict[int, Held] = {}

    def __iter__(self) -> Iterator[Held]:
        return iter(list(self._held.values()))

    def get(self, key: int) -> Held | None:
        return self._held.get(key)

    async def load(self) -> None:
        """All of them, as they are now."""
        await self._catalogue.look()
        opened = await self._versions.current(KIND)
        states = await self._events.states()
        self._held.clear()
        for one in opened:
            self._take(one.record[1], one.stored, states.get(one.record[1]))

    async def reload(self, keys: Iterable[int]) -> list[Held]:
        """Those of these that there are, as they are now; what is deleted or off is dropped."""
        await self._catalogue.look()
        wanted = sorted(set(keys))
        opened = {one.record[1]: one.stored for one in await self._versions.current(KIND, wanted)}
        states = await self._events.states(wanted)
        taken = []
        for key in wanted:
            if key not in opened or not self._take(key, opened[key], states.get(key)):
                self._held.pop(key, None)
            else:
                taken.append(self._held[key])
        return taken

    def _take(self, key: int, stored: StoredResource, state: State | None) -> bool:
        if stored.deleted:
            return False
        try:
            asked = read_subscription(decode(stored.body, limit=MAX_RESOURCE_BYTES))
        except Refused:
            return False  # written before this was refused, or by no client: as if it were off
        if asked.status == "off":
            return False
        self._held[key] = self._made(key, asked, state)
        return True

    def _made(self, key: int, asked: Asked, state: State | None) -> Held:
        former = self._held.get(key)
        held = Held(key, asked, None, None)
        if state is not None:
            held.author = open_author(self._sealer, key, state.sealed)
            held.number = max(state.number, former.number if former else 0)
            held.delivered = max(state.delivered, former.delivered if former else 0)
            held.failures = state.failures
        try:
            held.interest = self.interest(key, asked)
        except Refused as problem:
            held.problem = problem
        return held

    def interest(self, key: int, asked: Asked) -> Interest:
        """What it is to be told of. Raises `Refused`: topic unknown, filters not allowed."""
        if asked.plain:
            type_, filters = self._filters.plain(asked)
            return Interest(key, searched(type_), {type_: filters})
        topic = self.topic(asked)
        return Interest(key, topic, self._filters.of(topic, asked.filters))

    def topic(self, asked: Asked) -> Topic:
        return self._catalogue.require(asked.criteria)
