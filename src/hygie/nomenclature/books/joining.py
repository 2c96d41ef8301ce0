"""Pieces of concepts, joined: which codes there are, what is above each, all that is said of it."""

import sqlite3
from array import array
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import msgspec

from hygie.fhir.terminology.reading import Json
from hygie.limits.nomenclatures import MAX_NOMENCLATURE_CONCEPTS, MAX_NOMENCLATURE_NOTES
from hygie.nomenclature.books import phrases
from hygie.nomenclature.books.header import Note
from hygie.nomenclature.books.order import Edges
from hygie.nomenclature.books.schema import DEFINED
from hygie.refusal import Category, refuse

TWICE: Final = "SELECT code FROM piece WHERE defines GROUP BY code HAVING count(*) > 1"
UNDEFINED: Final = (
    "SELECT DISTINCT code FROM piece WHERE NOT defines AND code NOT IN (SELECT code FROM defined)"
)
_OWN: Final = (
    " FROM parent JOIN defined AS low ON low.code = parent.code"
    " JOIN piece ON piece.number = parent.piece AND (NOT defines OR piece.number = low.first)"
    " LEFT JOIN defined AS high ON high.code = parent.parent"
)
"""Parents, those left out that the second definition of a code names."""
LOST: Final = f"SELECT DISTINCT parent.parent {_OWN} WHERE high.code IS NULL"
ABOVE: Final = (
    f"SELECT low.concept, high.concept {_OWN} WHERE high.concept <> low.concept"
    " ORDER BY low.concept, parent.number"
)
SAID: Final = (
    "SELECT concept, defined.code, json FROM defined JOIN piece ON piece.code = defined.code"
    " AND (NOT defines OR number = first) ORDER BY concept, number"
)
_DECODER: Final = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
LISTS: Final = ("designation", "property")


def define(staging: sqlite3.Connection) -> int:
    """Numbers the concepts, from 1, in the order in which they are defined: how many there are.

    Of a code that is defined twice, the first definition counts. Raises `Refused` when there are
    none, or too many.
    """
    for statement in DEFINED:
        staging.execute(statement)
    ((count,),) = staging.execute("SELECT count(*) FROM defined")
    if not count:
        raise refuse(Category.UNPROCESSABLE, "book.empty", phrases.EMPTY, code="not-found")
    if count > MAX_NOMENCLATURE_CONCEPTS:
        limit = str(MAX_NOMENCLATURE_CONCEPTS)
        raise refuse(Category.TOO_LARGE, "book.concepts", phrases.TOO_MANY, limit=limit)
    return int(count)


def doubts(staging: sqlite3.Connection) -> tuple[Note, ...]:
    """What does not fit together in the files: codes twice, additions and parents without code."""
    queries = {"code.twice": TWICE, "code.undefined": UNDEFINED, "parent.undefined": LOST}
    found = (_note(staging, rule, query) for rule, query in queries.items())
    return tuple(note for note in found if note.count)


def _note(staging: sqlite3.Connection, rule: str, query: str) -> Note:
    ((count,),) = staging.execute(f"SELECT count(*) FROM ({query})")  # noqa: S608 - ours
    some = staging.execute(f"{query} LIMIT {MAX_NOMENCLATURE_NOTES}") if count else ()
    return Note(rule, count, tuple(code for (code,) in some))


def edges(staging: sqlite3.Connection) -> Edges:
    """Concepts, from 0, and those above them, each pair once."""
    found = Edges(array("q"), array("q"))
    for child, rows in groupby(staging.execute(ABOVE), itemgetter(0)):
        for parent in dict.fromkeys(high for _, high in rows):
            found.child.append(child - 1)
            found.parent.append(parent - 1)
    return found


def concepts(staging: sqlite3.Connection) -> Iterator[tuple[str, Json]]:
    """Code and `CodeSystem.concept` of each, in the order of their numbers."""
    for (_, code), rows in groupby(staging.execute(SAID), itemgetter(0, 1)):
        first, *others = (_DECODER.decode(raw) for _, _, raw in rows)
        yield code, {"code": code, **_joined(first, others)}


def _joined(body: Json, others: list[Json]) -> Json:
    """All that is said of one concept; what is said twice, once."""
    for other in others:
        for name, value in other.items():
            if name in LISTS:
                had = body.setdefault(name, [])
                had.extend(item for item in value if item not in had)
            else:
                body.setdefault(name, value)
    return body
