"""Files on disk: a walk through folders, in order; files that are written whole or not at all."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

NEW: Final = ".new"
"""Ending of what is being written."""


def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """Files, folders walked in alphabetical order. Hidden files, links and what is neither file
    nor folder (pipes, devices) are passed over; a folder that cannot be listed comes itself."""
    waiting = list(paths)[::-1]
    while waiting:
        path = waiting.pop()
        try:
            within = sorted(filter(_is_taken, path.iterdir())) if path.is_dir() else None
        except OSError:
            within = None
        if within is None:
            yield path
        else:
            waiting.extend(reversed(within))


def size_of(path: Path) -> int:
    """Bytes of a file; 0 of what is none, or cannot be reached."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def real(path: str | Path) -> Path | None:
    """The path itself, its links followed; None where it can lead nowhere: links in a circle, a
    character that no name has."""
    try:
        return Path(path).resolve()
    except (OSError, RuntimeError, ValueError):
        return None


def _is_taken(item: Path) -> bool:
    hidden = item.name.startswith(".") or item.is_symlink()
    return not hidden and (item.is_dir() or item.is_file())


def write_whole(path: Path, content: bytes) -> None:
    """The file with this content or as it was, whatever happens; durable once it returns.

    Nobody but its owner reads it. An administrator who is root leaves it to the owner of its
    folder, so that the server can read it. One writer at a time (`one_at_a_time`). What somebody
    put in the way under a name that can be guessed, a link or a pipe, is not written through.
    """
    new = path.with_name(path.name + NEW)
    new.unlink(missing_ok=True)
    with new.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        _give_to_owner_of(path.parent, file.fileno())
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    make_durable(path.parent)


def make_durable(folder: Path) -> None:
    """The names in a folder are on disk once it returns: what was renamed or made there stays."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Others that hold the same lock wait meanwhile; its folder is made if it is not there."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def give_to_owner_of_folder(path: Path) -> None:
    """What an administrator who is root made here belongs to the owner of the folder, so that the
    server can read it."""
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _give_to_owner_of(folder: Path, file: int) -> None:
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(file, owner.st_uid, owner.st_gid)
