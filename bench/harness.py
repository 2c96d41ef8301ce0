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
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

RESULTS = Path(__file__).parent / "results"
ROUNDS = 5
LARGER = ("/s", "×")
"""Ends of the units of what is better large."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One thing measured. Costs (µs, ms, B, s) are better small, rates ("/s") and how many times
    as fast as another ("×") better large."""

    name: str
    ours: float
    unit: str
    goal: float | None = None
    floor: float | None = None
    ratio: float | None = None
    """Cost over cost: 2 means twice as dear as the floor, whatever the unit says."""
    floor_is: str = ""
    note: str = ""

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.ours >= self.goal if self.unit.endswith(LARGER) else self.ours <= self.goal


class Result(msgspec.Struct, frozen=True, kw_only=True):
    bench: str
    data: str
    figures: tuple[Figure, ...]


class Floor(msgspec.Struct, frozen=True):
    """What the machine gives at best for the same thing, in the same unit."""

    value: float
    what: str


def beside(
    name: str, ours: float, unit: str, floor: Floor, *, goal: float | None = None, note: str = ""
) -> Figure:
    ratio = floor.value / ours if unit.endswith(LARGER) else ours / floor.value
    return Figure(
        name=name, ours=round(ours, 2), unit=unit, goal=goal, floor=round(floor.value, 2),
        ratio=round(ratio, 2), floor_is=floor.what, note=note,
    )  # fmt: skip


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


def paired(
    ours: Callable[[], object], floor: Callable[[], object], rounds: int = ROUNDS
) -> list[tuple[float, float]]:
    """Seconds of ours and of the floor, in turn; a first pair warms up and is dropped."""
    pairs = [(seconds(ours), seconds(floor)) for _ in range(rounds + 1)]
    return pairs[1:]


def micros(name: str, pairs: list[tuple[float, float]], count: int, floor_is: str) -> Figure:
    """Microseconds for each of `count` things: less is better."""
    ours, floor = (statistics.median(side) / count * 1e6 for side in zip(*pairs, strict=True))
    return Figure(
        name=name, ours=round(ours, 2), unit="µs", floor=round(floor, 2), ratio=ratio_of(pairs),
        floor_is=floor_is,
    )  # fmt: skip


def ratio_of(pairs: list[tuple[float, float]]) -> float:
    return round(statistics.median(ours / floor for ours, floor in pairs), 2)


def write(result: Result) -> None:
    RESULTS.mkdir(exist_ok=True)
    whole = {"machine": machine(), **msgspec.to_builtins(result)}
    path = RESULTS / f"{result.bench}.json"
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n")


def heading() -> str:
    about = machine()
    return (
        f"{about['cpu']}, {about['cores']} cores, Python {about['python']}, "
        f"load before {about['load_1m']}, {about['date']}"
    )


def show(result: Result) -> None:
    """The figures as a table, on standard output. "of floor": 100 % is as good as the floor."""
    print(f"\n{result.bench} — {result.data}")
    width = max(len(figure.name) for figure in result.figures)
    head = f"{'ours':>10} {'':<5} {'goal':>8}  {'':3} {'floor':>11} {'of floor':>9}  floor is"
    print(f"  {'':<{width}} {head}")
    for figure in result.figures:
        print(f"  {figure.name:<{width}} {_line(figure)}")
        if figure.note:
            print(f"  {'':<{width}} {figure.note}")


def _line(figure: Figure) -> str:
    goal = "" if figure.goal is None else f"{figure.goal:,g}"
    met = {None: "", True: "yes", False: "NO"}[figure.met]
    floor = "" if figure.floor is None else f"{figure.floor:,.1f}"
    share = "" if figure.ratio is None else f"{100 / figure.ratio:.0f} %"
    ours = f"{figure.ours:>10,.1f} {figure.unit:<5} {goal:>8}"
    return f"{ours}  {met:<3} {floor:>11} {share:>9}  {figure.floor_is}"
