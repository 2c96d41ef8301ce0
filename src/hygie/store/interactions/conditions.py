"""What criteria find: in the store, and among what a transaction is about to write."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import msgspec

from hygie.fhir.definitions import Registry
from hygie.fhir.search import parse_query
from hygie.fhir.search.query import Query
from hygie.limits import MAX_PAGE
from hygie.refusal import Category, refuse
from hygie.store.interactions import messages
from hygie.store.interactions.addresses import parameters
from hygie.store.interactions.pending import Found, Pending
from hygie.store.store import Transaction


class Conditions:
    """Looks criteria up."""

    def __init__(self, registry: Callable[[], Registry], zone: ZoneInfo) -> None:
        """`registry`: that of the moment, which search parameters may be added to."""
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
        superseded = pending.superseded(type_)
        count = min(2 + len(superseded), MAX_PAGE)
        page = await tx.search(msgspec.structs.replace(query, count=count))
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
        parsed = parse_query(self._registry(), type_, parameters(criteria), zone=self._zone)
        if not parsed.query.conditions:
            raise refuse(
                Category.PRECONDITION,
                "condition.empty",
                messages.NO_CRITERIA,
                code="invalid",
                type=type_,
            )
        return Query(type=type_, conditions=parsed.query.conditions, count=2)
