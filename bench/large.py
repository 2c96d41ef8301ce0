"""A million resources: what searching costs there, beside ten thousand."""

import asyncio
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


def run() -> Result:
    with directory() as folder:
        token, small = asyncio.run(_first(folder))
        before = _asked(folder, token, 0)
        rate, size = asyncio.run(_rest(folder))
        after = _asked(folder, token, SIZE // small // 2)
    times = round(after.p50_ms / before.p50_ms, 2)
    what = f"the same at {small}"
    return Result(
        bench="large",
        data=f"{SIZE} resources, copies of {small} under other ids",
        figures=(
            Figure(name="NDJSON ingest on the way there", ours=round(rate), unit="/s"),
            beside("patient + code", after.rate, "/s", Floor(before.rate, what)),
            beside("patient + code: p50", after.p50_ms, "ms", Floor(before.p50_ms, what)),
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


def _asked(folder: Path, token: str, copy: int) -> Load:
    """Patient and code, of patients spread over the whole."""
    observations = [r for r in data.resources() if r["resourceType"] == "Observation"]
    paths = by_code(observations)
    if copy:
        spread = [path.replace("Patient%2Fp", f"Patient%2Fp{n % copy + 1}-") for n, path in
                  enumerate(paths)]  # fmt: skip
        paths = spread
    with served(folder) as server:
        return load(server.address, [Asked(path) for path in paths], token)
