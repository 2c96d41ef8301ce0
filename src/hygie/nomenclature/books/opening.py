"""Files of books: opened to be read, by several threads, and refused when they are not whole.

A book ends with the SHA-256 of what comes before. It tells a file that was cut, copied badly or
changed by hand; whoever can write to the data directory can also write a whole book.
"""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec

from hygie.nomenclature.books import phrases
from hygie.nomenclature.books.header import FORM, Header
from hygie.nomenclature.books.schema import OF_WORDS, SCHEMA
from hygie.refusal import Category, Phrase, Refused, refuse

MAGIC: Final = b"\nhygie book 1\n"
_LONG: Final = len(MAGIC) + 32
BLOCK: Final = 1024 * 1024
HARM: Final = frozenset({
    sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN,
})  # fmt: skip
"""What SQLite says of a file that is harmed; anything else is a fault of ours."""
CACHE_KIB: Final = 8 * 1024
"""Pages that one thread keeps of one book."""


def seal(path: Path) -> None:
    """Ends a book that is whole; durable once it returns."""
    with path.open("r+b") as file:
        digest = _digest(file, path.stat().st_size)
        file.seek(0, os.SEEK_END)
        file.write(MAGIC + digest)
        file.flush()
        os.fsync(file.fileno())


def require_whole(path: Path) -> None:
    """Raises `Refused` for what is no book, or no more the one that was made. Some 0.7 s a GB."""
    size = path.stat().st_size - _LONG
    with path.open("rb") as file:
        file.seek(max(size, 0))
        end = file.read(_LONG)
        file.seek(0)
        if size <= 0 or not end.startswith(MAGIC) or _digest(file, size) != end[len(MAGIC) :]:
            raise _refused("book.damaged", phrases.DAMAGED, path)


def _digest(file: Any, size: int) -> bytes:
    digest = hashlib.sha256()
    while size > 0 and (block := file.read(min(size, BLOCK))):
        digest.update(block)
        size -= len(block)
    return digest.digest()


class Pages:
    """The tables of one book. Safe between threads: each has its own connection.

    The file is never written. When another is put in its place, or it is taken away, threads that
    have read it go on with the old one; others are refused, and find the new one when asked again.
    """

    def __init__(self, path: Path) -> None:
        """Raises `Refused` for what is no book of this form."""
        self._path = path
        self._own = threading.local()
        self._header = b""
        ((self._header,),) = self.rows("SELECT json FROM header") or ((b"",),)
        self.header = self._decoded()

    @cached_property
    def is_whole(self) -> bool:
        """Whether it is as it was made; read to its end once, 0.7 s a GB."""
        try:
            require_whole(self._path)
        except (Refused, OSError):
            return False
        return True

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Raises `Refused` when the file turns out to be damaged."""
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        try:
            if connection is None:
                connection = self._own.connection = self._connect()
            return connection.execute(query, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in HARM:
                raise
            raise _refused("book.damaged", phrases.DAMAGED, self._path) from None

    def _connect(self) -> sqlite3.Connection:
        """Of hostile content nothing is run: its tables are those of a book, and no other."""
        address = f"file:{quote(str(self._path.absolute()))}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, isolation_level=None)
        connection.executescript(
            "PRAGMA trusted_schema=0; PRAGMA query_only=1; PRAGMA cell_size_check=1;"
            f"PRAGMA cache_size=-{CACHE_KIB}"
        )
        made = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        if tuple(sql for name, sql in made if name not in OF_WORDS) != SCHEMA:
            raise _refused("book.damaged", phrases.DAMAGED, self._path)
        if self._header and connection.execute("SELECT json FROM header").fetchall() != [
            (self._header,)
        ]:
            raise _refused("book.changed", phrases.CHANGED, self._path, Category.BUSY)
        return connection

    def _decoded(self) -> Header:
        try:
            header = msgspec.json.decode(self._header, type=Header)
        except msgspec.DecodeError:
            raise _refused("book.damaged", phrases.DAMAGED, self._path) from None
        if header.form != FORM:
            raise _refused("book.form", phrases.OTHER_FORM, self._path)
        return header


def _refused(
    rule: str, phrase: Phrase, path: Path, category: Category = Category.UNPROCESSABLE
) -> Refused:
    return refuse(category, rule, phrase, code="exception", book=path.name)
