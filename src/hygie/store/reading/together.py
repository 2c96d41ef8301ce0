"""Searches of one form: callers who come together share one statement.

A statement costs asyncpg and the server more than the few rows that most searches find. The values
of several become the columns of one table, `q`, and the statement runs for each of its rows
(LATERAL): the same rows, in the same order, for a third of the work. Who searches alone waits for
nobody.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import asyncpg

from hygie.grouping import Grouping
from hygie.limits import MAX_SEARCHES_TOGETHER, MAX_SEARCHES_WAITING
from hygie.store.database import Record
from hygie.store.reading.lanes import Lanes

MAX_FORMS: Final = 128
"""Forms remembered: beyond, the one used longest ago is forgotten."""
MAX_LISTED: Final = 64
"""Values of a list in a shared statement: a search with longer ones goes alone."""
TOGETHER_SECONDS: Final = 1.0
"""A shared statement that takes longer is given up: each search then has one to itself."""
_PARAMETER: Final = re.compile(r"\$(\d+)::(\w+)(\[\])?")
_SINGLE, _ONE, _SEVERAL, _LONG = range(4)
"""How a value goes into a column: as it is, a list of one as its item, other lists as text."""

Values = Sequence[Any]
Rows = Sequence[Record]


class Form(NamedTuple):
    """What statements that go together have in common."""

    query: str
    kinds: tuple[int, ...]


class Together:
    """`Statements` on lanes. For the tasks of one event loop."""

    def __init__(self, lanes: Lanes, keyed: Lanes) -> None:
        """`keyed`: those where one plan serves whatever the values."""
        self.fetch = lanes.fetch
        self.fetchval = lanes.fetchval
        self._keyed = keyed
        self._groups: OrderedDict[Form, Grouping[Values, Rows]] = OrderedDict()

    async def fetch_alike(self, query: str, values: Values) -> Rows:
        form = Form(query, tuple(map(_kind, values)))
        if _LONG in form.kinds:
            return await self.fetch(query, *values)
        return await self._group(form).add(values)

    def _group(self, form: Form) -> Grouping[Values, Rows]:
        group = self._groups.get(form)
        if group is not None:
            self._groups.move_to_end(form)
            return group
        if len(self._groups) >= MAX_FORMS:
            self._groups.popitem(last=False)
        shared = _shared(form)

        async def answer(searches: list[Values]) -> Sequence[Rows | Exception]:
            return await self._answer(form, shared, searches)

        group = Grouping(answer, waiting=MAX_SEARCHES_WAITING, largest=MAX_SEARCHES_TOGETHER)
        self._groups[form] = group
        return group

    async def _answer(
        self, form: Form, shared: str, searches: list[Values]
    ) -> Sequence[Rows | Exception]:
        """When the shared statement fails, each search answers, or fails, for itself."""
        if len(searches) > 1:
            try:
                return await self._at_once(form, shared, searches)
            except (TimeoutError, asyncpg.PostgresError):
                pass
        return await asyncio.gather(*(self._alone(form, values) for values in searches))

    async def _alone(self, form: Form, values: Values) -> Rows | Exception:
        try:
            return await self.fetch(form.query, *values)
        except Exception as error:
            return error

    async def _at_once(self, form: Form, shared: str, searches: list[Values]) -> Sequence[Rows]:
        columns = [
            [_TO_COLUMN[kind](value) for value in column]
            for kind, column in zip(form.kinds, zip(*searches, strict=True), strict=True)
        ]
        found: list[list[Record]] = [[] for _ in searches]
        for row in await self._keyed.run(
            lambda lane: lane.fetch(shared, *columns, timeout=TOGETHER_SECONDS)
        ):
            found[row["number"] - 1].append(row)
        return found


def _kind(value: Any) -> int:
    if type(value) not in (list, tuple):
        return _SINGLE
    if len(value) == 1:
        return _ONE
    return _SEVERAL if len(value) <= MAX_LISTED else _LONG


_TO_COLUMN: Final[dict[int, Callable[[Any], Any]]] = {
    _SINGLE: lambda value: value,
    _ONE: lambda value: value[0],
    _SEVERAL: lambda value: f"{{{','.join(map(str, value))}}}",
}


def _shared(form: Form) -> str:
    """The statement for all rows of a table of values. What each finds comes in its order; the
    last column says whose it is.
    """
    types: dict[int, str] = {}

    def column(found: re.Match[str]) -> str:
        place, item = int(found[1]), found[2]
        kind = form.kinds[place - 1]
        types[place] = "text" if kind == _SEVERAL else item
        written = f"q.a{place}"
        return {_ONE: f"ARRAY[{written}]", _SEVERAL: f"{written}::{item}[]"}.get(kind, written)

    each = _PARAMETER.sub(column, form.query)
    places = range(1, len(form.kinds) + 1)
    given = ", ".join(f"${place}::{types[place]}[]" for place in places)
    names = ", ".join(f"a{place}" for place in places)
    return (
        f"SELECT r.*, q.number FROM unnest({given}) WITH ORDINALITY AS q({names}, number) "  # noqa: S608 - ours
        f"CROSS JOIN LATERAL ({each}) AS r"
    )
