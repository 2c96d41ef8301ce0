"""Events just written, and what they are about, for those who send them in the same process.

What is here need not be asked of the database; what is not, is. Bounded in number and in bytes, and
forgotten with a patient's key.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable
from typing import Final

from hygie.exchange.subscriptions.events import Event
from hygie.store.keys.news import KeyNews, patient_in
from hygie.store.reading.versions import Named
from hygie.store.vault import Opened

MAX_EVENTS: Final = 20_000
MAX_BYTES: Final = 32 * 1024 * 1024
OVERHEAD_BYTES: Final = 1_000
Place = tuple[str, Named]


class Recent:
    """For the tasks of one event loop."""

    def __init__(self, news: KeyNews) -> None:
        self._news = news
        news.tell(self._hear)
        self._events: dict[int, deque[Event]] = {}
        self._order: deque[int] = deque()
        """Subscription of each event that is held, the oldest first."""
        self._opened: OrderedDict[Place, Opened] = OrderedDict()
        self._bytes = 0

    def keep(self, events: Iterable[Event], opened: Iterable[tuple[Place, Opened]]) -> None:
        """Once they are committed."""
        for event in events:
            self._events.setdefault(event.subscription, deque()).append(event)
            self._order.append(event.subscription)
        while len(self._order) > MAX_EVENTS:
            self._drop_event(self._order.popleft())
        for place, one in opened:
            if place not in self._opened:
                self._opened[place] = one
                self._bytes += _size(one)
        while self._bytes > MAX_BYTES:
            self._bytes -= _size(self._opened.popitem(last=False)[1])

    def after(self, subscription: int, number: int, count: int) -> list[Event]:
        """The next events of a subscription, if the very next one is here."""
        held = self._events.get(subscription)
        if not held or not held[0].number <= number + 1 <= held[-1].number:
            return []
        skipped = number + 1 - held[0].number
        return [held[index] for index in range(skipped, min(len(held), skipped + count))]

    def opened(self, type_: str, named: Named) -> Opened | None:
        """None as well while it may not have been heard that its patient was erased."""
        return self._opened.get((type_, named)) if self._news.up_to_date() else None

    def _hear(self, announced: str) -> None:
        """Nothing is held of a patient whose key was destroyed or replaced."""
        if not announced:
            self._opened.clear()
            self._bytes = 0
            return
        patient = patient_in(announced)
        gone = [place for place, one in self._opened.items() if one.record[0] == patient]
        for place in gone:
            self._bytes -= _size(self._opened.pop(place))

    def _drop_event(self, subscription: int) -> None:
        held = self._events[subscription]
        held.popleft()
        if not held:
            del self._events[subscription]


def _size(one: Opened) -> int:
    return len(one.stored.body) + OVERHEAD_BYTES
