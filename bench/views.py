"""Views over what is stored: rows a second from sealed bodies, beside what the machine gives.

Floors, of the same resources in the same run: DuckDB reading them as plain NDJSON, a file without
keys, with a schema of its own guessing; and opening the bodies without running anything.
"""

import asyncio
import resource
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import duckdb

from bench import data
from bench.harness import Figure, Floor, Result, beside
from bench.house import House, directory, house, ingest
from hygie.fhir.definitions import r4
from hygie.insight.views import View, read_view
from hygie.insight.views.engines import EngineName, engine
from hygie.insight.views.running import Counted, stored_rows
from hygie.store.reading.whole import Selection, Slice
from hygie.trace import Context

GOAL, COPIES, ROUNDS = 100_000, 12, 3
CONTEXT = Context(actor="bench", kind="system")
OBSERVATION = b'"Observation"'
OBSERVATIONS = Selection("Observation")
VIEW = {
    "resource": "Observation", "name": "observations",
    "select": [{"column": [
        {"name": "id", "path": "getResourceKey()"},
        {"name": "patient", "path": "subject.getReferenceKey(Patient)"},
        {"name": "code", "path": "code.coding.first().code"},
        {"name": "value", "path": "value.ofType(Quantity).value", "type": "decimal"},
        {"name": "unit", "path": "value.ofType(Quantity).unit"},
        {"name": "date", "path": "effective.ofType(dateTime)"},
    ]}],
}  # fmt: skip
PLAIN = """
SELECT id, subject.reference, code.coding[1].code, valueQuantity.value, valueQuantity.unit,
    effectiveDateTime
FROM read_json(?, format = 'newline_delimited', maximum_object_size = 16777216)
"""


def run() -> Result:
    with directory() as folder:
        figures, count = asyncio.run(_measured(folder))
    return Result(
        bench="views",
        data=f"a view of {len(VIEW['select'][0]['column'])} columns over {count} Observations",
        figures=figures,
    )


async def _measured(folder: Path) -> tuple[tuple[Figure, ...], int]:
    raw = data.ndjson(data.resources())
    everything = b"".join(data.copied(raw, number) for number in range(COPIES))
    lines = b"".join(
        line for line in everything.splitlines(keepends=True) if OBSERVATION in line[:40]
    )
    view = read_view(VIEW)
    async with house(folder / "house") as opened:
        await ingest(opened, everything)
        await opened.store.analyze()
        before = _resident_mb()
        opening = [await _opened(opened) for _ in range(ROUNDS)]
        ours = {
            name: max([await _ran(opened, view, name) for _ in range(ROUNDS)])
            for name in ("duckdb", "python")
        }
        grown = max(0.0, _resident_mb() - before)
    plain = Floor(max(_plain(folder, lines) for _ in range(ROUNDS)), "DuckDB on plain NDJSON")
    opens = Floor(max(opening), "bodies opened, no view")
    note = "memory of the process grew by this over all runs"
    return (
        beside("rows from the store, DuckDB", ours["duckdb"], "/s", plain, goal=GOAL),
        beside("the same, beside opening alone", ours["duckdb"], "/s", opens),
        beside("rows from the store, Python", ours["python"], "/s", opens),
        Figure(name="memory for views", ours=round(grown), unit="MB", note=note),
    ), lines.count(b"\n")


async def _ran(opened: House, view: View, name: EngineName) -> float:
    """Rows a second, compiled anew."""
    start, counted = time.perf_counter(), Counted()
    async with opened.store.whole(CONTEXT, OBSERVATIONS, "bench") as whole:
        run = engine(name, view, r4())
        async with aclosing(stored_rows(run, whole.slices(), counted)) as rows:
            async for _ in rows:
                pass
    return counted.rows / (time.perf_counter() - start)


async def _opened(opened: House) -> float:
    start = time.perf_counter()
    async with opened.store.whole(CONTEXT, OBSERVATIONS, "bench") as whole:
        count = await _count(whole.slices())
    return count / (time.perf_counter() - start)


async def _count(slices: AsyncIterator[Slice]) -> int:
    return sum([len(one.bodies) async for one in slices])


def _plain(folder: Path, lines: bytes) -> float:
    path = folder / "plain.ndjson"
    path.write_bytes(lines)
    start = time.perf_counter()
    with duckdb.connect() as connection:
        rows = connection.sql(PLAIN, params=[str(path)]).to_arrow_table().num_rows
    return int(rows) / (time.perf_counter() - start)


def _resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
