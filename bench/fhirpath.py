"""FHIRPath: what an expression costs compiled, beside the same by hand and beside fhirpathpy."""

import statistics
import subprocess
import sys
import time
from ast import PyCF_ONLY_AST
from collections.abc import Callable
from typing import Any

import fhirpathpy
import msgspec
from fhirpathpy.models import models

from bench.harness import Figure, Floor, Result, beside, micros, paired
from bench.paths.by_hand import BY_HAND
from bench.paths.common import expressions
from bench.paths.subjects import subjects
from hygie.fhir.definitions import r4
from hygie.fhir.path.compiler import compile_path
from hygie.fhir.path.environment import Environment
from hygie.fhir.path.parser import parse

COUNT, OTHER_COUNT = 2_000, 50
ROUNDS = 5
GOAL_MICROSECONDS, GOAL_TIMES = 2, 60
FLOOR = "the same by hand, in Python"


def elsewhere(reference: str) -> dict[str, Any]:
    """What a reference leads to, as far as its own words say: nothing is fetched."""
    return {"resourceType": reference.split("/")[-2]}


SURROUNDINGS = Environment(resolve=elsewhere)


class Measured(msgspec.Struct, frozen=True):
    """Microseconds of one expression on one subject, at the median of the rounds."""

    name: str
    ours: float
    by_hand: float
    other: float
    """Of fhirpathpy; infinite where it breaks down."""

    @property
    def times(self) -> float:
        return self.other / self.ours


def run() -> Result:
    measured = [_measured(name, *given) for name, given in expressions().items()]
    figures = (_median(measured), _times(measured), _parsing(), *_compiling())
    each = sorted(measured, key=lambda one: -one.ours)
    return Result(
        bench="fhirpath",
        data=f"{len(measured)} expressions as R4 writes them, {COUNT} subjects each; "
        f"fhirpathpy {fhirpathpy.__version__} beside, on {OTHER_COUNT}",
        figures=(*figures, *map(_row, each)),
    )


# --- evaluating ---------------------------------------------------------------------------
def _measured(name: str, type_name: str, text: str) -> Measured:
    given = subjects(type_name, COUNT)
    path = compile_path(text, type_name, r4())
    by_hand = BY_HAND[name]

    def ours() -> None:
        for subject in given:
            path(subject, SURROUNDINGS)

    def floor() -> None:
        for subject in given:
            by_hand(subject)

    pairs = paired(ours, floor, ROUNDS)
    first, second = (statistics.median(side) / COUNT * 1e6 for side in zip(*pairs, strict=True))
    return Measured(name, first, second, _other(text, given[:OTHER_COUNT]))


def _other(text: str, given: list[dict[str, Any]]) -> float:
    compiled = fhirpathpy.compile(text, models["r4"])

    def evaluated() -> None:
        for subject in given:
            compiled(subject)

    try:
        evaluated()
    except Exception:
        return float("inf")
    return statistics.median(_seconds(evaluated) for _ in range(3)) / len(given) * 1e6


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


# --- reporting ----------------------------------------------------------------------------
def _median(measured: list[Measured]) -> Figure:
    ours, by_hand = (
        statistics.median(getattr(one, side) for one in measured) for side in ("ours", "by_hand")
    )
    return beside(
        f"one of {len(measured)} expressions, median", ours, "µs", Floor(by_hand, FLOOR),
        goal=GOAL_MICROSECONDS,
    )  # fmt: skip


def _times(measured: list[Measured]) -> Figure:
    both = [one for one in measured if one.other < float("inf")]
    median = statistics.median(one.times for one in both)
    least = min(both, key=lambda one: one.times)
    return Figure(
        name="as fast as fhirpathpy, median", ours=round(median, 1), unit="×", goal=GOAL_TIMES,
        note=f"least: {least.times:.0f} × ({least.name}); it evaluates {len(both)}",
    )  # fmt: skip


def _row(one: Measured) -> Figure:
    other = f"fhirpathpy {one.other:.0f} µs" if one.other < float("inf") else "fhirpathpy fails"
    return beside(f"  {one.name}", one.ours, "µs", Floor(one.by_hand, f"by hand; {other}"))


# --- reading and compiling ----------------------------------------------------------------
def _parsing() -> Figure:
    texts = [text for _, text in expressions().values()]

    def ours() -> None:
        for text in texts:
            parse(text)

    def floor() -> None:
        for text in texts:
            compile(repr(text.split()), "x", "eval", PyCF_ONLY_AST)

    pairs = paired(ours, floor, ROUNDS)
    return micros("parse one of them", pairs, len(texts), "Python's own parser on as many words")


def _compiling() -> tuple[Figure, ...]:
    """In a process of their own, where nothing is compiled yet."""
    command = [sys.executable, "-m", "bench.paths.cold"]
    told = subprocess.run(command, capture_output=True, check=True).stdout
    return msgspec.json.decode(told, type=tuple[Figure, ...])
