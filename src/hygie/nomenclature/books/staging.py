"""What was read of the files of a nomenclature, until its book is made: kept, to go on from.

A load that was killed goes on when the same files are given again: what had come is here, and is
not written twice. Each batch is committed with the number of pieces that came before it.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from hygie.fhir.codec import encode
from hygie.limits.nomenclatures import MAX_CODE_CHARACTERS, MAX_NOMENCLATURE_PIECES
from hygie.nomenclature.books import phrases
from hygie.nomenclature.books.piece import Piece
from hygie.nomenclature.books.schema import STAGED
from hygie.refusal import Category, refuse

BATCH: Final = 10_000
SHOWN: Final = 40
"""Characters of a code that is shown because it is none."""
Taken = Callable[[int], None]
"""Told how many pieces have come."""


class Staging:
    """One file of pieces. One process at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.execute("PRAGMA cache_size = -16384")
        for table in STAGED:
            self.connection.execute(table)

    @property
    def count(self) -> int:
        """Pieces that are here."""
        ((last,),) = self.connection.execute("SELECT coalesce(max(number), 0) FROM piece")
        return int(last)

    def take(self, pieces: Iterable[Piece], taken: Taken) -> None:
        """Keeps them all; those that are here already are passed over.

        `pieces` come in the same order each time. Raises `Refused` for a code that is none.
        """
        number = self.count
        coming = islice(iter(pieces), number, None)
        while batch := list(islice(coming, BATCH)):
            if number + len(batch) > MAX_NOMENCLATURE_PIECES:
                limit = str(MAX_NOMENCLATURE_PIECES)
                raise refuse(Category.TOO_LARGE, "book.pieces", phrases.TOO_MANY, limit=limit)
            self._keep(number, batch)
            number += len(batch)
            taken(number)

    def _keep(self, before: int, batch: list[Piece]) -> None:
        rows = list(_rows(before, batch))
        parents = [
            (number, piece.code, parent)
            for number, piece in enumerate(batch, before + 1)
            for parent in piece.parents
        ]
        cursor = self.connection
        cursor.execute("BEGIN")
        try:
            cursor.executemany("INSERT INTO piece VALUES (?, ?, ?, ?)", rows)
            cursor.executemany("INSERT INTO parent (piece, code, parent) VALUES (?, ?, ?)", parents)
            cursor.execute("COMMIT")
        except BaseException:
            if cursor.in_transaction:
                cursor.execute("ROLLBACK")
            raise

    def close(self) -> None:
        self.connection.close()


def _rows(before: int, batch: list[Piece]) -> Iterator[tuple[Any, ...]]:
    for number, piece in enumerate(batch, before + 1):
        if not 0 < len(piece.code) <= MAX_CODE_CHARACTERS:
            raise refuse(
                Category.UNPROCESSABLE, "book.code", phrases.BAD_CODE, code="value",
                found=piece.code[:SHOWN], limit=str(MAX_CODE_CHARACTERS),
            )  # fmt: skip
        yield number, piece.code, piece.defines, encode(piece.body)
