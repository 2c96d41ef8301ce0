"""A folder of this machine, or mounted on it, in which others put files.

Everything is done from the opened folder on, by names in it: a link put in the place of a folder
or file leads nowhere. The folder itself is held against what the administrator allows each time.
"""

import asyncio
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

from hygie.intake.folder import too_large
from hygie.intake.listening.files import day_folders, troubles
from hygie.intake.listening.files.collector import Collector
from hygie.intake.listening.files.completeness import Completeness, Found
from hygie.intake.listening.files.depot import (
    REFUSED,
    TAKEN,
    WHY,
    ChangedError,
    OutOfReachError,
    Today,
    names_like,
    today,
)
from hygie.intake.listening.files.purging import Purging
from hygie.intake.listening.gauge import Gauge
from hygie.intake.listening.listener import Receive
from hygie.intake.sources.declaration import Folder, Source
from hygie.intake.sources.ground import Ground, is_below
from hygie.limits import MAX_BUNDLE_BYTES
from hygie.limits.gateway import MAX_FOLDER_FILES

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_MODE: Final = 0o750


class FolderDepot:
    """A `Depot`, and `Purged`. Files are read and moved in threads."""

    def __init__(
        self, way: Folder, allowed: Sequence[Path], companion: Callable[[str], str],
        today: Today = today,
    ) -> None:  # fmt: skip
        self._way = way
        self._allowed = allowed
        self._companion = companion
        self._today = today

    async def look(self) -> list[Found]:
        return await asyncio.to_thread(self._look)

    async def read(self, found: Found) -> bytes:
        return await asyncio.to_thread(self._read, found)

    async def put_away(self, found: Found, faults: str) -> None:
        await asyncio.to_thread(self._put_away, found, faults)

    async def purge(self, where: str, before: date, most: int) -> int:
        return await asyncio.to_thread(self._purge, where, before, most)

    def _purge(self, where: str, before: date, most: int) -> int:
        with self._opened() as folder:
            return day_folders.purge(folder, where, before, most)

    def _look(self) -> list[Found]:
        with self._opened() as folder, os.scandir(folder) as entries:
            return list(islice(_files(entries), MAX_FOLDER_FILES))

    def _read(self, found: Found) -> bytes:
        with self._opened() as folder, _changing():
            _require_same(found, os.stat(found.name, dir_fd=folder, follow_symlinks=False))
            descriptor = os.open(found.name, _FILE, dir_fd=folder)
            with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123 - a descriptor
                _require_same(found, os.fstat(descriptor))
                if found.size > MAX_BUNDLE_BYTES:
                    raise too_large(found.size)
                raw = file.read(found.size + 1)
                _require_same(found, os.fstat(descriptor))
        if len(raw) != found.size:
            raise ChangedError
        return raw

    def _put_away(self, found: Found, faults: str) -> None:
        with self._opened() as folder, _changing():
            _require_same(found, os.stat(found.name, dir_fd=folder, follow_symlinks=False))
            if faults:
                self._keep(folder, found, REFUSED, faults)
            elif self._way.after == "move":
                self._keep(folder, found, TAKEN, "")
            else:
                os.unlink(found.name, dir_fd=folder)
            if companion := self._companion(found.name):
                with suppress(FileNotFoundError):
                    os.unlink(companion, dir_fd=folder)

    def _keep(self, folder: int, found: Found, where: str, faults: str) -> None:
        with _inside(folder, where) as kept, _inside(kept, str(self._today())) as day:
            name = _free(day, found.name, WHY if faults else "")
            if faults:
                _write(day, name + WHY, faults)
            os.rename(found.name, name, src_dir_fd=folder, dst_dir_fd=day)
            try:
                _require_same(found, os.stat(name, dir_fd=day, follow_symlinks=False))
            except ChangedError:  # replaced since it was looked at: the new one is not taken yet
                os.rename(name, _free(folder, found.name), src_dir_fd=day, dst_dir_fd=folder)
                raise

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """Raises OutOfReachError."""
        try:
            folder = os.open(self._way.path, _FOLDER)
        except OSError as error:
            raise OutOfReachError(troubles.unreachable(error)) from None
        try:
            if not is_below(Path(f"/proc/self/fd/{folder}"), self._allowed):
                raise OutOfReachError(troubles.outside())
            yield folder
        finally:
            os.close(folder)


class FolderListener:
    """A `Listener`."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def run(self, source: Source, receive: Receive, gauge: Gauge) -> None:
        """Takes files until it is cancelled."""
        if not isinstance(source.way, Folder):
            raise TypeError(source.name)
        completeness = Completeness(source.way.pattern)
        depot = FolderDepot(source.way, self._ground.folders, completeness.companion)
        collector = Collector(source.name, depot, completeness, receive.all, gauge)
        gauge.listening(source.way.path)
        await collector.run(source.way.every_seconds, Purging(source.way, depot))


def _files(entries: Iterator[os.DirEntry[str]]) -> Iterator[Found]:
    for entry in entries:
        with suppress(FileNotFoundError):  # gone meanwhile
            if entry.is_file(follow_symlinks=False):
                yield _found(entry.name, entry.stat(follow_symlinks=False))


def _found(name: str, status: os.stat_result) -> Found:
    return Found(name, status.st_size, status.st_mtime_ns, status.st_ino)


def _require_same(found: Found, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode) or _found(found.name, status) != found:
        raise ChangedError


@contextmanager
def _changing() -> Iterator[None]:
    """What is not there any more has changed."""
    try:
        yield
    except FileNotFoundError:
        raise ChangedError from None


@contextmanager
def _inside(folder: int, name: str) -> Iterator[int]:
    """A folder in another, made if need be."""
    with suppress(FileExistsError):
        os.mkdir(name, _MODE, dir_fd=folder)
    opened = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
    try:
        yield opened
    finally:
        os.close(opened)


def _free(folder: int, name: str, companion: str = "") -> str:
    """The name, or one like it, that nobody has; nor the one of its companion."""
    for tried in names_like(name):
        if not any(_is_there(folder, one) for one in {tried, tried + companion}):
            return tried
    raise AssertionError(name)


def _is_there(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _write(folder: int, name: str, text: str) -> None:
    """Whole, or not at all. Never over what is there, which may be a file of the sender's."""
    descriptor = os.open(name, _NEW, 0o640, dir_fd=folder)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(f"{text}\n")
    except OSError:
        os.unlink(name, dir_fd=folder)
        raise
