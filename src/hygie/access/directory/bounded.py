"""A socket that gives so much, for so long, and no more."""

import socket
from time import monotonic
from typing import Any

from hygie.limits.directory import (
    DIRECTORY_PAGE_SECONDS,
    DIRECTORY_SECONDS,
    MAX_DIRECTORY_BYTES,
)


class Bounded:
    """`inner` (plain or TLS), as far as a client of LDAP uses one. Who drips does not hold it for
    longer: each wait ends with the whole's time. Raises `OSError`."""

    def __init__(
        self, inner: socket.socket, *, left: int = MAX_DIRECTORY_BYTES,
        seconds: float = DIRECTORY_SECONDS,
    ) -> None:  # fmt: skip
        self._inner = inner
        self._left = left
        self._ends = monotonic() + seconds

    def recv(self, size: int) -> bytes:
        self._wait()
        got = self._inner.recv(size)
        self._left -= len(got)
        if self._left < 0:
            raise OSError("more than it may say")
        return got

    def sendall(self, content: bytes) -> None:
        self._wait()
        self._inner.sendall(content)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def _wait(self) -> None:
        left = self._ends - monotonic()
        if left <= 0:
            raise TimeoutError("took too long")
        self._inner.settimeout(min(left, DIRECTORY_PAGE_SECONDS))
