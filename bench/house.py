"""Houses to measure: one in this process, and one served by a process of its own."""

import asyncio
import json
import os
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
from typing import Any, NamedTuple

import msgspec

from hygie.bootstrap import House, open_house
from hygie.intake import Summary
from hygie.settings import Settings

START_SECONDS = 60
POLL_SECONDS = 0.01
__all__ = ["House", "Served", "constant", "directory", "house", "ingest", "served", "token"]


class Served(NamedTuple):
    """A server that answers."""

    address: str
    pid: int
    started_s: float
    """From the command to its first answer."""

    def get(self, path: str, token: str) -> Any:
        """What it answers to one request, as JSON."""
        request = urllib.request.Request(
            self.address + path, headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def processor_s(self) -> float:
        """Processor time that it and its Python processes have taken; PostgreSQL's apart."""
        ours = [self.pid, *_children(self.pid)]
        return sum(_ticks(pid) for pid in ours) / os.sysconf("SC_CLK_TCK")

    def resident_mb(self) -> float:
        """Resident memory of its largest process, which does the work."""
        ours = [self.pid, *_children(self.pid)]
        return max(_resident_kb(pid) for pid in ours) / 1024

    def memory_mb(self) -> int:
        """Of it and its Python processes; what they share is counted once."""
        return memory_mb(self.pid)


def memory_mb(pid: int) -> int:
    """Of a process and its Python processes: proportional set sizes (proc(5), smaps_rollup)."""
    return round(sum(map(_proportional_kb, [pid, *_children(pid)])) / 1024)


def postgres_s(data: Path) -> float:
    """Processor time that the embedded server in `data` has taken, with sessions that ended."""
    first = int((data / "postgres" / "postmaster.pid").read_text().split("\n")[0])
    every = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    return (_ticks(first, ended=True) + sum(_ticks(int(pid)) for pid in every)) / os.sysconf(
        "SC_CLK_TCK"
    )


@contextmanager
def directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hygie-bench-") as name:
        yield Path(name)


@asynccontextmanager
async def house(data: Path) -> AsyncIterator[House]:
    """The house in `data`, durable as in production, opened by this process."""
    async with open_house(Settings(data=data), "bench") as opened:
        yield opened


def token(data: Path, scopes: str = "system/*.cruds") -> str:
    """A bearer token of the house in `data`, which nobody serves yet."""

    async def create() -> str:
        async with house(data) as opened:
            return await opened.access.create_token("bench", scopes, timedelta(hours=10))

    return asyncio.run(create())


async def ingest(opened: House, raw: bytes) -> float:
    """Seconds that `hygie ingest` takes for one NDJSON file, on all cores, its start and that of
    its processes apart. Raises when anything was not filed."""
    with directory() as folder:
        path = folder / "resources.ndjson"
        path.write_bytes(raw)
        hygie = str(Path(sys.executable).parent / "hygie")
        words = ["ingest", str(path), "--data", str(opened.settings.data), "--json"]
        process = await asyncio.create_subprocess_exec(hygie, *words, stdout=subprocess.PIPE)
        out, _ = await process.communicate()
    summary = msgspec.json.decode(out, type=Summary)
    if process.returncode or summary.quarantined or summary.refused:
        raise RuntimeError(f"not everything was filed: {summary.reasons}")
    return summary.seconds


@contextmanager
def served(data: Path) -> Iterator[Served]:
    """`hygie serve` on `data`, as an administrator starts it."""
    port = free_port()
    hygie = str(Path(sys.executable).parent / "hygie")
    command = [hygie, "serve", "--data", str(data), "--port", str(port)]
    with process(command, port, "/health") as server:
        yield server


@contextmanager
def constant(body: bytes) -> Iterator[Served]:
    """The same server stack giving the same answer to everything."""
    port = free_port()
    with directory() as folder:
        path = folder / "body.json"
        path.write_bytes(body)
        command = [sys.executable, "-m", "bench.constant", str(port), str(path)]
        with process(command, port, "/") as server:
            yield server


@contextmanager
def process(command: list[str], port: int, path: str) -> Iterator[Served]:
    address = f"http://127.0.0.1:{port}"
    start = time.perf_counter()
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        _wait(address + path, running)
        yield Served(address, running.pid, time.perf_counter() - start)
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
        time.sleep(POLL_SECONDS)
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


def _children(pid: int) -> list[int]:
    """Its Python processes: PostgreSQL's are not ours to count."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    python = [int(number) for number in listed if _is_python(number)]
    return [*python, *(grandchild for child in python for grandchild in _children(child))]


def _ticks(pid: int, *, ended: bool = False) -> int:
    """User and system time (proc(5), fields 14 and 15); `ended`: with that of children that have
    (16 and 17)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11 : 15 if ended else 13]))


def _is_python(pid: str) -> bool:
    """False for one that has ended meanwhile."""
    try:
        program = Path(f"/proc/{pid}/cmdline").read_bytes().partition(b"\0")[0]
    except FileNotFoundError:
        return False
    return Path(program.decode()).name.startswith("python")


def _resident_kb(pid: int) -> int:
    return _kb(f"/proc/{pid}/status", "VmRSS:")


def _proportional_kb(pid: int) -> int:
    return _kb(f"/proc/{pid}/smaps_rollup", "Pss:")


def _kb(path: str, name: str) -> int:
    """0 for a process that has ended meanwhile."""
    try:
        lines = Path(path).read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)
