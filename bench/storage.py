"""Bytes a resource takes in the database, beside the same JSON compressed all together."""

import asyncio

import zstandard

from bench import data
from bench.harness import Figure, Result
from bench.house import house
from bench.ingest import ingest_all

_PARTITIONS = "SELECT relid FROM pg_partition_tree('hygie.resource')"
_TOTAL = f"""
SELECT sum(pg_total_relation_size(relid))::bigint FROM (
    {_PARTITIONS} UNION ALL VALUES ('hygie.resource_history'::regclass), ('hygie.patient_key')
) tables
"""
_HEAP = f"SELECT sum(pg_relation_size(relid))::bigint FROM ({_PARTITIONS}) tables"


def run() -> Result:
    return asyncio.run(_run())


async def _run() -> Result:
    found = data.resources()
    raw = data.ndjson(found)
    floor = len(zstandard.ZstdCompressor(level=3).compress(raw)) / len(found)
    async with house() as opened:
        await ingest_all(opened, raw)
        await opened.store.pool.execute("VACUUM (ANALYZE, FREEZE) hygie.resource")
        bodies = await opened.store.pool.fetchval("SELECT avg(length(body)) FROM hygie.resource")
        total = await opened.store.pool.fetchval(_TOTAL)
        heap = await opened.store.pool.fetchval(_HEAP)
    return Result(
        bench="storage",
        data=f"{len(found)} resources, mean {len(raw) // len(found)} bytes of JSON",
        figures=(
            _figure("tables with indexes", total / len(found), floor),
            _figure("table of current versions alone", heap / len(found), floor),
            _figure("sealed body", float(bodies), floor),
        ),
    )


def _figure(name: str, ours: float, floor: float) -> Figure:
    return Figure(
        name=name, ours=round(ours, 1), floor=round(floor, 1), ratio=round(ours / floor, 2),
        unit="B", floor_is="zstd -3 of all the JSON as one stream",
    )  # fmt: skip
