"""Which departure of a route may go next: in order for one patient, across patients at once. Pure.

Lane 0 is of what concerns several patients (a merge): it goes once everything made before it is
settled, and nothing made after it goes before.

What is held by a fault holds its own lane, and not the others. What is dead holds nobody.
"""

import heapq
from bisect import insort
from collections.abc import Iterable
from datetime import datetime

from hygie.exchange.routes.departures import Ahead


class Order:
    """Of one route. Costs little for each departure, however many there are."""

    def __init__(self) -> None:
        self._lanes: dict[int, list[Ahead]] = {}
        self._every: dict[int, Ahead] = {}
        self._ready: list[tuple[int, int]] = []
        """Heads of lanes that may go, as (id, lane); some may have become stale."""
        self._held: list[tuple[datetime, int]] = []
        self._under_way: set[int] = set()
        """Lanes of which one is being sent."""
        self._merges: list[int] = []

    def __len__(self) -> int:
        return len(self._every)

    @property
    def known(self) -> list[int]:
        return list(self._every)

    @property
    def next_at(self) -> datetime | None:
        """When the first of what is held may go again."""
        return self._held[0][0] if self._held else None

    def add(self, several: Iterable[Ahead]) -> None:
        """Each not known yet, in whatever order they are seen."""
        for ahead in several:
            self._every[ahead.id] = ahead
            insort(self._lanes.setdefault(ahead.lane, []), ahead, key=_number)
            if ahead.lane == 0:
                insort(self._merges, ahead.id)
            self._offer(ahead.lane)

    def take(self, now: datetime) -> Ahead | None:
        """The next that may go, until it is `settled`; None when none may, now."""
        while self._held and self._held[0][0] <= now:
            _, lane = heapq.heappop(self._held)
            if (head := self._head(lane)) is not None:
                heapq.heappush(self._ready, (head.id, lane))
        while self._ready:
            number, lane = self._ready[0]
            head = self._head(lane)
            if head is None or head.id != number or lane in self._under_way or _waits(head, now):
                heapq.heappop(self._ready)
                continue
            if self._merges and not self._may_pass(number):
                return None
            heapq.heappop(self._ready)
            self._under_way.add(lane)
            return head
        return None

    def settled(self, ahead: Ahead, retry_at: datetime | None = None) -> None:
        """It is over; or, with `retry_at`, it waits until then at the head of its lane."""
        self._under_way.discard(ahead.lane)
        line = self._lanes[ahead.lane]
        line.remove(ahead)
        if retry_at is not None:
            again = ahead._replace(retry_at=retry_at, attempts=ahead.attempts + 1)
            self._every[ahead.id] = again
            insort(line, again, key=_number)
        else:
            del self._every[ahead.id]
            if ahead.lane == 0:
                self._merges.remove(ahead.id)
        if line:
            self._offer(ahead.lane)
        else:
            del self._lanes[ahead.lane]

    def _head(self, lane: int) -> Ahead | None:
        line = self._lanes.get(lane)
        return line[0] if line else None

    def _offer(self, lane: int) -> None:
        if lane in self._under_way:
            return
        head = self._lanes[lane][0]
        if head.retry_at is not None:
            heapq.heappush(self._held, (head.retry_at, lane))
        else:
            heapq.heappush(self._ready, (head.id, lane))

    def _may_pass(self, number: int) -> bool:
        """Whether no merge stands before it; a merge itself, whether it is the first of all."""
        merge = self._merges[0]
        return number < merge or (number == merge and min(self._every) == merge)


def _number(ahead: Ahead) -> int:
    return ahead.id


def _waits(head: Ahead, now: datetime) -> bool:
    return head.retry_at is not None and head.retry_at > now
