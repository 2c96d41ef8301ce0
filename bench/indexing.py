"""A new search parameter over rows that are there: how fast it is indexed, and what others notice.

Three parameters: one that every row has a value for, one that a fifth has, one that none has. The
floor is what PostgreSQL takes to add one token to each of as many rows, read nothing and sealed
nothing, in one statement.
"""

import asyncio
import json
import statistics
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from bench import data
from bench.asking import by_code
from bench.harness import Figure, Floor, Result, beside
from bench.house import Served, directory, house, ingest, served
from bench.load import Asked, load

SIZE = 100_000
GOAL = 20_000
MOST_TIMES = 2.0
KIND = "Observation"
POLL_SECONDS = 0.05
FLOOR = "UPDATE of one token of as many rows, one statement"
_FLOOR_ROWS = 20_000
_FLOOR = """
WITH chosen AS (SELECT key, patient FROM hygie.resource_observation LIMIT $1)
UPDATE hygie.resource_observation r SET tokens = r.tokens || 1::bigint FROM chosen
WHERE r.key = chosen.key AND r.patient = chosen.patient
"""


class _Asked(NamedTuple):
    name: str
    expression: str


PARAMETERS = (
    _Asked("every row", "Observation.code.coding.where(system.exists())"),
    _Asked("a fifth of the rows", "Observation.code.coding.where(code = '8867-4')"),
    _Asked("no row", "Observation.bodySite"),
)


def run() -> Result:
    with directory() as folder:
        token, rows, floor = asyncio.run(_filled(folder))
        asked = [Asked(p) for p in by_code([r for r in data.resources() if _is_asked(r)])]
        figures: list[Figure] = []
        with served(folder) as server:
            for number, one in enumerate(PARAMETERS):
                rate = rows / _indexed(server, token, f"alone-{number}", one)
                goal = GOAL if number else None
                name = f"{one.name}: rows, nobody asking"
                figures.append(beside(name, rate, "/s", Floor(floor, FLOOR), goal=goal))
            load(server.address, asked, token)
            before = load(server.address, asked, token)
            for number, one in enumerate(PARAMETERS):
                p50 = _meanwhile(server, token, f"beside-{number}", one, asked)
                times = round(p50 / before.p50_ms, 2)
                name = f"{one.name}: patient + code meanwhile, p50, of that before"
                figures.append(Figure(name=name, ours=times, unit="", goal=MOST_TIMES))
    return Result(bench="indexing", data=f"{rows} {KIND}s among {SIZE}", figures=tuple(figures))


def _is_asked(resource: data.Resource) -> bool:
    return bool(resource["resourceType"] == KIND)


async def _filled(folder: Path) -> tuple[str, int, float]:
    """A token, how many rows there are, and how many a second the floor changes."""
    raw = data.ndjson(data.resources())
    copies = SIZE // len(data.resources())
    async with house(folder) as opened:
        await ingest(opened, raw + b"".join(data.copied(raw, n) for n in range(1, copies)))
        await opened.store.analyze()
        pool = opened.store.pool
        rows: int = await pool.fetchval("SELECT count(*) FROM hygie.resource_observation")
        start = time.perf_counter()
        await pool.execute(_FLOOR, _FLOOR_ROWS)
        floor = _FLOOR_ROWS / (time.perf_counter() - start)
        token = await opened.access.create_token("bench", "system/*.cruds", timedelta(hours=10))
    return token, rows, floor


def _indexed(server: Served, token: str, code: str, one: _Asked) -> float:
    """Seconds from the definition to the first answer: to be heard of takes some of them."""
    start = time.perf_counter()
    _define(server, token, code, one)
    while not _answers(server, token, code):
        time.sleep(POLL_SECONDS)
    return time.perf_counter() - start


def _meanwhile(server: Served, token: str, code: str, one: _Asked, asked: Sequence[Asked]) -> float:
    """The median p50 of searches from the definition to the first answer."""
    _define(server, token, code, one)
    p50s = []
    while not _answers(server, token, code):
        p50s.append(load(server.address, asked, token, seconds=1).p50_ms)
    return statistics.median(p50s)


def _define(server: Served, token: str, code: str, one: _Asked) -> None:
    definition = {
        "resourceType": "SearchParameter", "url": f"http://bench.test/{code}", "name": code,
        "status": "active", "description": code, "code": code, "base": [KIND], "type": "token",
        "expression": one.expression,
    }  # fmt: skip
    _post(server, token, "/fhir/SearchParameter", definition)


def _post(server: Served, token: str, path: str, resource: Any) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    content = json.dumps(resource).encode()
    request = urllib.request.Request(server.address + path, content, headers)
    urllib.request.urlopen(request, timeout=60).close()


def _answers(server: Served, token: str, code: str) -> bool:
    try:
        server.get(f"/fhir/{KIND}?{code}=x&_count=1", token)
    except urllib.error.HTTPError:
        return False
    return True
