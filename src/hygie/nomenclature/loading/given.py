"""The files given for a nomenclature, those in folders and archives too: read, never written.

An archive comes from outside: each of its files is read within bounds, and none is unpacked to
disk, whatever its name.
"""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Final, NamedTuple

from hygie.files import walk
from hygie.limits import FREE_UNPACKED_BYTES
from hygie.limits.nomenclatures import (
    MAX_NOMENCLATURE_BYTES,
    MAX_NOMENCLATURE_FILES,
    MAX_NOMENCLATURE_RATIO,
)
from hygie.nomenclature.books import Source
from hygie.nomenclature.loading import phrases
from hygie.nomenclature.loading.faults import fault

BLOCK: Final = 1024 * 1024
UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError)
"""What the standard library raises for archives that are not what they seem."""
ENCRYPTED: Final = 0x1


class Options(NamedTuple):
    """What the command says besides files; "" for what it leaves to them."""

    expected: str = ""
    """The version that the files must be of."""
    url: str = ""
    version: str = ""
    title: str = ""
    language: str = ""


class File(NamedTuple):
    """One file, on disk or in an archive; can be opened several times."""

    path: str
    """In its folder or archive, with slashes."""
    shown: str
    """As refusals name it."""
    size: int
    """Unpacked, as far as it is said."""
    opener: Callable[[], BinaryIO]

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        with self.opener() as stream:
            yield stream

    def start(self, size: int) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(size)


class Given(NamedTuple):
    """All that a load was given."""

    files: tuple[File, ...]
    sources: tuple[Source, ...]
    options: Options

    def named(self, *endings: str) -> list[File]:
        """Files whose name ends so, without case."""
        return [file for file in self.files if file.name.lower().endswith(endings)]


def given(paths: Iterable[Path], options: Options) -> Given:
    """Raises `Refused` for what is no whole archive, and `OSError` when a file cannot be read."""
    files: list[File] = []
    sources: list[Source] = []
    for path in paths:
        for each in walk([path]):
            sources.append(_source(each))
            files += _archived(each) if _is_archive(each) else [_plain(path, each)]
            if len(files) > MAX_NOMENCLATURE_FILES:
                raise _too_many(path)
    return Given(tuple(files), tuple(sources), options)


def _source(path: Path) -> Source:
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
    return Source(path.name, digest.hexdigest(), size)


def _is_archive(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04" and path.suffix.lower() != ".xlsx"


def _plain(given_as: Path, path: Path) -> File:
    within = path.relative_to(given_as) if path != given_as else Path(path.name)
    size = path.stat().st_size
    return File(
        within.as_posix(), path.name, size,
        lambda: io.BufferedReader(_Bounded(path.open("rb"), MAX_NOMENCLATURE_BYTES, path.name)),
    )  # fmt: skip


def _archived(path: Path) -> list[File]:
    try:
        archive = zipfile.ZipFile(path)
    except UNREADABLE:
        raise fault("nomenclature.archive", phrases.BAD_ARCHIVE, path.name) from None
    members = [m for m in archive.infolist() if not m.is_dir() and not _is_hidden(m.filename)]
    if len(members) > MAX_NOMENCLATURE_FILES:
        raise _too_many(path)
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise fault("nomenclature.locked", phrases.LOCKED_ARCHIVE, path.name)
    return [_member(archive, path.name, member) for member in members]


def _is_hidden(name: str) -> bool:
    parts = (part for part in PurePosixPath(name).parts if part != "..")
    return any(part.startswith((".", "__MACOSX")) for part in parts)


def _member(archive: zipfile.ZipFile, name: str, member: zipfile.ZipInfo) -> File:
    shown = f"{name}/{PurePosixPath(member.filename).name}"
    allowed = max(FREE_UNPACKED_BYTES, MAX_NOMENCLATURE_RATIO * member.compress_size)

    def open_member() -> BinaryIO:
        try:
            stream = archive.open(member)
        except UNREADABLE:
            raise fault("nomenclature.archive", phrases.BAD_ARCHIVE, shown) from None
        return io.BufferedReader(_Bounded(stream, min(allowed, MAX_NOMENCLATURE_BYTES), shown))

    return File(member.filename, shown, member.file_size, open_member)


def _too_many(path: Path) -> Exception:
    limit = str(MAX_NOMENCLATURE_FILES)
    return fault("nomenclature.files", phrases.TOO_MANY_FILES, path.name, limit=limit)


class _Bounded(io.RawIOBase):
    """A stream, until it gives more than a nomenclature can hold."""

    def __init__(self, stream: IO[bytes], limit: int, shown: str) -> None:
        self._stream = stream
        self._limit = limit
        self._shown = shown
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            found = self._stream.read(len(buffer))
        except (zipfile.BadZipFile, zlib.error, EOFError):
            raise fault("nomenclature.archive", phrases.BAD_ARCHIVE, self._shown) from None
        self._read += len(found)
        if self._read > self._limit:
            limit = str(self._limit)
            raise fault("nomenclature.size", phrases.TOO_LARGE, self._shown, limit=limit)
        buffer[: len(found)] = found
        return len(found)

    def close(self) -> None:
        self._stream.close()
        super().close()
