"""The statements that write entries. Every value is a parameter."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

from hygie.ledger.rows import COLUMNS, COLUMNS_OF_ONE

MAX_STATEMENTS: Final = 1_024
"""Texts kept in memory: a few hundred bytes a row they write."""
_TYPES: Final = {
    "at": "timestamptz", "key": "bigint", "patient": "bigint", "version": "integer",
    "count": "integer", "form": "smallint", "refused": "boolean", "detail": "bytea",
    "proof": "bytea",
}  # fmt: skip


@lru_cache(MAX_STATEMENTS)
def insert(rows: int) -> str:
    """Writes so many entries."""
    columns = ", ".join(COLUMNS)
    return f"INSERT INTO hygie.audit ({columns}) VALUES {_values(rows, len(COLUMNS))}"  # noqa: S608


@lru_cache(MAX_STATEMENTS)
def insert_columns(first: int) -> str:
    """Writes entries given as one array for each of `COLUMNS_OF_ONE`, the first of that number."""
    columns = ", ".join(COLUMNS_OF_ONE)
    arrays = ", ".join(f"{typed}[]" for typed in _typed(COLUMNS_OF_ONE, first))
    return f"INSERT INTO hygie.audit ({columns}) SELECT * FROM unnest({arrays})"  # noqa: S608


@lru_cache(MAX_STATEMENTS)
def insert_if(condition: str, rows: int) -> str:
    """Writes those of so many entries for which the condition holds, and gives their places.

    Each is `COLUMNS_OF_ONE` and its proof.
    """
    columns = ", ".join(COLUMNS_OF_ONE)
    named = (*COLUMNS_OF_ONE, "proof")
    listed = ", ".join(
        f"({place}, {', '.join(_typed(named, place * len(named) + 1))})" for place in range(rows)
    )
    return f"""
        WITH entry (place, {columns}, proof) AS MATERIALIZED (VALUES {listed}),
        kept AS MATERIALIZED (SELECT * FROM entry WHERE {condition}),
        written AS (INSERT INTO hygie.audit ({columns}) SELECT {columns} FROM kept)
        SELECT place FROM kept
    """  # noqa: S608 - names and conditions are ours


def _typed(columns: Sequence[str], first: int) -> list[str]:
    """A parameter for each column, the first of that number."""
    return [f"${n}::{_TYPES.get(name, 'text')}" for n, name in enumerate(columns, start=first)]


def _values(rows: int, width: int) -> str:
    places = (f"${number}" for number in range(1, rows * width + 1))
    return ", ".join(f"({', '.join(islice(places, width))})" for _ in range(rows))
