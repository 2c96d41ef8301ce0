"""Candidates of one search: fetched in batches, opened, re-checked where the index is unsure."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final, NamedTuple

from hygie.fhir.search.query import Condition
from hygie.limits import MAX_ISSUES, MAX_SORTED_IN_MEMORY
from hygie.refusal import Category, Issue, refuse
from hygie.store import phrases
from hygie.store.search.cursors import Cursor
from hygie.store.search.order import Order
from hygie.store.search.recheck import Recheck, digest
from hygie.store.search.sql import Arguments
from hygie.store.search.statements import Statements
from hygie.store.vault import OPENED_BY, Opened, Vault

COLUMNS: Final = ", ".join(f"r.{name}" for name in OPENED_BY)
LINKS: Final = ", r.tokens[1:r.links] AS links"
"""For those who follow references: an array for each row, not read otherwise."""
BATCH: Final = 200
WALK: Final = 16
"""Rows looked at for each one wanted, before all that meet the condition are gathered instead."""


class Plan(NamedTuple):
    """What one search asks of the database, and what it leaves to reading."""

    relation: str
    where: str
    arguments: Arguments
    rechecked: tuple[Condition, ...]
    """What is read again on the opened resource."""
    wide: bool
    """True when more rows are let through than match: else a re-check only guards against two
    facts that share a hash."""
    within: Callable[[Opened], bool]
    """Whether a row is within sight."""
    limited: bool = False
    """True when rows that it looks at, of any type, may be out of sight."""
    ids: frozenset[str] | None = None
    """The ids asked, when they are: two ids may share a key."""
    narrow: bool = False
    """True when few rows pass: they are sorted once found, not looked for in order."""
    alike: bool = False
    """True when one way of finding them is right, whatever the values asked."""
    probe: str = ""
    """The condition asked of one row after another, when many meet it; "" when it cannot be."""


class Scan:
    """Runs one plan. Rows have `links` when `linked`."""

    def __init__(
        self,
        statements: Statements,
        vault: Vault,
        plan: Plan,
        recheck: Recheck,
        *,
        linked: bool = False,
    ) -> None:
        self._statements = statements
        self._vault = vault
        self._plan = plan
        self._recheck = recheck
        self._digest = digest(plan.rechecked)
        self._columns = COLUMNS + LINKS if linked else COLUMNS
        self.arguments = plan.arguments.copy()
        """Those of the plan, and of the order in which `first` reads."""
        self.issues: list[Issue] = []
        """Rows that do not open: told, not served."""

    async def first(
        self, order: Order, cursor: Cursor | None, count: int
    ) -> tuple[list[Opened], Cursor | None]:
        """`count` matches after the cursor, and where to go on if there are more."""
        plan = self._plan
        if not plan.wide and not plan.rechecked and plan.ids is None:
            return await self._page(order, cursor, count)
        found: list[Opened] = []
        size = max(BATCH, count + 1) if self._plan.wide else count + 1
        async for opened in self._candidates(order, cursor, size, self.arguments):
            if not self._met(opened):
                continue
            if len(found) == count:
                return found, order.cursor(found[-1].record)
            found.append(opened)
        return found, None

    async def all(self) -> list[Opened]:
        """Every match, in the order of keys. Refused beyond MAX_SORTED_IN_MEMORY candidates."""
        candidates = self._candidates(Order(()), None, BATCH * 5, self._plan.arguments)
        return [opened async for opened in candidates if self._met(opened)]

    async def count(self) -> int:
        """How many matches there are."""
        if self._plan.wide:
            return len(await self.all())
        plan = self._plan
        query = f"SELECT count(*) FROM {plan.relation} r WHERE {plan.where}"  # noqa: S608
        return int(await self._statements.fetchval(query, *plan.arguments.values))

    async def _page(
        self, order: Order, cursor: Cursor | None, count: int
    ) -> tuple[list[Opened], Cursor | None]:
        """What the index alone decides: no row is read in vain."""
        records = await self._walk(order, cursor, count + 1)
        if len(records) <= count:
            records = await self._fetch(order, cursor, count + 1, self.arguments)
        opened, self.issues = await self._vault.open_all(records[:count])
        opened = [one for one in opened if self._plan.within(one)]
        return opened, order.cursor(records[count - 1]) if len(records) > count else None

    async def _walk(self, order: Order, cursor: Cursor | None, size: int) -> Sequence[Any]:
        """What the first rows in the order of keys give: all that was wanted, when many match."""
        plan = self._plan
        if not plan.probe or order.keys:
            return ()
        arguments = self.arguments.copy()
        after = order.after(cursor, arguments)
        looked, limit = arguments.number(WALK * size), arguments.number(size)
        query = (
            f"SELECT {self._columns} FROM (SELECT * FROM {plan.relation} r WHERE NOT r.deleted "  # noqa: S608
            f"AND ({after.sql}) ORDER BY r.key LIMIT {looked}) r "
            f"WHERE {plan.probe} ORDER BY r.key LIMIT {limit}"
        )
        return await self._statements.fetch_alike(query, arguments.values)

    def _met(self, opened: Opened) -> bool:
        plan = self._plan
        if plan.ids is not None and opened.stored.id not in plan.ids:
            return False
        return not plan.rechecked or self._recheck.met(plan.rechecked, self._digest, opened)

    async def _candidates(
        self, order: Order, cursor: Cursor | None, size: int, given: Arguments
    ) -> AsyncIterator[Opened]:
        """Rows that open, in order. Refused once MAX_SORTED_IN_MEMORY were read."""
        read = 0
        while True:
            records = await self._fetch(order, cursor, size, given)
            opened, issues = await self._vault.open_all(records)
            if not (self._plan.wide and self._plan.limited):  # else they may be out of sight
                self.issues += issues[: MAX_ISSUES - len(self.issues)]
            within = [one for one in opened if self._plan.within(one)]
            for one in within:
                yield one
            read += len(issues) + len(within)  # what is out of sight is not too many either
            if len(records) < size:
                return
            if read >= MAX_SORTED_IN_MEMORY:
                raise _too_broad()
            cursor = order.cursor(records[-1])

    async def _fetch(
        self, order: Order, cursor: Cursor | None, size: int, given: Arguments
    ) -> Sequence[Any]:
        arguments = given.copy()
        limit = arguments.number(size)
        plan = self._plan
        parts = (("true", order),) if plan.narrow else order.parts()
        selects = [
            f"SELECT {self._columns}{part.columns()} FROM {plan.relation} r "  # noqa: S608
            f"WHERE {plan.where} AND {where} AND ({part.after(cursor, arguments).sql}) "
            f"ORDER BY {part.clause(narrow=plan.narrow)} LIMIT {limit}"
            for where, part in parts
        ]
        query = selects[0]
        if len(selects) > 1:
            every = ") UNION ALL (".join(selects)
            query = f"SELECT * FROM (({every})) r ORDER BY {order.merged()} LIMIT {limit}"  # noqa: S608
        if plan.alike and cursor is None:
            return await self._statements.fetch_alike(query, arguments.values)
        return await self._statements.fetch(query, *arguments.values)


def _too_broad() -> Exception:
    return refuse(
        Category.UNPROCESSABLE, "store.search-broad", phrases.SEARCH_BROAD, code="too-costly",
        limit=str(MAX_SORTED_IN_MEMORY),
    )  # fmt: skip
