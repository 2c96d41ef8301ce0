"""Load over HTTP: `wrk` where it is installed, else a small client of our own."""

import asyncio
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import aiohttp

CONNECTIONS = 16
SECONDS = 2
_SCRIPT = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local n = 0
request = function()
  n = n %% #paths + 1
  return wrk.format("GET", paths[n], {["Authorization"] = "%s"})
end
"""


def gets(address: str, paths: Sequence[str], token: str = "") -> float:
    """Answers a second to GETs of the paths in turn. Raises when any answer is not 2xx."""
    bearer = f"Bearer {token}" if token else ""
    if shutil.which("wrk"):
        return _wrk(address, paths, bearer)
    return asyncio.run(_gets(address, paths, bearer))


def _wrk(address: str, paths: Sequence[str], bearer: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "paths.txt"
        listed.write_text("\n".join(paths) + "\n")
        script = Path(folder) / "paths.lua"
        script.write_text(_SCRIPT % (listed, bearer))
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(script), address]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found[1])


async def _gets(address: str, paths: Sequence[str], bearer: str) -> float:
    """The same with aiohttp: slower, so its ratios are flattering; `wrk` is better."""
    deadline, done = time.perf_counter() + SECONDS, 0
    headers = {"Authorization": bearer} if bearer else {}

    async def client(session: aiohttp.ClientSession, turn: int) -> None:
        nonlocal done
        while time.perf_counter() < deadline:
            async with session.get(address + paths[turn % len(paths)], headers=headers) as answer:
                await answer.read()
                answer.raise_for_status()
            done, turn = done + 1, turn + CONNECTIONS

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(client(session, turn) for turn in range(CONNECTIONS)))
    return done / SECONDS


async def posts(address: str, bodies: Sequence[bytes], token: str, side_by_side: int = 4) -> float:
    """Seconds to POST every body, so many at a time. Raises when any answer is not 2xx."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    waiting = iter(bodies)

    async def client(session: aiohttp.ClientSession) -> None:
        for body in waiting:
            async with session.post(address, data=body, headers=headers) as answer:
                text = await answer.read()
                if answer.status >= 300:
                    raise RuntimeError(f"{answer.status}: {text[:300]!r}")

    start = time.perf_counter()
    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(client(session) for _ in range(side_by_side)))
    return time.perf_counter() - start
