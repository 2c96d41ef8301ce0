"""Statements of one form as one statement: the values of several become the columns of one table.

A statement costs asyncpg and the server more than the few rows that most of them find. The values
of several become the columns of one table, `q`, and the statement runs for each of its rows
(LATERAL): the same rows, in the same order, for a third of the work.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from hygie.store.database import Record

MAX_FORMS: Final = 256
"""Texts kept."""
MAX_LISTED: Final = 64
"""Values of a list in a shared statement: one with longer ones goes alone."""
MAX_BYTES: Final = 8_192
"""Of a value of each caller; longer ones are sent once, and those go together who have the same."""
_PARAMETER: Final = re.compile(r"\$(\d+)::(\w+)(\[\])?")
_SINGLE, _ONE, _SEVERAL, _LONG, _COMMON = range(5)
"""How a value goes into a column: as it is, a list of one as its item, other lists as text. What is
common to all goes into none."""

Values = Sequence[Any]
Rows = Sequence[Record]


class Form(NamedTuple):
    """What statements that go together have in common. Every parameter has its type: `$1::text`."""

    query: str
    kinds: tuple[int, ...]
    common: tuple[bytes, ...] = ()
    """Values that all have."""

    @property
    def shareable(self) -> bool:
        return _LONG not in self.kinds

    def columns(self, several: Sequence[Values]) -> list[Any]:
        """The parameters of `shared`."""
        return [
            column[0] if kind == _COMMON else [_TO_COLUMN[kind](value) for value in column]
            for kind, column in zip(self.kinds, zip(*several, strict=True), strict=True)
        ]

    def shared(self) -> str:
        """The statement for all rows of a table of values. What each finds comes in its order;
        the last column says whose it is."""
        return _shared(self.query, self.kinds)


def form_of(query: str, values: Values) -> Form:
    kinds = tuple(map(_kind, values))
    if _COMMON not in kinds:
        return Form(query, kinds)
    common = (value for value, kind in zip(values, kinds, strict=True) if kind == _COMMON)
    return Form(query, kinds, tuple(common))


def dealt(rows: Iterable[Record], count: int) -> list[Rows]:
    """What a shared statement found, to each of the `count` who asked."""
    found: list[list[Record]] = [[] for _ in range(count)]
    for row in rows:
        found[row["number"] - 1].append(row)
    return list(found)


def _kind(value: Any) -> int:
    if type(value) not in (list, tuple):
        return _COMMON if type(value) is bytes and len(value) > MAX_BYTES else _SINGLE
    if len(value) == 1:
        return _ONE
    return _SEVERAL if len(value) <= MAX_LISTED else _LONG


_TO_COLUMN: Final[dict[int, Callable[[Any], Any]]] = {
    _SINGLE: lambda value: value,
    _ONE: lambda value: value[0],
    _SEVERAL: lambda value: f"{{{','.join(map(str, value))}}}",
}


@lru_cache(MAX_FORMS)
def _shared(query: str, kinds: tuple[int, ...]) -> str:
    types: dict[int, str] = {}

    def column(found: re.Match[str]) -> str:
        place, item = int(found[1]), found[2]
        kind = kinds[place - 1]
        if kind == _COMMON:
            return found[0]
        types[place] = "text" if kind == _SEVERAL else item
        written = f"q.a{place}"
        return {_ONE: f"ARRAY[{written}]", _SEVERAL: f"{written}::{item}[]"}.get(kind, written)

    each = _PARAMETER.sub(column, query)
    places = [place for place, kind in enumerate(kinds, 1) if kind != _COMMON]
    given = ", ".join(f"${place}::{types[place]}[]" for place in places)
    names = ", ".join(f"a{place}" for place in places)
    return (
        f"SELECT r.*, q.number FROM unnest({given}) WITH ORDINALITY AS q({names}, number) "  # noqa: S608 - ours
        f"CROSS JOIN LATERAL ({each}) AS r"
    )
