"""One owner per data directory: a lock that dies with the process that holds it."""

import fcntl
import json
import os
from pathlib import Path

import msgspec


class Owner(msgspec.Struct, frozen=True):
    pid: int = 0
    what: str = ""


class OwnerLock:
    """An exclusive `flock` on a file that also says who holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self, what: str) -> bool:
        """False when another holds it, be it in this process."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps({"pid": os.getpid(), "what": what}).encode())
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def owner(self) -> Owner | None:
        """Who holds it now, or None when nobody does."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return self._named(os.read(descriptor, 1000))
        finally:
            os.close(descriptor)
        return None

    @staticmethod
    def _named(raw: bytes) -> Owner:
        try:
            return msgspec.json.decode(raw, type=Owner)
        except msgspec.DecodeError:
            return Owner()
