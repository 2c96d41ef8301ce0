"""NDJSON through the gateway, beside plain COPY of rows of the same size into the same server."""

import asyncio
import time

import asyncpg

from bench import data
from bench.harness import Result, rate
from bench.house import House, directory, house

CHUNKS = 5
"""Each is ingested, then copied; the first warms up."""
_TABLE = """
    CREATE TABLE bench_floor (id bigint PRIMARY KEY, body bytea);
    ALTER TABLE bench_floor ALTER COLUMN body SET STORAGE EXTERNAL
"""


def run() -> Result:
    return asyncio.run(_run())


async def _run() -> Result:
    found = data.resources()
    size = len(found) // CHUNKS
    chunks = [data.ndjson(found[n * size : (n + 1) * size]) for n in range(CHUNKS)]
    pairs = []
    async with house() as opened:
        await opened.store.pool.execute(_TABLE)
        for number, raw in enumerate(chunks):
            ours = await ingest_all(opened, raw)
            pairs.append((ours, await _copy(opened.store.pool, number * size, raw.splitlines())))
    floor = "COPY of bytea rows of the same size, same server"
    return Result(
        bench="ingest",
        data=f"{size} resources at a time, mean {sum(map(len, chunks)) // size // CHUNKS} bytes",
        figures=(rate("resources through the gateway", pairs[1:], size, "/s", floor),),
    )


async def ingest_all(opened: House, raw: bytes) -> float:
    """Seconds to ingest one NDJSON file. Raises when anything was not filed."""
    with directory() as folder:
        path = folder / "resources.ndjson"
        path.write_bytes(raw)
        start = time.perf_counter()
        summary = await opened.gateway.ingest([path])
        passed = time.perf_counter() - start
    if summary.quarantined or summary.refused:
        raise RuntimeError(f"not everything was filed: {summary.reasons}")
    return passed


async def _copy(pool: asyncpg.Pool, first: int, lines: list[bytes]) -> float:
    start = time.perf_counter()
    async with pool.acquire() as connection:
        rows = list(enumerate(lines, start=first))
        await connection.copy_records_to_table("bench_floor", records=rows)
    return time.perf_counter() - start
