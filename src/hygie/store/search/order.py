"""The order of matches: by columns where there are some, else by reading the matches.

Ties, and what has no `_sort`, go by the row's key: a place that no later change alters, so that
pages hold while data move; it says nothing else. Rows without the value come last, whichever way
(R4 §3.1.1.5.1 leaves it open).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from hygie.fhir.search.query import Query, Sort
from hygie.store.database import Record
from hygie.store.index import spans
from hygie.store.index.blinding import Blinder
from hygie.store.search import ranges
from hygie.store.search.cursors import Cursor
from hygie.store.search.sql import EVERYTHING, Arguments, Filter

_LAST: Final = 2**63 - 1
_UNDATED_LAST: Final = f"coalesce(nullif(r.happened, {spans.NEVER}), {_LAST})"


class Key(NamedTuple):
    """One expression rows are ordered by, never NULL."""

    sql: str
    descending: bool
    moment: bool = False
    """True when it is a time, which cursors hold in microseconds."""

    @property
    def unindexed(self) -> str:
        """The same order, by no index."""
        return f"{self.sql} + interval '0'" if self.moment else f"{self.sql} + 0"


_BY_DATE: Final = Key(_UNDATED_LAST, descending=False)


class Order(NamedTuple):
    """Sort keys, then the row's key, in the last one's direction."""

    keys: tuple[Key, ...]

    @property
    def descending(self) -> bool:
        return self.keys[-1].descending if self.keys else False

    def clause(self, *, narrow: bool = False) -> str:
        """`narrow`: to be sorted once found. PostgreSQL would else read an index in this order,
        everybody's rows, until it met enough of one patient's, which lie close in time."""
        every = (*self.keys, Key("r.key", self.descending))
        return ", ".join(
            f"{key.unindexed if narrow else key.sql} {'DESC' if key.descending else 'ASC'}"
            for key in every
        )

    def parts(self) -> tuple[tuple[str, "Order"], ...]:
        """Conditions, and the order of the rows that meet each: one part comes after the other.

        By date, what has none comes last, where no index has it: as a part of its own, both are
        read as they lie.
        """
        if not self.keys or self.keys[0] != _BY_DATE:
            return (("true", self),)
        rest = self.keys[1:]
        dated = Key("r.happened", descending=False)
        undated = Key(f"{_LAST}::bigint", descending=False)
        return (
            (f"r.happened > {spans.NEVER}", Order((dated, *rest))),
            (f"r.happened = {spans.NEVER}", Order((undated, *rest))),
        )

    def merged(self) -> str:
        """The order of what is selected with `columns`."""
        names = [(f"sorted{n}", key.descending) for n, key in enumerate(self.keys)]
        every = (*names, ("key", self.descending))
        return ", ".join(f"{name} {'DESC' if down else 'ASC'}" for name, down in every)

    def columns(self) -> str:
        """Selected beside each row, to write its cursor."""
        return "".join(f", {key.sql} AS sorted{n}" for n, key in enumerate(self.keys))

    def cursor(self, record: Record) -> Cursor:
        """The cursor that continues after this row."""
        values = [record[f"sorted{n}"] for n in range(len(self.keys))]
        plain = [ranges.microseconds(v) if isinstance(v, datetime) else v for v in values]
        return Cursor(tuple(plain), record["key"])

    def after(self, cursor: Cursor | None, arguments: Arguments) -> Filter:
        """Rows beyond the cursor: (a, b) > (x, y) as a > x OR (a = x AND b > y)."""
        if cursor is None:
            return EVERYTHING
        every = (*self.keys, Key("r.key", self.descending))
        ends = zip(every, (*cursor.values, cursor.key), strict=True)
        edges = [
            arguments.moment(ranges.moment(end)) if key.moment else arguments.number(end)
            for key, end in ends
        ]
        if len({key.descending for key in every}) == 1:
            left = ", ".join(key.sql for key in every)
            sign = "<" if every[0].descending else ">"
            return Filter(f"({left}) {sign} ({', '.join(edges)})", exact=True)
        text = "false"
        for key, edge in reversed(list(zip(every, edges, strict=True))):
            sign = "<" if key.descending else ">"
            text = f"{key.sql} {sign} {edge} OR ({key.sql} = {edge} AND ({text}))"
        return Filter(text, exact=True)


def by_columns(query: Query, blinder: Blinder, arguments: Arguments) -> Order | None:
    """The order in SQL, or None when a sort parameter has no ordered column."""
    keys = []
    for sort in query.sort:
        key = _key(query.type, sort, blinder, arguments)
        if key is None:
            return None
        keys.append(key)
    return Order(tuple(keys))


def _key(resource_type: str, sort: Sort, blinder: Blinder, arguments: Arguments) -> Key | None:
    code, kind = sort.parameter.code, sort.parameter.type
    if code == "_lastUpdated":
        return Key("r.updated", sort.descending, moment=True)
    if code == blinder.main_date(resource_type):
        return Key("r.happened", descending=True) if sort.descending else _BY_DATE
    sensitive = spans.is_sensitive(resource_type, sort.parameter.filed)
    if kind in ("date", "number", "quantity") and not sensitive:
        return _span_key(blinder.parameters(resource_type, sort.parameter), sort, arguments)
    return None


def _span_key(parameters: Sequence[int], sort: Sort, arguments: Arguments) -> Key:
    lowest = ranges.lowest("r", arguments.numbers(parameters))
    last = arguments.number(spans.NEVER if sort.descending else _LAST)
    return Key(f"coalesce({lowest}, {last})", sort.descending)
