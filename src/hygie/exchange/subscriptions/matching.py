"""A change -> the subscriptions it is for. Pure, in memory.

Subscriptions stand by topic, by type of the focus, then by one fact that their filters ask for
("patient is 123"): a change is looked up by its own facts, so that ten thousand subscriptions to
ten thousand patients cost what ten do. Those whose filters read the same are decided once.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from hygie.exchange.subscriptions.changes import Changed, Seen
from hygie.exchange.subscriptions.filters import ALL, Filters, facts_of
from hygie.exchange.subscriptions.topics import Topic, meets, triggers
from hygie.refusal import Refused


class Interest(NamedTuple):
    """What one subscription is to be told of."""

    key: int
    """Of the subscription."""
    topic: Topic
    filters: Mapping[str, Filters]
    """By type of the focus; none for types that are not narrowed."""


class Matched(NamedTuple):
    keys: tuple[int, ...]
    """Of the subscriptions that the change is for, each once, in no order."""
    costly: tuple[Topic, ...]
    """Topics whose expression went through more than its limit: nothing was decided."""


@dataclass(eq=False)
class _Alike:
    """Those of one topic and type whose filters read the same."""

    filters: Filters
    members: set[int] = field(default_factory=set)


class _Shelf:
    """Those of one topic about one type."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self._alike: dict[Hashable, _Alike] = {}
        self._by_fact: dict[str, dict[Hashable, list[_Alike]]] = {}
        self._others: list[_Alike] = []

    def __bool__(self) -> bool:
        return bool(self._alike)

    def add(self, key: int, filters: Filters) -> None:
        alike = self._alike.get(filters.criteria)
        if alike is None:
            alike = self._alike[filters.criteria] = _Alike(filters)
            for place in self._places(alike):
                place.append(alike)
        alike.members.add(key)

    def remove(self, key: int, filters: Filters) -> None:
        alike = self._alike[filters.criteria]
        alike.members.discard(key)
        if not alike.members:
            del self._alike[filters.criteria]
            for place in self._places(alike):
                place.remove(alike)

    def _places(self, alike: _Alike) -> Iterator[list[_Alike]]:
        if alike.filters.facts is None:
            yield self._others
        for code, fact in alike.filters.facts or ():
            yield self._by_fact.setdefault(code, {}).setdefault(fact, [])

    def find(self, focus: Seen) -> Iterator[int]:
        """Members whose filters the focus meets."""
        candidates = dict.fromkeys(self._others)
        for code, by_fact in self._by_fact.items():
            for fact in facts_of(focus.entries(code)):
                candidates.update(dict.fromkeys(by_fact.get(fact, ())))
        for alike in candidates:
            if meets(alike.filters.criteria, focus):
                yield from alike.members


NOBODY: Final = Matched((), ())


class Matching:
    """The subscriptions that are told of changes. For one task at a time."""

    def __init__(self) -> None:
        self._by_type: dict[str, dict[int, _Shelf]] = {}
        """Type -> identity of a topic, which its shelf keeps in memory -> shelf."""
        self._interests: dict[int, Interest] = {}

    def __len__(self) -> int:
        return len(self._interests)

    def add(self, interest: Interest) -> None:
        """Takes the place of what the subscription asked for before."""
        self.remove(interest.key)
        self._interests[interest.key] = interest
        topic = interest.topic
        for type_ in topic.types:
            shelves = self._by_type.setdefault(type_, {})
            shelf = shelves.setdefault(id(topic), _Shelf(topic))
            shelf.add(interest.key, interest.filters.get(type_, ALL))

    def remove(self, key: int) -> None:
        interest = self._interests.pop(key, None)
        if interest is None:
            return
        topic = interest.topic
        for type_ in topic.types:
            shelf = self._by_type[type_][id(topic)]
            shelf.remove(key, interest.filters.get(type_, ALL))
            if not shelf:
                del self._by_type[type_][id(topic)]

    def concerns(self, type_: str) -> bool:
        """Whether anybody is to be told of resources of a type."""
        return bool(self._by_type.get(type_))

    def needs_previous(self, type_: str) -> bool:
        """Whether what was there before decides of anything."""
        return any(
            trigger.needs_previous
            for shelf in self._by_type.get(type_, {}).values()
            for trigger in shelf.topic.triggers
            if trigger.type == type_
        )

    def find(self, change: Changed) -> Matched:
        if change.focus is None:
            return NOBODY
        found: dict[int, None] = {}
        costly: list[Topic] = []
        for shelf in self._by_type.get(change.type, {}).values():
            try:
                if triggers(shelf.topic, change):
                    found.update(dict.fromkeys(shelf.find(change.focus)))
            except Refused:
                costly.append(shelf.topic)
        return Matched(tuple(found), tuple(costly))

    def of_topic(self, topic: Topic) -> Iterable[int]:
        """The subscriptions to a topic."""
        return [key for key, one in self._interests.items() if one.topic is topic]
