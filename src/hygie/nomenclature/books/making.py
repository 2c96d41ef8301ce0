"""A book, from the pieces that its files gave: written beside, and renamed when it is whole.

Half a million concepts, with what is said of them in two million places, pass through some 200 MB
of memory: they are joined and sorted on disk, and only their numbers are held.
"""

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from hygie.fhir.codec import encode
from hygie.fhir.terminology.code_system import PROPERTIES, RETIRED, Concept
from hygie.fhir.terminology.heading import Heading
from hygie.fhir.terminology.reading import Json, as_written, objects, text
from hygie.fhir.terminology.word_index import words_of
from hygie.files import NEW, give_to_owner_of_folder, make_durable
from hygie.nomenclature.books import joining, phrases
from hygie.nomenclature.books.header import Header
from hygie.nomenclature.books.opening import seal
from hygie.nomenclature.books.order import NOWHERE, Arrangement, CircularError, Edges, arrange
from hygie.nomenclature.books.schema import LONGEST_VALUE, SCHEMA, TEXTS
from hygie.nomenclature.books.staging import Staging
from hygie.nomenclature.books.texts import squeezed
from hygie.refusal import Category, Refused, refuse

BATCH: Final = 5_000
SHOWN_CYCLE: Final = 10
FASTER: Final = (
    "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA cache_size = -32768",
)  # fmt: skip
"""For a file that is thrown away unless it is finished."""
Made = Callable[[int, int], None]
"""Told how many concepts are in the book, and of how many."""


def make(staging: Staging, header: Header, path: Path, made: Made) -> Header:
    """The book of what is in `staging`, at `path`, durable once this returns; its header.

    Raises `Refused` when there are no codes, or when the hierarchy is circular.
    """
    kept = staging.connection
    count = joining.define(kept)
    edges = joining.edges(kept)
    order = _arranged(kept, count, edges)
    whole = msgspec.structs.replace(
        header, concepts=count, notes=(*header.notes, *joining.doubts(kept))
    )
    new = path.with_name(path.name + NEW)
    new.unlink(missing_ok=True)
    with closing(sqlite3.connect(new, isolation_level=None)) as book:
        for statement in (*FASTER, *SCHEMA):
            book.execute(statement)
        book.execute("BEGIN")
        _Writing(kept, book, whole, order).write(edges, lambda done: made(done, count))
        book.execute("COMMIT")
    seal(new)
    new.chmod(0o600)
    give_to_owner_of_folder(new)
    new.replace(path)
    make_durable(path.parent)
    return whole


def _arranged(kept: sqlite3.Connection, count: int, edges: Edges) -> Arrangement:
    try:
        return arrange(count, edges)
    except CircularError as circular:
        raise _circular(kept, circular.cycle) from None


def _circular(kept: sqlite3.Connection, cycle: list[int]) -> Refused:
    named = "SELECT code FROM defined WHERE concept = ?"
    codes = [kept.execute(named, (place + 1,)).fetchone()[0] for place in cycle[:SHOWN_CYCLE]]
    shown = " > ".join([*codes, "…" if len(cycle) > SHOWN_CYCLE else codes[0]])
    return refuse(
        Category.UNPROCESSABLE, "book.circular", phrases.CIRCULAR, code="invalid", cycle=shown
    )


class _Rows(NamedTuple):
    """Of one concept, in the tables of the book and of texts."""

    concept: tuple[Any, ...]
    body: tuple[int, bytes, str]
    text: tuple[Any, ...]
    values: list[tuple[str, str, int]]


class _Writing:
    """The content of one book."""

    def __init__(
        self, kept: sqlite3.Connection, book: sqlite3.Connection, header: Header, order: Arrangement
    ) -> None:
        self._kept = kept
        self._book = book
        self._header = header
        self._order = order
        properties = Heading(header.json).properties
        self._inactive = properties.get(PROPERTIES + "inactive", "inactive")
        self._places = array("q", bytes(8 * len(order.sequence)))
        for place, concept in enumerate(order.sequence, 1):
            self._places[concept] = place

    def write(self, edges: Edges, done: Callable[[int], None]) -> None:
        self._book.execute("INSERT INTO header VALUES (?)", (encode(_built(self._header)),))
        self._write_concepts(done)
        self._write_edges(edges)
        self._write_words()

    def _write_concepts(self, done: Callable[[int], None]) -> None:
        for statement in ("BEGIN", *TEXTS):
            self._kept.execute(statement)
        number = 0
        for batch in _batches(map(self._rows, range(len(self._places)), self._concepts())):
            self._insert("concept", 5, (rows.concept for rows in batch))
            self._insert("body", 3, (rows.body for rows in batch))
            self._insert("value", 3, (value for rows in batch for value in rows.values))
            self._kept.executemany(
                "INSERT INTO text VALUES (?, ?, ?, ?, ?, ?)", (rows.text for rows in batch)
            )
            number += len(batch)
            done(number)
        self._kept.execute("COMMIT")

    def _concepts(self) -> Iterator[Concept]:
        return (Concept(code, body) for code, body in joining.concepts(self._kept))

    def _rows(self, number: int, concept: Concept) -> _Rows:
        place = self._places[number]
        code = squeezed(concept.code)
        last = self._order.last[number]
        last_or_none = None if last == NOWHERE else last
        texts = [" ".join(words_of(name)) for name in _names(concept)]
        values = {(p.code, as_written(p.value), place) for p in concept.properties}
        return _Rows(
            (place, concept.code, code, self._order.walked[number], last_or_none),
            (place, encode(concept.json), "\n".join(texts)),
            (place, self._is_retired(concept), len(texts[0]), *_filed(concept.code, code, texts)),
            [value for value in values if len(value[1]) <= LONGEST_VALUE],
        )

    def _is_retired(self, concept: Concept) -> bool:
        flagged = any(value is True for value in concept.values(self._inactive))
        return flagged or any(value in RETIRED for value in concept.values("status"))

    def _write_edges(self, edges: Edges) -> None:
        position, before = 0, NOWHERE
        rows = []
        for child, parent in zip(edges.child, edges.parent, strict=True):
            position = position + 1 if child == before else 0
            before = child
            rows.append((self._places[child], position, self._places[parent]))
            if len(rows) == BATCH:
                self._insert("edge", 3, rows)
                rows.clear()
        self._insert("edge", 3, rows)

    def _write_words(self) -> None:
        """In the order in which they are to be found."""
        self._book.execute("INSERT INTO words (words, rank) VALUES ('hashsize', 16777216)")
        ordered = "SELECT place, code, display, others FROM text ORDER BY retired, length, place"
        rows = enumerate(self._kept.execute(ordered), 1)
        for batch in _batches(rows):
            self._insert("ranked", 2, ((ordinal, row[0]) for ordinal, row in batch))
            self._book.executemany(
                "INSERT INTO words (rowid, code, display, others) VALUES (?, ?, ?, ?)",
                ((ordinal, *row[1:]) for ordinal, row in batch),
            )
        self._book.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._kept.execute("DROP TABLE text")

    def _insert(self, table: str, width: int, rows: Iterable[Any]) -> None:
        marks = ", ".join("?" * width)
        self._book.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - ours


def _names(concept: Concept) -> Iterator[str]:
    """Its display, and then its designations."""
    yield concept.display
    yield from (text(item, "value") for item in objects(concept.json, "designation"))


def _filed(code: str, squeezed_code: str, texts: list[str]) -> tuple[str, str, str]:
    """Words of the code, written both ways; of the display; of all designations."""
    return " ".join((*words_of(code), squeezed_code)), texts[0], " ".join(texts[1:])


def _built(header: Header) -> Json:
    built: Json = msgspec.to_builtins(header)
    return built


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    coming = iter(rows)
    while batch := list(islice(coming, BATCH)):
        yield batch
