"""NDJSON through the gateway, beside plain COPY; and the size of what it leaves.

Two floors. The lines themselves, into one column without an index, unread: what a disk and
PostgreSQL take at best. And the very rows that the gateway makes of them, with their indexes: what
is left to PostgreSQL once everything is validated, indexed and sealed."""

import io
from collections.abc import Sequence
from typing import Any

from bench import data
from bench.harness import Figure, Floor, beside
from bench.house import House, ingest

GOAL, GOAL_SHARE, GOAL_BYTES = 6_000, "25 %", 1_000
LINES = "COPY of the lines, unread, no index, 1 connection"
ROWS = "COPY of the sealed rows, same indexes, 1 connection"
SIGNATURE, END = b"PGCOPY\n\xff\r\n\0", b"\xff\xff"
"""Of the binary format of COPY."""
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
    name = "NDJSON ingest, resources"
    lines = Floor(await _floor_of_lines(opened.store.pool, found[half:]), LINES)
    rows = Floor(await _floor_of_rows(opened.store.pool), ROWS)
    return (
        beside(name, rate, "/s", lines, goal=GOAL, note=f"of this floor, the goal is {GOAL_SHARE}"),
        beside(f"{name}, once sealed", rate, "/s", rows),
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


async def _floor_of_lines(pool: Any, resources: Sequence[data.Resource]) -> float:
    """Lines a second, as they come, into a table of one column."""
    lines = data.ndjson(resources).splitlines()
    rows = b"".join(b"\0\1%b%b" % (len(line).to_bytes(4, "big"), line) for line in lines)
    async with pool.acquire() as connection:
        kept = io.BytesIO(SIGNATURE + bytes(8) + rows + END)
        return len(lines) / await _copy(connection, "line bytea", kept)


async def _floor_of_rows(pool: Any) -> float:
    """Rows a second with their indexes, in one COPY a table."""
    leaves = [row[0] for row in await pool.fetch(_LEAVES)]
    rows, passed = 0, 0.0
    async with pool.acquire() as connection:
        for leaf in leaves:
            kept = io.BytesIO()
            await connection.copy_from_query(f"SELECT * FROM {leaf}", output=kept, format="binary")
            rows += await connection.fetchval(f"SELECT count(*) FROM {leaf}")
            passed += await _copy(connection, f"LIKE {leaf} INCLUDING ALL", kept)
    return rows / passed


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
