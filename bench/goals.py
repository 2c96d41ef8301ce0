"""The table of goals: one house, filled, asked and changed as its users do."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bench import asking, changing, data, filling
from bench.harness import Figure, Result
from bench.house import directory, house, served
from bench.house import token as token_of

START_S, FIRST_START_S, RESIDENT_MB = 2, 6, 250
_DURABLE = "SELECT name || ' ' || setting FROM pg_settings WHERE name = ANY($1) ORDER BY name"


def run() -> Result:
    with directory() as folder:
        first, sent = _first_start()
        filled, token, how = asyncio.run(_filled(folder))
        with served(folder) as server:
            again = _start("start, existing house", server.started_s, START_S)
            changed = changing.run(server, token)
            asked = asking.run(server, token)
            resident = Figure(
                name="resident memory of a worker, after all that", ours=server.resident_mb(),
                unit="MB", goal=RESIDENT_MB,
            )  # fmt: skip
    return Result(
        bench="goals",
        data=f"{len(data.resources())} resources and one patient of 1,000; {how}; "
        "reads audited durably before the answer",
        figures=(*filled[:2], sent, *changed, *asked, filled[2], again, first, resident),
    )


def _first_start() -> tuple[Figure, Figure]:
    """An empty house: how long it takes to open, and to take transactions."""
    with directory() as folder, served(folder) as server:
        first = _start("first start, empty directory", server.started_s, FIRST_START_S)
        return first, changing.bundles(server, token_of(folder))


def _start(name: str, seconds: float, goal: float) -> Figure:
    return Figure(name=name, ours=round(seconds, 2), unit="s", goal=goal)


async def _filled(folder: Path) -> tuple[tuple[Figure, ...], str, str]:
    async with house(folder) as opened:
        token = await opened.access.create_token("bench", "system/*.cruds", timedelta(hours=10))
        figures = await filling.run(opened)
        settings = ["server_version", "fsync", "synchronous_commit"]
        durable = await opened.store.pool.fetch(_DURABLE, settings)
        return figures, token, ", ".join(row[0] for row in durable)
