"""NDJSON through the gateway, beside plain COPY of the very rows that it made; and their size."""

import io
from typing import Any

from bench import data
from bench.harness import Figure, Floor, beside
from bench.house import House, ingest

GOAL, GOAL_BYTES = 6_000, 1_000
_LEAVES = """
    SELECT relid::regclass::text FROM pg_partition_tree('hygie.resource') WHERE isleaf
"""
_TOTAL = """
    SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class AS c
    WHERE c.relnamespace = 'hygie'::regnamespace AND c.relkind IN ('r', 'm')
"""
_COUNT = "SELECT count(*) FROM hygie.resource WHERE NOT deleted"


async def run(opened: House) -> tuple[Figure, ...]:
    """Fills an empty house with all of `data.resources()` and a heavy patient; measures it."""
    found = data.resources()
    half = len(found) // 2
    await ingest(opened, data.ndjson(found[:half]))  # warms up, makes partitions
    passed = await ingest(opened, data.ndjson(found[half:]))
    rate = (len(found) - half) / passed
    await ingest(opened, data.ndjson(data.heavy(1_000)))
    bare, indexed = await _floors(opened.store.pool)
    name = "NDJSON ingest, resources"
    with_indexes = Floor(indexed, "COPY of the same rows, same indexes, 1 connection")
    without = Floor(bare, "COPY of the same rows, no index")
    return (
        beside(name, rate, "/s", with_indexes, goal=GOAL),
        beside(f"{name} (no index)", rate, "/s", without),
        await size(opened, GOAL_BYTES),
    )


async def size(opened: House, goal: float | None) -> Figure:
    """Bytes a resource of everything the house keeps: bodies, indexes, history, audit, inbox."""
    pool = opened.store.pool
    await opened.store.analyze()
    count = await pool.fetchval(_COUNT)
    ours = await pool.fetchval(_TOTAL) / count
    return Figure(
        name="storage of a resource, all tables and indexes", ours=round(ours), unit="B",
        goal=goal, note=f"{count} resources",
    )  # fmt: skip


async def _floors(pool: Any) -> tuple[float, float]:
    """Rows a second without and with the indexes, each in one COPY a table."""
    leaves = [row[0] for row in await pool.fetch(_LEAVES)] or ["hygie.resource"]
    rows, bare, indexed = 0, 0.0, 0.0
    async with pool.acquire() as connection:
        for leaf in leaves:
            kept = io.BytesIO()
            await connection.copy_from_query(f"SELECT * FROM {leaf}", output=kept, format="binary")
            rows += await connection.fetchval(f"SELECT count(*) FROM {leaf}")
            bare += await _copy(connection, f"LIKE {leaf}", kept)
            indexed += await _copy(connection, f"LIKE {leaf} INCLUDING ALL", kept)
    return rows / bare, rows / indexed


async def _copy(connection: Any, columns: str, kept: io.BytesIO) -> float:
    kept.seek(0)
    await connection.execute(f"CREATE TABLE bench_floor ({columns})")
    try:
        start = await connection.fetchval("SELECT clock_timestamp()")
        await connection.copy_to_table("bench_floor", source=kept, format="binary")
        end = await connection.fetchval("SELECT clock_timestamp()")
    finally:
        await connection.execute("DROP TABLE bench_floor")
    passed: float = (end - start).total_seconds()
    return passed
