"""Where writers write."""

import io
from typing import Any, Protocol


class Sink(Protocol):
    """A file, standard output, or what is `Outgoing`."""

    def write(self, given: bytes, /) -> object: ...


class Outgoing(io.RawIOBase):
    """What a writer has written since it was asked last: an answer on its way."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, given: Any) -> int:
        piece = bytes(given)
        self._waiting.append(piece)
        self._size += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._size

    def take(self) -> bytes:
        taken, self._waiting = b"".join(self._waiting), []
        return taken
