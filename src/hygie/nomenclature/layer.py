"""The books of a data directory, as a layer of terminology's catalogue."""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import time_ns
from typing import Final

from hygie.fhir.terminology.code_system import CodeSystem
from hygie.fhir.terminology.layer import Layer
from hygie.fhir.terminology.reading import text
from hygie.nomenclature.books import Book
from hygie.nomenclature.books.opening import Pages
from hygie.nomenclature.shelf import Shelf
from hygie.refusal import Refused

SETTLED_NS: Final = 50_000_000
"""A folder changed so lately may change again within one tick of the file system's clock."""
_logger = logging.getLogger(__name__)
Mark = tuple[int, int, int]


class Books(Layer):
    """Those that are there each time one looks: a book that was loaded needs no restart.

    A look costs one `stat`, 2 µs. A book that turns out to be damaged is as if it were not there,
    and named in the log; `hygie terminology list` shows it. Safe between threads.
    """

    def __init__(self, data: Path) -> None:
        self._shelf = Shelf(data)
        self._seen = 0
        self._edition = 0
        self._opened: dict[Path, tuple[Mark, Book | None]] = {}
        self._known: dict[str, dict[str, Book]] = {}
        """URL -> version -> book."""

    def edition(self) -> int:
        self._look()
        return self._edition

    def urls(self, kind: str) -> Iterable[str]:
        return tuple(self._look()) if kind == "CodeSystem" else ()

    def versions(self, kind: str, url: str) -> Sequence[str]:
        return tuple(self._look().get(url, ())) if kind == "CodeSystem" else ()

    def system(self, url: str, version: str) -> CodeSystem | None:
        book = self._look().get(url, {}).get(version)
        if book and not book.is_whole:
            _logger.warning("nomenclature is damaged: %s", book.header.name)
            return None
        return book.called(url) if book else None

    def supplements(self, url: str) -> Iterable[CodeSystem]:
        for own, versions in self._look().items():
            for book in versions.values():
                adds_to = book.supplements.partition("|")[0]
                if book.url == own and adds_to == url and book.is_whole:
                    yield book

    def system_of(self, value_set: str) -> str:
        for versions in self._look().values():
            for book in versions.values():
                if text(book.header.json, "valueSet") == value_set:
                    return book.url
        return ""

    def _look(self) -> dict[str, dict[str, Book]]:
        try:
            changed = self._shelf.folder.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if changed != self._seen:
            known = self._read()
            self._edition += known != self._known
            self._known = known
            self._seen = changed if time_ns() - changed > SETTLED_NS else 0
        return self._known

    def _read(self) -> dict[str, dict[str, Book]]:
        opened = {path: self._open(path) for path in self._shelf.paths()}
        self._opened = opened
        known: dict[str, dict[str, Book]] = {}
        for book in (book for _, book in opened.values() if book):
            for url in book.header.urls:
                known.setdefault(url, {})[book.version] = book
        return known

    def _open(self, path: Path) -> tuple[Mark, Book | None]:
        found = path.stat()
        mark = found.st_ino, found.st_mtime_ns, found.st_size
        had = self._opened.get(path)
        if had and had[0] == mark:
            return had
        try:
            return mark, Book(Pages(path))
        except Refused:
            _logger.warning("nomenclature cannot be read: %s", path.name)
            return mark, None
