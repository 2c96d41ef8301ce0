"""Houses to measure: a fresh one in this process, and one served by a process of its own."""

import asyncio
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

from hygie.bootstrap import House, open_house
from hygie.settings import Settings

START_SECONDS = 60
__all__ = ["House", "constant", "directory", "house", "ingested", "served", "token"]


@contextmanager
def directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hygie-bench-") as name:
        yield Path(name)


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    """An empty house on a server of its own, durable as in production."""
    with directory() as data:
        async with open_house(Settings(data=data), "bench") as opened:
            yield opened


def token(data: Path, scopes: str = "system/*.cruds") -> str:
    """A bearer token of the house in `data`, which nobody serves yet."""

    async def create() -> str:
        async with open_house(Settings(data=data), "bench") as opened:
            return await opened.access.create_token("bench", scopes, timedelta(hours=1))

    return asyncio.run(create())


def ingested(data: Path, raw: bytes) -> str:
    """A house in `data` that holds the NDJSON; gives a bearer token."""

    async def fill() -> str:
        async with open_house(Settings(data=data), "bench") as opened:
            path = data / "resources.ndjson"
            path.write_bytes(raw)
            await opened.gateway.ingest([path])
            return await opened.access.create_token("bench", "system/*.cruds", timedelta(hours=1))

    return asyncio.run(fill())


@contextmanager
def served(data: Path) -> Iterator[str]:
    """`hygie serve` on `data`; gives its address."""
    port = free_port()
    command = [str(Path(sys.executable).parent / "hygie"), "serve"]
    with process([*command, "--data", str(data), "--port", str(port)], port, "/health") as address:
        yield address


@contextmanager
def constant(body: bytes) -> Iterator[str]:
    """The same server stack giving the same answer to everything."""
    port = free_port()
    with directory() as folder:
        path = folder / "body.json"
        path.write_bytes(body)
        command = [sys.executable, "-m", "bench.constant", str(port), str(path)]
        with process(command, port, "/") as address:
            yield address


@contextmanager
def process(command: list[str], port: int, path: str) -> Iterator[str]:
    address = f"http://127.0.0.1:{port}"
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        _wait(address + path, running)
        yield address
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=30)


def _wait(address: str, running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if running.poll() is not None:
            raise RuntimeError(f"the server ended with status {running.returncode}")
        if _answers(address):
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not answer in time")


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=2)
    except (urllib.error.URLError, OSError):
        return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
