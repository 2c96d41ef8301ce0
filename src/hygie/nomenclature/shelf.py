"""The books of a data directory: what is there, what is loaded, what is taken away."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from time import time
from typing import Final, Literal, NamedTuple

import msgspec

from hygie.files import NEW, give_to_owner_of_folder, one_at_a_time
from hygie.limits.nomenclatures import MAX_BOOKS
from hygie.nomenclature import phrases
from hygie.nomenclature.books.header import SUFFIX, Header
from hygie.nomenclature.books.making import make
from hygie.nomenclature.books.opening import Pages, require_whole
from hygie.nomenclature.books.staging import Staging
from hygie.nomenclature.loading import Given, Kind, Options, Reading, given
from hygie.refusal import Category, Phrase, Refused, refuse

FOLDER: Final = "nomenclatures"
LOADING: Final = ".loading"
"""Folder of what is read and not yet a book."""
PART: Final = ".part"
LOCK: Final = ".lock"
FORGOTTEN_SECONDS: Final = 7 * 24 * 3600
"""A load that was killed is waited for so long."""
PIECE_BYTES: Final = 150
"""Of a file, for each thing it says of a concept: to tell how far a load is."""
State = Literal["added", "unchanged", "replaced"]


class Progress:
    """Told how far a load is; this one tells nobody."""

    def read(self, done: int, total: int) -> None:
        """Things read of the files; `total` is an estimate."""

    def written(self, done: int, total: int) -> None:
        """Concepts in the book."""


class Loaded(NamedTuple):
    """What became of one system in the files given."""

    header: Header
    state: State


class Shelved(NamedTuple):
    """One book that is there."""

    name: str
    bytes: int
    header: Header | None
    """None when it can no longer be read."""


class Shelf:
    """Of one data directory."""

    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER

    def paths(self) -> list[Path]:
        """The files of books, whole ones only."""
        try:
            return sorted(path for path in self.folder.iterdir() if path.suffix == SUFFIX)
        except FileNotFoundError:
            return []

    def listed(self, *, examined: bool = False) -> list[Shelved]:
        """In the order of their names. `examined`: each is read to its end, 0.7 s a GB."""
        return [self._listed(path, examined=examined) for path in self.paths()]

    def remove(self, name: str) -> None:
        """Takes a book away; who reads it goes on. Raises `Refused` when there is none."""
        with self._locked():
            found = {path.name.removesuffix(SUFFIX): path for path in self.paths()}
            if name not in found:
                raise _refused(
                    "book.not-here", phrases.NOT_HERE, name, Category.NOT_FOUND, code="not-found"
                )
            found[name].unlink()

    def load(
        self,
        kind: Kind,
        paths: Sequence[Path],
        options: Options,
        progress: Progress,
        *,
        replace: bool = False,
    ) -> list[Loaded]:
        """Books of all systems in the files; what is not wholly read changes nothing.

        Files that were loaded already change nothing either. A load of the same files that was
        killed is gone on with. Raises `Refused`, and `OSError` when a file cannot be read.
        """
        files = given(paths, options)
        made = datetime.now(UTC).replace(microsecond=0).isoformat()
        with self._locked():
            readings = [
                reading._replace(header=self._titled(reading.header, kind, files, made))
                for reading in kind.loader(files)
            ]
            states = [self._state(reading.header, replace=replace) for reading in readings]
            total = sum(source.bytes for source in files.sources) // PIECE_BYTES
            load = _Load(self.folder, progress, total)
            pairs = list(zip(readings, states, strict=True))
            for reading, state in pairs:
                if state != "unchanged":
                    load.stage(reading)
            return [
                Loaded(reading.header if state == "unchanged" else load.make(reading), state)
                for reading, state in pairs
            ]

    def _titled(self, header: Header, kind: Kind, files: Given, made: str) -> Header:
        """What the loader said of a system, with what it was made from."""
        whole = msgspec.structs.replace(
            header, kind=kind.name, sources=files.sources, made=made,
            licence=header.licence or kind.licence,
        )  # fmt: skip
        path = self._path(whole)
        had = self._listed(path).header if path.exists() else None
        if had is None or had.url == whole.url:
            return whole
        return msgspec.structs.replace(whole, mark=sha256(whole.url.encode()).hexdigest()[:8])

    def _path(self, header: Header) -> Path:
        return self.folder / (header.name + SUFFIX)

    def _state(self, header: Header, *, replace: bool) -> State:
        path = self._path(header)
        if not path.exists():
            if len(self.paths()) >= MAX_BOOKS:
                raise refuse(
                    Category.TOO_LARGE, "book.many", phrases.TOO_MANY_BOOKS, limit=str(MAX_BOOKS)
                )
            return "added"
        had = self._listed(path).header
        if had and (had.url, had.kind, had.sources) == (header.url, header.kind, header.sources):
            return "unchanged"
        if not replace:
            raise _refused("book.other", phrases.OTHER_CONTENT, header.name)
        return "replaced"

    def _listed(self, path: Path, *, examined: bool = False) -> Shelved:
        try:
            if examined:
                require_whole(path)
            header = Pages(path).header
        except Refused:
            header = None
        return Shelved(path.name.removesuffix(SUFFIX), path.stat().st_size, header)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        give_to_owner_of_folder(self.folder)
        with one_at_a_time(self.folder / LOCK):
            give_to_owner_of_folder(self.folder / LOCK)
            yield


class _Load:
    """One load: its systems are all read before the first book is made."""

    def __init__(self, folder: Path, progress: Progress, total: int) -> None:
        self._folder = folder
        self._parts = folder / LOADING
        self._progress = progress
        self._total = total
        self._parts.mkdir(mode=0o700, exist_ok=True)
        give_to_owner_of_folder(self._parts)
        for part in self._parts.iterdir():
            if part.stat().st_mtime < time() - FORGOTTEN_SECONDS:
                part.unlink()

    def stage(self, reading: Reading) -> None:
        with self._staging(reading) as staging:
            staging.take(
                reading.pieces(), lambda done: self._progress.read(done, max(done, self._total))
            )

    def make(self, reading: Reading) -> Header:
        path = self._folder / (reading.header.name + SUFFIX)
        with self._staging(reading) as staging:
            header = make(staging, reading.header, path, self._progress.written)
        self._part(reading).unlink()
        return header

    @contextmanager
    def _staging(self, reading: Reading) -> Iterator[Staging]:
        name = reading.header.name
        try:
            staging = Staging(self._part(reading))
            give_to_owner_of_folder(self._part(reading))
            try:
                yield staging
            finally:
                staging.close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
                raise
            (self._folder / (name + SUFFIX + NEW)).unlink(missing_ok=True)
            raise _refused("book.no-room", phrases.NO_ROOM, name, Category.BUSY) from None

    def _part(self, reading: Reading) -> Path:
        """That of these files, read as this kind: what others gave is never gone on with."""
        header = reading.header
        said = msgspec.json.encode((header.kind, header.form, header.json, header.sources))
        return self._parts / (sha256(said).hexdigest()[:32] + PART)


def _refused(
    rule: str,
    phrase: Phrase,
    name: str,
    category: Category = Category.CONFLICT,
    code: str = "processing",
) -> Refused:
    return refuse(category, rule, phrase, code=code, book=name[:200])
