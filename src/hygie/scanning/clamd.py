"""A client of clamd (ClamAV): one file, one connection, one answer (clamd(8), INSTREAM)."""

import asyncio
import re
import socket
import struct
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any, Final, NamedTuple, Protocol

from hygie.limits.scanning import (
    CLAMD_CONNECT_SECONDS,
    CLAMD_SECONDS,
    MAX_CLAMD_ANSWER_BYTES,
    MAX_SCANS_AT_ONCE,
)
from hygie.refusal import Category, refuse
from hygie.scanning.phrases import BAD_PLACE, TOO_LARGE, UNSCANNED

CHUNK_BYTES: Final = 64 * 1024
COMMAND: Final = b"zINSTREAM\0"
CLEAN: Final = b"stream: OK"
FOUND: Final = re.compile(rb"stream: (.{1,200}) FOUND")
LIMIT: Final = b"INSTREAM size limit exceeded"
PLACE: Final = re.compile(
    r"unix:(?P<path>/.+)|tcp://(?P<host>[^\s:/]+|\[[0-9a-f:]+\]):(?P<port>\d{1,5})"
)


class Place(NamedTuple):
    """A socket in the file system, or a host and its port."""

    path: str = ""
    host: str = ""
    port: int = 0


class Scanner(Protocol):
    async def scan(self, content: bytes) -> str:
        """The name of the malware found; empty when there is none. Raises `Refused`: BUSY when
        nobody answers ("document.unscanned"), TOO_LARGE when it is too much to scan."""
        ...


def read_clamd(text: str) -> Place:
    """Raises `Refused` when it is neither `unix:/path` nor `tcp://host:port`."""
    found = PLACE.fullmatch(text)
    if found is None:
        raise refuse(Category.INVALID, "scan.place", BAD_PLACE, code="value")
    if found["path"]:
        return Place(path=found["path"])
    return Place(host=found["host"].strip("[]"), port=int(found["port"]))


class Clamd:
    """A `Scanner`. For the tasks of one event loop."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._turns = asyncio.Semaphore(MAX_SCANS_AT_ONCE)

    async def scan(self, content: bytes) -> str:
        async with self._turns:
            try:
                async with asyncio.timeout(CLAMD_SECONDS):
                    answer = await self._answer(content)
            except (OSError, TimeoutError, EOFError):
                raise _unscanned() from None
        if answer == CLEAN:
            return ""
        if found := FOUND.fullmatch(answer):
            return _shown(found[1])
        if answer.startswith(LIMIT):
            raise refuse(Category.TOO_LARGE, "document.unscannable", TOO_LARGE, code="too-long")
        raise _unscanned()

    async def _answer(self, content: bytes) -> bytes:
        loop = asyncio.get_running_loop()
        with closing(await self._connect()) as connection:
            # When it closes before the end, it has said why: its size limit, mostly.
            with suppress(BrokenPipeError, ConnectionResetError):
                await loop.sock_sendall(connection, COMMAND)
                for chunk in _chunks(content):
                    await loop.sock_sendall(connection, chunk)
            answer = b""
            while not answer.endswith(b"\0"):
                part = await loop.sock_recv(connection, MAX_CLAMD_ANSWER_BYTES)
                answer += part
                if not part or len(answer) > MAX_CLAMD_ANSWER_BYTES:
                    raise EOFError
            return answer[:-1]

    async def _connect(self) -> socket.socket:
        """A plain socket: what the other end said before it closed can still be read from it."""
        family, address = await self._address()
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.settimeout(0)
        try:
            async with asyncio.timeout(CLAMD_CONNECT_SECONDS):
                await asyncio.get_running_loop().sock_connect(connection, address)
        except BaseException:
            connection.close()
            raise
        return connection

    async def _address(self) -> tuple[int, Any]:
        if self._place.path:
            return socket.AF_UNIX, self._place.path
        async with asyncio.timeout(CLAMD_CONNECT_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(
                self._place.host, self._place.port, type=socket.SOCK_STREAM
            )
        return found[0][0], found[0][4]


def _chunks(content: bytes) -> Iterator[bytes]:
    """Each with its length before it; one of length zero ends them."""
    for start in range(0, len(content), CHUNK_BYTES):
        part = content[start : start + CHUNK_BYTES]
        yield struct.pack(">I", len(part)) + part
    yield struct.pack(">I", 0)


def _shown(name: bytes) -> str:
    text = name.decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _unscanned() -> Exception:
    return refuse(Category.BUSY, "document.unscanned", UNSCANNED, code="transient")
