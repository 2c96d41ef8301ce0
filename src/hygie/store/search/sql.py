"""Pieces of SQL and their arguments. Text comes from this room only; values are parameters."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple


class Arguments:
    """The parameters of one statement, or of a part of it: each value becomes `$n`."""

    def __init__(self, before: int = 0) -> None:
        """`before`: parameters of the statement that come before this part's."""
        self.values: list[Any] = []
        self._before = before

    def copy(self) -> "Arguments":
        """The same so far: to add one statement's own."""
        copy = Arguments(self._before)
        copy.values = list(self.values)
        return copy

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.values)

    def number(self, value: int) -> str:
        return self._add(value, "bigint")

    def numbers(self, values: Sequence[int]) -> str:
        return self._add(values, "bigint[]")

    def shorts(self, values: list[int]) -> str:
        return self._add(values, "smallint[]")

    def bytes(self, value: bytes) -> str:
        return self._add(value, "bytea")

    def moment(self, value: Any) -> str:
        return self._add(value, "timestamptz")

    def _add(self, value: Any, kind: str) -> str:
        self.values.append(value)
        return f"${self._before + len(self.values)}::{kind}"


MAX_EITHER: Final = 8
"""Alternatives that are looked for one by one."""


class Filter(NamedTuple):
    """A condition on a row. When not `exact` it lets more through than it should: re-check."""

    sql: str
    exact: bool
    narrow: bool = False
    """True when few rows pass, however many there are: those of one patient, or one identifier."""
    tokens: tuple[int, ...] = ()
    """Tokens that every row it lets through has."""
    either: tuple[tuple[int, ...], ...] = ()
    """Or tokens of which every row has those of one place: an identifier or another."""
    steady: bool = True
    """False when the best way to its rows depends on the values asked: the ends of a range."""
    probe: str = ""
    """The same condition, to be asked of one row after another: when most rows meet it."""


EVERYTHING = Filter("true", exact=True)
NOTHING = Filter("false", exact=True)


def any_of(filters: list[Filter]) -> Filter:
    """OR. An empty list lets nothing through."""
    if len(filters) < 2:
        return filters[0] if filters else NOTHING
    tokens = tuple(one.tokens for one in filters)
    return Filter(
        " OR ".join(f"({one.sql})" for one in filters),
        exact=all(one.exact for one in filters),
        narrow=all(one.narrow for one in filters),
        steady=all(one.steady for one in filters),
        either=tokens if all(tokens) and len(tokens) <= MAX_EITHER else (),
    )


def limited(met: Filter, within: Filter) -> Filter:
    """The same condition, of rows that are within as well: what it says of them still holds."""
    if within == EVERYTHING:
        return met
    return met._replace(
        sql=f"({met.sql}) AND ({within.sql})",
        exact=met.exact and within.exact,
        steady=met.steady and within.steady,
        probe="",
    )


def every(filters: list[Filter]) -> Filter:
    """AND."""
    return Filter(
        " AND ".join(f"({one.sql})" for one in filters),
        exact=all(one.exact for one in filters),
        narrow=any(one.narrow for one in filters),
        steady=all(one.steady for one in filters),
    )
