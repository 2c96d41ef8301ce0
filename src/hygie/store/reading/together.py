"""Searches of one form: callers who come together share one statement.

`hygie.store.reading.forms` says how. Who searches alone waits for nobody.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

import asyncpg

from hygie.grouping import Grouping
from hygie.limits import MAX_SEARCHES_TOGETHER, MAX_SEARCHES_WAITING
from hygie.store.reading.forms import Form, Rows, Values, dealt, form_of
from hygie.store.reading.lanes import Lanes

MAX_FORMS: Final = 128
"""Forms whose callers meet: beyond, the one used longest ago is forgotten."""
TOGETHER_SECONDS: Final = 1.0
"""A shared statement that takes longer is given up: each search then has one to itself."""


class Together:
    """`Statements` on lanes. For the tasks of one event loop."""

    def __init__(self, lanes: Lanes, keyed: Lanes) -> None:
        """`keyed`: those where one plan serves whatever the values."""
        self.fetch = lanes.fetch
        self.fetchval = lanes.fetchval
        self._keyed = keyed
        self._groups: OrderedDict[Form, Grouping[Values, Rows]] = OrderedDict()

    async def fetch_alike(self, query: str, values: Values) -> Rows:
        form = form_of(query, values)
        if not form.shareable:
            return await self.fetch(query, *values)
        return await self._group(form).add(values)

    def _group(self, form: Form) -> Grouping[Values, Rows]:
        group = self._groups.get(form)
        if group is not None:
            self._groups.move_to_end(form)
            return group
        if len(self._groups) >= MAX_FORMS:
            self._groups.popitem(last=False)

        async def answer(searches: list[Values]) -> Sequence[Rows | Exception]:
            return await self._answer(form, searches)

        group = Grouping(answer, waiting=MAX_SEARCHES_WAITING, largest=MAX_SEARCHES_TOGETHER)
        self._groups[form] = group
        return group

    async def _answer(self, form: Form, searches: list[Values]) -> Sequence[Rows | Exception]:
        """When the shared statement fails, each search answers, or fails, for itself."""
        if len(searches) > 1:
            try:
                return await self._at_once(form, searches)
            except (TimeoutError, asyncpg.PostgresError):
                pass
        return await asyncio.gather(*(self._alone(form, values) for values in searches))

    async def _alone(self, form: Form, values: Values) -> Rows | Exception:
        try:
            return await self.fetch(form.query, *values)
        except Exception as error:
            return error

    async def _at_once(self, form: Form, searches: list[Values]) -> Sequence[Rows]:
        columns = form.columns(searches)
        rows = await self._keyed.run(
            lambda lane: lane.fetch(form.shared(), *columns, timeout=TOGETHER_SECONDS)
        )
        return dealt(rows, len(searches))
