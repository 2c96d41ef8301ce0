"""Resources a transaction is about to write, found as if they were stored already."""

from collections import defaultdict
from collections.abc import Collection, Iterable

import msgspec

from hygie.fhir.search import Extractor, matches
from hygie.fhir.search.entry import Entry, TokenEntry
from hygie.fhir.search.plans import WORDS
from hygie.fhir.search.query import Condition, Criterion, Query, TokenValue
from hygie.store.contract import Resource, StoredResource

Key = tuple[str, str]
"""Parameter and code, folded: what narrows a search down before it is looked at exactly."""


class Found(msgspec.Struct, frozen=True):
    """A match. `stored` is None for one that this transaction is about to write."""

    target: str
    stored: StoredResource | None = None


class Pending:
    """Chains and reverse chains are not followed here: they find stored resources only."""

    def __init__(self, extractor: Extractor) -> None:
        self._types: dict[str, _OfType] = defaultdict(lambda: _OfType(extractor))

    def add(self, target: str, resource: Resource, *, fresh: bool) -> None:
        """`fresh`: the store cannot hold another version of it."""
        self._types[resource["resourceType"]].add(target, resource, fresh=fresh)

    def superseded(self, type_: str) -> Collection[str]:
        """Targets whose stored version, if any, no longer counts."""
        return self._types[type_].superseded

    def matching(self, query: Query) -> list[Found]:
        return [Found(target) for target in self._types[query.type].matching(query.conditions)]


class _OfType:
    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor
        self._waiting: list[tuple[str, Resource]] = []
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._by_token: dict[Key, dict[str, None]] = defaultdict(dict)
        self.superseded: set[str] = set()

    def add(self, target: str, resource: Resource, *, fresh: bool) -> None:
        self._waiting.append((target, resource))
        if not fresh:
            self.superseded.add(target)

    def matching(self, conditions: Iterable[Condition]) -> list[str]:
        self._index()
        wanted = list(conditions)
        return [target for target in self._candidates(wanted) if self._meets(target, wanted)]

    def _index(self) -> None:
        """Extracted only once somebody looks for this type."""
        for target, resource in self._waiting:
            words = self._extractor.entries_of(resource, WORDS)
            self._entries[target] = (
                *self._extractor.extract(resource), *words, _id_entry(target),
            )  # fmt: skip
            for entry in self._entries[target]:
                if isinstance(entry, TokenEntry):
                    self._by_token[entry.parameter, entry.code.casefold()][target] = None
        self._waiting.clear()

    def _candidates(self, conditions: Iterable[Condition]) -> Iterable[str]:
        """Without this, a bundle of n conditional creates would compare n x n / 2 times."""
        for condition in conditions:
            keys = _keys(condition)
            if keys:
                return dict.fromkeys(t for key in keys for t in self._by_token.get(key, ()))
        return self._entries

    def _meets(self, target: str, conditions: Iterable[Condition]) -> bool:
        entries = self._entries[target]
        return all(isinstance(c, Criterion) and matches(c, entries) for c in conditions)


def _id_entry(target: str) -> TokenEntry:
    """`_id`, which the store answers by itself for what is stored."""
    return TokenEntry("_id", "", target.partition("/")[2])


def _keys(condition: Condition) -> list[Key]:
    """One of these a match has for certain; none when that cannot be said."""
    if not isinstance(condition, Criterion) or condition.modifier or condition.missing is not None:
        return []
    keys = [
        (condition.parameter.code, value.code.casefold())
        for value in condition.values
        if isinstance(value, TokenValue) and value.code is not None
    ]
    return keys if len(keys) == len(condition.values) else []
