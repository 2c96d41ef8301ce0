"""A million resources: what searching costs there, beside ten thousand."""

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bench import data, filling
from bench.asking import by_code
from bench.harness import Figure, Floor, Result, beside
from bench.house import House, directory, house, ingest, served
from bench.load import Asked, Load, load

SIZE = 1_000_000
TOGETHER = 5
"""Copies of the ten thousand in one file."""
MOST_TIMES = 1.5
WARM_SECONDS = 6
_PATIENT = re.compile(r"(?<=Patient%2F)p(?=(\d+))")


def run() -> Result:
    with directory() as folder:
        token, small = asyncio.run(_first(folder))
        paths = by_code([r for r in data.resources() if r["resourceType"] == "Observation"])
        before = _asked(folder, token, paths)
        rate, size = asyncio.run(_rest(folder))
        copies = SIZE // small - 1
        after = _asked(folder, token, [_elsewhere(path, copies) for path in paths])
        strangers = [_PATIENT.sub(f"p{n % copies + 1}-", path) for n, path in enumerate(paths)]
        first = _asked(folder, token, strangers, warm=False)
    times = round(after.p50_ms / before.p50_ms, 2)
    what = f"the same at {small}"
    return Result(
        bench="large",
        data=f"{SIZE} resources, copies of {small} under other ids",
        figures=(
            Figure(name="NDJSON ingest on the way there", ours=round(rate), unit="/s"),
            beside("patient + code", after.rate, "/s", Floor(before.rate, what)),
            beside("patient + code: p50", after.p50_ms, "ms", Floor(before.p50_ms, what)),
            Figure(
                name="the same, a patient nobody asked for before: p50",
                ours=first.p50_ms,
                unit="ms",
            ),
            Figure(name="p50, times that of ten thousand", ours=times, unit="×", goal=MOST_TIMES),
            size,
        ),
    )


async def _first(folder: Path) -> tuple[str, int]:
    async with house(folder) as opened:
        await ingest(opened, data.ndjson(data.resources()))
        await opened.store.analyze()
        token = await opened.access.create_token("bench", "system/*.cruds", timedelta(hours=10))
    return token, len(data.resources())


async def _rest(folder: Path) -> tuple[float, Figure]:
    raw = data.ndjson(data.resources())
    copies = SIZE // len(data.resources())
    passed = 0.0
    async with house(folder) as opened:
        for first in range(1, copies, TOGETHER):
            numbers = range(first, min(first + TOGETHER, copies))
            passed += await _several(opened, raw, numbers)
        count = (copies - 1) * len(data.resources())
        return count / passed, await filling.size(opened, None)


async def _several(opened: House, raw: bytes, numbers: range) -> float:
    return await ingest(opened, b"".join(data.copied(raw, number) for number in numbers))


def _elsewhere(path: str, copies: int) -> str:
    """The same question about the patient's double in one of the copies: as many patients as are
    asked for among the ten thousand, spread over the whole."""
    patient = _PATIENT.search(path)
    if patient is None:
        raise AssertionError(path)
    return _PATIENT.sub(f"p{int(patient[1]) % copies + 1}-", path)


def _asked(folder: Path, token: str, paths: Sequence[str], *, warm: bool = True) -> Load:
    """`warm`: of a server that has been up for a while, which has read all of it before."""
    asked = [Asked(path) for path in paths]
    with served(folder) as server:
        if warm:
            load(server.address, asked, token, seconds=WARM_SECONDS)
        return load(server.address, asked, token)
