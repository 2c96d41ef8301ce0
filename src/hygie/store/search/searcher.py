"""A search, from the query to its page."""

from collections.abc import Sequence
from typing import NamedTuple

import asyncpg

from hygie.fhir.definitions import Registry
from hygie.fhir.search.query import Query
from hygie.limits import MAX_PAGE, STATEMENT_TIMEOUT_MS
from hygie.refusal import Category, Issue, Refused, refuse
from hygie.sight import Sight
from hygie.store import phrases
from hygie.store.contract import Page
from hygie.store.search import cursors, order, reading_order
from hygie.store.search.criteria import Criteria
from hygie.store.search.cursors import Cursor
from hygie.store.search.estimate import estimated_rows
from hygie.store.search.frequencies import Frequencies
from hygie.store.search.inclusion import Inclusion
from hygie.store.search.planner import Planner
from hygie.store.search.recheck import Recheck
from hygie.store.search.scan import Plan, Scan
from hygie.store.search.sights import Sights
from hygie.store.search.statements import Statements
from hygie.store.vault import Opened, Vault, patients_of


class Found(NamedTuple):
    """A page, and the patients whose data are on it."""

    page: Page
    patients: frozenset[int]


class Searcher:
    """Answers queries on one connection, or on what many share."""

    def __init__(self, vault: Vault, registry: Registry) -> None:
        self._vault = vault
        self._registry = registry
        self.sights = Sights(vault, Criteria(vault.blinder, registry))
        self._frequencies = Frequencies()
        self._recheck = Recheck(vault.extractor)

    async def search(
        self, statements: Statements, query: Query, sight: Sight, *, certain: bool = False
    ) -> Found:
        """Refused when a cursor is not of this search, or the search costs too much.

        Matches, and what conditions look into, may be searched; what is included may be read.
        `certain`: criteria are read again on each match, so that no collision of hashes counts.
        """
        try:
            return await self._search(statements, query, sight, certain=certain)
        except asyncpg.QueryCanceledError:
            raise _too_slow() from None

    async def _search(
        self, statements: Statements, query: Query, sight: Sight, *, certain: bool
    ) -> Found:
        planner = Planner(
            statements, self._vault, self._registry, self.sights.visible(sight, "s"),
            self._frequencies, self._recheck,
        )  # fmt: skip
        plan = await planner.plan(query.type, query.conditions, certain=certain)
        linked = bool(query.includes or query.revincludes)
        scan = Scan(statements, self._vault, plan, self._recheck, linked=linked)
        if query.summary == "count" or query.count == 0:
            return Found(Page(matches=(), total=await scan.count()), frozenset())
        matched, following = await self._matches(scan, query)
        included, issues = await self._included(statements, query, sight, matched)
        page = Page(
            matches=tuple(one.stored for one in matched),
            included=tuple(one.stored for one in included),
            total=await self._total(statements, scan, plan, query),
            next=self._written(following, query),
            issues=(*scan.issues, *issues),
        )
        return Found(page, frozenset(patients_of([*matched, *included])))

    async def _included(
        self, statements: Statements, query: Query, sight: Sight, matched: Sequence[Opened]
    ) -> tuple[Sequence[Opened], Sequence[Issue]]:
        if not query.includes and not query.revincludes:
            return (), ()
        visible = self.sights.visible(sight, "r")
        inclusion = Inclusion(statements, self._vault, visible)
        return await inclusion.gather(query, matched), inclusion.issues

    # --- matches ----------------------------------------------------------------------------

    async def _matches(self, scan: Scan, query: Query) -> tuple[list[Opened], Cursor | None]:
        cursor = self._cursor(query)
        count = min(query.count, MAX_PAGE)
        by_columns = order.by_columns(query, self._vault.blinder, scan.arguments)
        if by_columns is not None:
            return await scan.first(by_columns, cursor, count)
        return await self._sorted_by_reading(scan, query, cursor, count)

    async def _sorted_by_reading(
        self, scan: Scan, query: Query, cursor: Cursor | None, count: int
    ) -> tuple[list[Opened], Cursor | None]:
        """The cursor holds how many were given out, and the key of the last of them."""
        codes = {sort.parameter.code for sort in query.sort}
        rows = [
            (reading_order.values(query.sort, self._recheck.entries(one.stored, codes)), one)
            for one in await scan.all()
        ]
        ranked = reading_order.sorted_by(query.sort, rows)
        start = _resume(ranked, cursor)
        page = ranked[start : start + count]
        if start + count >= len(ranked):
            return page, None
        return page, Cursor((start + count,), page[-1].record["key"])

    def _cursor(self, query: Query) -> Cursor | None:
        if not query.cursor:
            return None
        binding = cursors.binding_of_query(query)
        return cursors.read(self._vault.keyring, query.cursor, binding)

    def _written(self, cursor: Cursor | None, query: Query) -> str:
        if cursor is None:
            return ""
        return cursors.write(self._vault.keyring, cursor, cursors.binding_of_query(query))

    async def _total(
        self, statements: Statements, scan: Scan, plan: Plan, query: Query
    ) -> int | None:
        # What is expected of an index tells of rows out of sight: then they are counted.
        if query.total == "accurate" or (query.total == "estimate" and plan.limited):
            return await scan.count()
        if query.total == "estimate":
            return await estimated_rows(statements, plan)
        return None


def _resume(ranked: Sequence[Opened], cursor: Cursor | None) -> int:
    """Where the next page starts: after the last row given out, or at its number if it is gone."""
    if cursor is None:
        return 0
    for place, one in enumerate(ranked):
        if one.record["key"] == cursor.key:
            return place + 1
    return cursor.values[0]


def _too_slow() -> Refused:
    return refuse(
        Category.UNPROCESSABLE, "store.search-slow", phrases.SEARCH_SLOW, code="too-costly",
        seconds=str(STATEMENT_TIMEOUT_MS // 1000),
    )  # fmt: skip
