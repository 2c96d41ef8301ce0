"""Load over HTTP: `wrk` where it is installed, else a client of our own in another process."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

CONNECTIONS = 16
SECONDS = 3
WARM_UP_SECONDS = 1
MARK = "@@"
"""Replaced in every body by a number of its own, so that no two requests write the same."""


class Asked(NamedTuple):
    """One request."""

    path: str
    body: str = ""


class Load(NamedTuple):
    """What a load came to."""

    rate: float
    """Answers a second."""
    p50_ms: float
    p99_ms: float


def load(
    address: str,
    asked: Sequence[Asked],
    token: str = "",
    *,
    method: str = "GET",
    connections: int = CONNECTIONS,
    seconds: int = SECONDS,
) -> Load:
    """The requests in turn, again and again, after a warm-up. Raises when an answer is not 2xx."""
    client = _wrk if shutil.which("wrk") else _own
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "asked"
        listed.write_text("".join(f"{one.path}\t{one.body}\n" for one in asked))
        given = (address, listed, token, method, connections)
        client(*given, WARM_UP_SECONDS)
        return client(*given, seconds)


def once(address: str, asked: Sequence[Asked], token: str, *, connections: int) -> float:
    """Seconds to POST each of the requests once, so many at a time."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "asked"
        listed.write_text("".join(f"{one.path}\t{one.body}\n" for one in asked))
        return float(_run_own(address, listed, token, "POST", connections, 0)["seconds"])


def _wrk(
    address: str, listed: Path, token: str, method: str, connections: int, seconds: int
) -> Load:
    script = Path(__file__).with_name("load.lua")
    command = [
        "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script),
        address, "--", str(listed), method, token,
    ]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate, p50, p99, wrong = said.rsplit("\n", 2)[-2].split()[1:]
    if int(wrong):
        raise RuntimeError(f"{wrong} answers were not 2xx")
    return Load(float(rate), float(p50), float(p99))


def _own(
    address: str, listed: Path, token: str, method: str, connections: int, seconds: int
) -> Load:
    said = _run_own(address, listed, token, method, connections, seconds)
    return Load(said["rate"], said["p50_ms"], said["p99_ms"])


def _run_own(
    address: str, listed: Path, token: str, method: str, connections: int, seconds: int
) -> dict[str, Any]:
    given = [address, str(listed), token or "-", method, str(connections), str(seconds)]
    command = [sys.executable, "-m", "bench.client", *given]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    figures: dict[str, Any] = json.loads(said)
    if figures["wrong"]:
        raise RuntimeError(f"{figures['wrong']} answers were not 2xx: {figures['said']}")
    return figures
