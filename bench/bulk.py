"""Bulk data: an export from sealed rows to sealed files, and the way back in.

Floors, of the same resources in the same run: COPY of the sealed bodies out of the database, which
opens nothing and seals nothing; and `hygie ingest` of the same file, for what is imported.
"""

import asyncio
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from bench import data
from bench.harness import Figure, Floor, Result, beside
from bench.house import House, directory, house, ingest
from hygie.exchange.bulk.asked import Asked
from hygie.exchange.bulk.exports import Progress
from hygie.exchange.bulk.worker import Worker
from hygie.sight import EVERYTHING
from hygie.trace import Context

GOAL, GOAL_MB, COPIES, ROUNDS = 60_000, 300, 12, 3
CONTEXT: Final = Context(actor="bench", kind="client", sight=EVERYTHING)
_LEAVES: Final = (
    "SELECT relid::regclass::text FROM pg_partition_tree('hygie.resource') WHERE isleaf"
)


def run() -> Result:
    with directory() as folder:
        figures, count = asyncio.run(_measured(folder))
    return Result(bench="bulk", data=f"{count} resources of 6 types", figures=figures)


async def _measured(folder: Path) -> tuple[tuple[Figure, ...], int]:
    raw = data.ndjson(data.resources())
    everything = b"".join(data.copied(raw, number) for number in range(COPIES))
    count = everything.count(b"\n")
    async with house(folder / "house") as opened:
        seconds = await ingest(opened, everything)
        await opened.store.analyze()
        floor = Floor(
            max([await _copied(opened) for _ in range(ROUNDS)]), "COPY of the sealed bodies out"
        )
        rates, progress = [], None
        before = time.process_time()
        for _ in range(ROUNDS):
            rate, progress = await _exported(opened)
            rates.append(rate)
        peak = await asyncio.to_thread(_peak, folder)
        processor = (time.process_time() - before) / (ROUNDS * count) * 1e6
    ours = beside("export, sealed rows to sealed files", max(rates), "/s", floor, goal=GOAL)
    return (
        ours,
        Figure(name="processor of the process that exports", ours=round(processor, 1), unit="µs"),
        peak,
        _at_rest(progress),
        Figure(name="ingest of the same", ours=round(count / seconds), unit="/s"),
    ), count


async def _exported(opened: House) -> tuple[float, Progress]:
    """Resources a second, and what it came to; nothing of it stays."""
    asked = Asked(url="bench", types=opened.store.registry.resource_types)
    job = await opened.exports.ask(CONTEXT, asked)
    worker = Worker(opened.store, opened.exports, settle_seconds=0)
    start = time.perf_counter()
    progress = await opened.exports.progress(CONTEXT, job)
    while not progress.finished:
        await worker.once()
        progress = await opened.exports.progress(CONTEXT, job)
    rate = progress.done / (time.perf_counter() - start)
    await opened.exports.cancel(CONTEXT, job)
    return rate, progress


def _peak(folder: Path) -> Figure:
    """Of a process that exports everything, once, and does nothing else.

    Read while it runs: what the system tells of an ended process counts its parent's memory.
    """
    hygie = str(Path(sys.executable).parent / "hygie")
    command = [hygie, "export", "--data", str(folder / "house"), "--to", str(folder / "out")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        with suppress(OSError, StopIteration):  # it has just ended
            lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
            highest = next(line for line in lines if line.startswith("VmHWM"))
            peak = round(int(highest.split()[1]) / 1024)
        time.sleep(0.05)
    if process.returncode:
        raise RuntimeError("hygie export failed")
    return Figure(name="peak memory of `hygie export`", ours=peak, unit="MB", goal=GOAL_MB)


def _at_rest(progress: Progress | None) -> Figure:
    files = progress.files if progress else ()
    plain, sealed = sum(file.size for file in files), sum(file.sealed for file in files)
    share = 100 * sealed / max(1, plain)
    return Figure(name="files at rest, of their text", ours=round(share, 1), unit="%")


async def _copied(opened: House) -> float:
    """Bodies a second, into nothing."""
    leaves = [row[0] for row in await opened.store.pool.fetch(_LEAVES)]
    start, rows = time.perf_counter(), 0
    async with opened.store.pool.acquire() as connection:
        for leaf in leaves:
            said = await connection.copy_from_query(
                f"SELECT body FROM {leaf} WHERE NOT deleted", output=_nowhere, format="binary"
            )
            rows += int(said.split()[-1])
    return rows / (time.perf_counter() - start)


async def _nowhere(_: bytes) -> None:
    pass
