"""What criteria find: in the store, and among what a transaction is about to write."""

from collections import defaultdict
from collections.abc import Container
from zoneinfo import ZoneInfo

import msgspec

from hygie.fhir.definitions import Registry
from hygie.fhir.search import Extractor, matches, parse_query
from hygie.fhir.search.entry import Entry
from hygie.fhir.search.query import Criterion, Query
from hygie.limits import MAX_PAGE
from hygie.refusal import Category, refuse
from hygie.store.contract import Resource, StoredResource
from hygie.store.interactions import messages
from hygie.store.interactions.addresses import parameters
from hygie.store.store import Transaction


class Found(msgspec.Struct, frozen=True):
    """A match. `stored` is None for one that this transaction is about to write."""

    target: str
    stored: StoredResource | None = None


class Pending:
    """Resources a transaction is about to write, found as if they were stored already.

    Chains and reverse chains are not followed here: they find stored resources only.
    """

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor
        self._resources: dict[str, dict[str, Resource]] = defaultdict(dict)
        self._entries: dict[str, tuple[Entry, ...]] = {}

    def add(self, target: str, resource: Resource) -> None:
        self._resources[resource["resourceType"]][target] = resource

    def targets(self, type_: str) -> Container[str]:
        return self._resources[type_].keys()

    def count(self, type_: str) -> int:
        return len(self._resources[type_])

    def matching(self, query: Query) -> list[Found]:
        return [
            Found(target)
            for target, resource in self._resources[query.type].items()
            if self._meets(target, resource, query)
        ]

    def _meets(self, target: str, resource: Resource, query: Query) -> bool:
        if target not in self._entries:
            self._entries[target] = self._extractor.extract(resource)
        entries = self._entries[target]
        return all(isinstance(c, Criterion) and matches(c, entries) for c in query.conditions)


class Conditions:
    """Looks criteria up."""

    def __init__(self, registry: Registry, zone: ZoneInfo) -> None:
        self._registry = registry
        self._zone = zone

    async def find(
        self, tx: Transaction, type_: str, criteria: str, pending: Pending | None = None
    ) -> list[Found]:
        """Nothing, the one match, or at least two. Unknown parameters are always refused here:
        leaving one out would change, or delete, something else than what was meant.
        """
        query = self._query(type_, criteria)
        if pending is None:
            page = await tx.search(query)
            return [Found(f"{s.type}/{s.id}", s) for s in page.matches]
        count = min(2 + pending.count(type_), MAX_PAGE)
        page = await tx.search(msgspec.structs.replace(query, count=count))
        superseded = pending.targets(type_)
        stored = [Found(f"{s.type}/{s.id}", s) for s in page.matches]
        return [f for f in stored if f.target not in superseded] + pending.matching(query)

    async def one(
        self, tx: Transaction, type_: str, criteria: str, pending: Pending | None = None
    ) -> Found | None:
        """The one match or None. Raises `Refused` (PRECONDITION) when there are several."""
        found = await self.find(tx, type_, criteria, pending)
        if len(found) > 1:
            raise refuse(
                Category.PRECONDITION,
                "condition.several",
                messages.SEVERAL_MATCH,
                code="multiple-matches",
                type=type_,
            )
        return found[0] if found else None

    def _query(self, type_: str, criteria: str) -> Query:
        parsed = parse_query(self._registry, type_, parameters(criteria), zone=self._zone)
        if not parsed.query.conditions:
            raise refuse(
                Category.PRECONDITION,
                "condition.empty",
                messages.NO_CRITERIA,
                code="invalid",
                type=type_,
            )
        return Query(type=type_, conditions=parsed.query.conditions, count=2)
