"""`python -m bench.paths.cold`: seconds to compile all that R4 defines, in a fresh process."""

import sys
import time
from collections.abc import Iterable

import msgspec

from bench.harness import Figure
from hygie.fhir.definitions import r4
from hygie.fhir.path.compiler import compile_path

GOAL_SECONDS = 2
Written = tuple[str, str]
"""A type, and an expression for it."""


def parameters() -> list[Written]:
    """Every search parameter, for every type that it applies to."""
    return [
        (base, parameter.expression)
        for parameter in r4().search_parameters
        for base in parameter.base
        if parameter.expression
    ]


def invariants() -> list[Written]:
    """Every invariant, for every type that obeys it, and for the elements it is said of alone."""
    registry = r4()
    of_types = [(name, rule) for name in registry.types for rule in registry.invariants(name)]
    of_elements = [
        (name, rule)
        for rule in registry.all_invariants
        for path in rule.paths
        for name in registry.types_at(path)
    ]
    return [(name, rule.expression) for name, rule in (*of_types, *of_elements)]


def timed(what: str, written: Iterable[Written]) -> Figure:
    given = list(dict.fromkeys(written))
    start = time.perf_counter()
    for type_name, text in given:
        compile_path(text, type_name, r4())
    seconds = round(time.perf_counter() - start, 2)
    return Figure(
        name=f"compile {what}, cold", ours=seconds, unit="s", note=f"{len(given)} of them"
    )


def main() -> None:
    figures = [
        timed("all R4 search parameters", parameters()), timed("all R4 invariants", invariants())
    ]  # fmt: skip
    both = round(sum(figure.ours for figure in figures), 2)
    whole = Figure(name="compile both, cold", ours=both, unit="s", goal=GOAL_SECONDS)
    sys.stdout.buffer.write(msgspec.json.encode([whole, *figures]))


if __name__ == "__main__":
    main()
