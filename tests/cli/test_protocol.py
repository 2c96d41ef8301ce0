"""Connections that hold something without being of use."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import uvicorn

from hygie.cli import protocol
from hygie.cli.protocol import BoundedProtocol

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
POST = b"POST / HTTP/1.1\r\nhost: h\r\ncontent-length: %d\r\n\r\n"
LARGE = b"x" * 20_000_000


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers a POST with the length of its body, a GET with much."""
    size, more = 0, scope["method"] == "POST"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        more = message["more_body"]
    body = b"%d" % size if scope["method"] == "POST" else LARGE
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
async def connect(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Connect]:
    """A server with short patience."""
    for name, value in {
        "WATCH_SECONDS": 0.05, "HEAD_SECONDS": 0.3, "BODY_SECONDS": 0.3, "READER_SECONDS": 0.3,
        "MAX_HEAD_BYTES": 10_000, "MIN_BODY_BYTES_PER_SECOND": 1_000,
    }.items():  # fmt: skip
        monkeypatch.setattr(protocol, name, value)
    config = uvicorn.Config(
        app, port=0, http=BoundedProtocol, ws="none", log_level="critical", lifespan="off"
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has nothing else to wait for
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield lambda: asyncio.open_connection("127.0.0.1", port)
    server.should_exit = True
    await running


async def ended(reader: asyncio.StreamReader) -> bytes:
    """What was said until the server closed the connection."""
    async with asyncio.timeout(5):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


async def test_a_head_that_never_ends_is_cut(connect: Connect) -> None:
    """Danger: silent connections, a few hundred of which keep everybody else out."""
    for start in (b"", b"GET / HTTP/1.1\r\nhost: h\r\n"):
        reader, writer = await connect()
        writer.write(start)
        assert await ended(reader) == b""
        writer.close()


async def test_a_head_that_is_too_long_is_cut(connect: Connect) -> None:
    """Danger: memory filled before anything is checked."""
    reader, writer = await connect()
    writer.write(b"GET / HTTP/1.1\r\nx: " + b"a" * 20_000)
    assert await ended(reader) == b""
    writer.close()


async def test_a_body_that_drips_is_refused(connect: Connect) -> None:
    """Danger: the same, one byte at a time behind complete headers."""
    reader, writer = await connect()
    writer.write(POST % 1_000_000)
    for _ in range(5):  # bytes that come after the answer would make TCP drop it
        writer.write(b"x")
        await asyncio.sleep(0.02)
    assert (await ended(reader)).startswith(b"HTTP/1.1 408 ")
    writer.close()


async def test_a_slow_line_is_served(connect: Connect) -> None:
    """Danger: a practice with a poor line, cut in the middle of its letter."""
    reader, writer = await connect()
    writer.write(POST % 1_500)
    for _ in range(15):
        writer.write(b"x" * 100)
        await asyncio.sleep(0.05)
    assert (await reader.readuntil(b"1500")).startswith(b"HTTP/1.1 200 ")
    writer.close()


async def test_a_connection_is_good_for_many_requests(connect: Connect) -> None:
    """Danger: an interface engine cut because its connection is old, or was idle."""
    reader, writer = await connect()
    for _ in range(4):
        writer.write(POST % 3 + b"abc")
        assert (await reader.readuntil(b"\r\n\r\n3")).startswith(b"HTTP/1.1 200 ")
        await asyncio.sleep(0.2)
    writer.close()


async def test_an_answer_that_nobody_reads_is_given_up(connect: Connect) -> None:
    """Danger: large answers kept in memory for those who do not take them."""
    reader, writer = await connect()
    writer.write(b"GET / HTTP/1.1\r\nhost: h\r\n\r\n")
    await asyncio.sleep(1)
    assert 0 < len(await ended(reader)) < len(LARGE)
    writer.close()
