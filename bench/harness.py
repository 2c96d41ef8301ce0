"""Pairs of measurements, and what they are reported as.

A figure is ours and its floor, measured one after the other, several times; the ratio is the
median of the pairs' ratios, so that a machine that slows down slows both.
"""

import gc
import json
import os
import platform
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

RESULTS = Path(__file__).parent / "results"
ROUNDS = 5


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """`ratio` is cost over cost: 2 means twice as dear as the floor, whatever the unit says."""

    name: str
    ours: float
    floor: float
    ratio: float
    unit: str
    floor_is: str
    note: str = ""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    bench: str
    data: str
    figures: tuple[Figure, ...]


def machine() -> dict[str, str | int | float]:
    """What the figures were measured on, and how busy it was before."""
    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return {
        "cpu": model,
        "cores": os.cpu_count() or 0,
        "load_1m": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def seconds(work: Callable[[], object]) -> float:
    """Time of one call, without the garbage collector's moods."""
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
    finally:
        gc.enable()


async def seconds_async(work: Callable[[], Awaitable[object]]) -> float:
    gc.collect()
    start = time.perf_counter()
    await work()
    return time.perf_counter() - start


def paired(
    ours: Callable[[], object], floor: Callable[[], object], rounds: int = ROUNDS
) -> list[tuple[float, float]]:
    """Seconds of ours and of the floor, in turn; a first pair warms up and is dropped."""
    pairs = [(seconds(ours), seconds(floor)) for _ in range(rounds + 1)]
    return pairs[1:]


async def paired_async(
    ours: Callable[[], Awaitable[object]],
    floor: Callable[[], Awaitable[object]],
    rounds: int = ROUNDS,
) -> list[tuple[float, float]]:
    pairs = [(await seconds_async(ours), await seconds_async(floor)) for _ in range(rounds + 1)]
    return pairs[1:]


def micros(name: str, pairs: list[tuple[float, float]], count: int, floor_is: str) -> Figure:
    """Microseconds for each of `count` things: less is better."""
    return Figure(
        name=name,
        ours=round(statistics.median(ours for ours, _ in pairs) / count * 1e6, 2),
        floor=round(statistics.median(floor for _, floor in pairs) / count * 1e6, 2),
        ratio=ratio_of(pairs),
        unit="µs",
        floor_is=floor_is,
    )


def rate(
    name: str, pairs: list[tuple[float, float]], count: int, unit: str, floor_is: str
) -> Figure:
    """Things a second from seconds for `count` of them: more is better."""
    return Figure(
        name=name,
        ours=round(count / statistics.median(ours for ours, _ in pairs), 1),
        floor=round(count / statistics.median(floor for _, floor in pairs), 1),
        ratio=ratio_of(pairs),
        unit=unit,
        floor_is=floor_is,
    )


def ratio_of(pairs: list[tuple[float, float]]) -> float:
    return round(statistics.median(ours / floor for ours, floor in pairs), 2)


def write(result: Result) -> None:
    RESULTS.mkdir(exist_ok=True)
    whole = {"machine": machine(), **msgspec.to_builtins(result)}
    path = RESULTS / f"{result.bench}.json"
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n")


def show(result: Result) -> None:
    """The figures as a table, on standard output."""
    print(f"\n{result.bench} — {result.data}")
    width = max(len(figure.name) for figure in result.figures)
    for figure in result.figures:
        print(
            f"  {figure.name:<{width}}  {figure.ours:>12,.2f} {figure.unit:<6}"
            f"  floor {figure.floor:>12,.2f}  × {figure.ratio:<8}  ({figure.floor_is})"
        )
        if figure.note:
            print(f"  {'':<{width}}  {figure.note}")
