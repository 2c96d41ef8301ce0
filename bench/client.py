"""A light HTTP client: `python -m bench.client ADDRESS FILE TOKEN METHOD CONNECTIONS SECONDS`.

FILE: "path<TAB>body" a line. SECONDS 0: each request once. Prints its figures as JSON.
"""

import asyncio
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvloop

from bench.load import MARK


class Client(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, waiting: Iterator[bytes], took: list[float], wrong: list[str]) -> None:
        self._waiting = waiting
        self._took = took
        self._wrong = wrong
        self._received = bytearray()
        self._began = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._next()

    def _next(self) -> None:
        request = next(self._waiting, None)
        if request is None:
            self._transport.close()
            return
        self._began = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0 or len(self._received) < end + 4 + _length(bytes(self._received[:end])):
            return
        self._took.append(time.perf_counter() - self._began)
        if self._received[9:10] != b"2":
            self._wrong.append(self._received[:600].decode(errors="replace"))
        self._received.clear()
        self._next()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _requests(host: str, listed: Path, token: str, method: str) -> Iterator[bytes]:
    """Every line once; the mark in its body is a number that no other run uses."""
    number = itertools.count(int.from_bytes(os.urandom(5)) << 20)
    bearer = f"Authorization: Bearer {token}\r\n" if token != "-" else ""
    head = f"Host: {host}\r\nAccept: application/fhir+json\r\n{bearer}"
    for line in listed.read_text().splitlines():
        path, _, body = line.partition("\t")
        raw = body.replace(MARK, str(next(number))).encode()
        about = f"Content-Type: application/fhir+json\r\nContent-Length: {len(raw)}\r\n"
        yield f"{method} {path} HTTP/1.1\r\n{head}{about if body else ''}\r\n".encode() + raw


def _repeated(arguments: tuple[str, Path, str, str], seconds: float) -> Iterator[bytes]:
    end = time.perf_counter() + seconds
    while True:
        for request in _requests(*arguments):
            if time.perf_counter() >= end:
                return
            yield request


async def main(arguments: list[str]) -> None:
    address, listed, token, method, connections, seconds = arguments
    place = urlsplit(address)
    given = (place.netloc, Path(listed), token, method)
    waiting = _repeated(given, float(seconds)) if float(seconds) else _requests(*given)
    took: list[float] = []
    wrong: list[str] = []
    loop = asyncio.get_running_loop()
    start = time.perf_counter()
    pairs = [
        await loop.create_connection(
            lambda: Client(waiting, took, wrong), place.hostname or "", place.port or 80
        )
        for _ in range(int(connections))
    ]
    await asyncio.gather(*(client.done for _, client in pairs))
    passed = time.perf_counter() - start
    marks = statistics.quantiles(took, n=100) if len(took) > 1 else took * 99
    figures = {
        "rate": len(took) / passed, "seconds": passed, "wrong": len(wrong),
        "said": wrong[:1],
        "p50_ms": marks[49] * 1e3, "p99_ms": marks[98] * 1e3,
    }  # fmt: skip
    print(json.dumps(figures))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1:]))
