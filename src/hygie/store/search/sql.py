"""Pieces of SQL and their arguments. Text comes from this room only; values are parameters."""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Arguments:
    """The parameters of one statement: each value becomes `$n`."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def copy(self) -> "Arguments":
        """The same so far: to add one statement's own."""
        copy = Arguments()
        copy.values = list(self.values)
        return copy

    def number(self, value: int) -> str:
        return self._add(value, "bigint")

    def numbers(self, values: Sequence[int]) -> str:
        return self._add(values, "bigint[]")

    def shorts(self, values: list[int]) -> str:
        return self._add(values, "smallint[]")

    def moment(self, value: Any) -> str:
        return self._add(value, "timestamptz")

    def _add(self, value: Any, kind: str) -> str:
        self.values.append(value)
        return f"${len(self.values)}::{kind}"


class Filter(NamedTuple):
    """A condition on a row. When not `exact` it lets more through than it should: re-check."""

    sql: str
    exact: bool
    narrow: bool = False
    """True when few rows pass, however many there are: those of one patient, or one identifier."""
    tokens: tuple[int, ...] = ()
    """Tokens that every row it lets through has."""


AND, OR = " AND ", " OR "
EVERYTHING = Filter("true", exact=True)
NOTHING = Filter("false", exact=True)


def any_of(filters: list[Filter]) -> Filter:
    """OR. An empty list lets nothing through."""
    return _joined(filters, OR, NOTHING)


def all_of(filters: list[Filter]) -> Filter:
    """AND. An empty list lets everything through."""
    return _joined(filters, AND, EVERYTHING)


def _joined(filters: list[Filter], word: str, empty: Filter) -> Filter:
    if len(filters) < 2:
        return filters[0] if filters else empty
    text = word.join(f"({one.sql})" for one in filters)
    narrow = (any if word == AND else all)(one.narrow for one in filters)
    return Filter(text, all(one.exact for one in filters), narrow)
