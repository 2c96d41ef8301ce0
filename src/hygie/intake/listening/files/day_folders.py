"""Folders of days, in one of this machine: what is removed of them. By names in opened folders."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Final

from hygie.intake.listening.files.purging import day_of, is_of

_OPENED: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def purge(folder: int, where: str, before: date, most: int) -> int:
    """As `Purged.purge`, in the opened `folder`."""
    removed = 0
    try:
        with _inside(folder, where) as kept:
            for name in sorted(os.listdir(kept)):  # noqa: PTH208 - a descriptor
                if (day := day_of(name, before)) is not None and removed < most:
                    removed += _purge_day(kept, name, day, most - removed)
    except (FileNotFoundError, NotADirectoryError):
        return removed
    return removed


def _purge_day(kept: int, name: str, day: date, most: int) -> int:
    removed = 0
    with suppress(OSError):  # a link, or no folder: it is not ours
        with _inside(kept, name) as opened:
            for file in os.listdir(opened):  # noqa: PTH208 - a descriptor
                if removed == most:
                    return removed
                removed += _removed(opened, file, day)
        os.rmdir(name, dir_fd=kept)  # an error when something is left
    return removed


def _removed(opened: int, name: str, day: date) -> bool:
    """`st_ctime` is when it was moved here, unless somebody touched it since."""
    try:
        status = os.stat(name, dir_fd=opened, follow_symlinks=False)
        if not stat.S_ISREG(status.st_mode) or not is_of(day, status.st_ctime):
            return False
        os.unlink(name, dir_fd=opened)
    except OSError:
        return False
    return True


@contextmanager
def _inside(folder: int, name: str) -> Iterator[int]:
    opened = os.open(name, _OPENED, dir_fd=folder)
    try:
        yield opened
    finally:
        os.close(opened)
