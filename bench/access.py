"""What it costs to see less than everything: reads and searches by who sees some patients.

The floor is the same asked by who sees everything, whose statements bear no condition. Sixteen ask
at once, in this process, and every access is durable before its answer. All that there is lies in
reach but in the last line, which has no goal: ten are found there among ten times as many rows.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

from bench import data
from bench.harness import Figure, Floor, Result, beside
from bench.house import House, directory, house, ingest
from hygie.fhir.codec import encode
from hygie.fhir.search import parse_query
from hygie.fhir.search.query import Query
from hygie.sight import EVERYTHING, LETTERS, Reach, Sight
from hygie.trace import Context

AT_ONCE: Final = 16
ASKED: Final = 800
PAIRS: Final = 21
CIRCLES: Final = (300, 5_000)
FEW: Final = 27
"""A tenth of the patients there are."""
MOST: Final = 0.15
"""Of throughput that a restriction may cost."""
READS, OF_PATIENT, BY_CODE = 12, 7, 1
"""Of twenty accesses, as pages and applications make them: a record is opened, its parts are
searched by patient, and now and then somebody looks for a code over all he sees."""
ONE: Final = "search by patient and code"
ANY: Final = "search by code, a page of ten"
Ask = Callable[[Context], Sequence[Callable[[], Awaitable[Any]]]]


def run() -> Result:
    with directory() as folder:
        figures = asyncio.run(_measured(folder))
    return Result(
        bench="access",
        data=f"{len(data.resources())} resources; {AT_ONCE} at once, audited durably",
        figures=tuple(figures),
    )


async def _measured(folder: Any) -> list[Figure]:
    async with house(folder) as opened:
        await ingest(opened, b"\n".join(map(encode, data.resources())))
        await opened.store.analyze()
        figures = []
        questions = _questions(opened)
        for name, ask in questions.items():
            for size in CIRCLES:
                pairs = await _pairs(ask, _limited(opened, size))
                figures.append(_figure(f"{name}, {size} patients in reach", pairs))
        pairs = await _pairs(questions[ANY], _limited(opened, FEW))
        name = f"{ANY}, {FEW} patients in reach of {len(_patients())}"
        return [*figures, _figure(name, pairs, goal=False)]


async def _pairs(ask: Ask, limited: Context) -> list[tuple[float, float]]:
    """Who is asked first takes turns."""
    whole = Context("bench", "client", sight=EVERYTHING)
    await _rate(ask(whole)), await _rate(ask(limited))
    pairs = []
    for n in range(PAIRS):
        first, second = (whole, limited) if n % 2 else (limited, whole)
        rates = await _rate(ask(first)), await _rate(ask(second))
        pairs.append(rates if n % 2 else rates[::-1])
    return pairs


def _figure(name: str, pairs: Sequence[tuple[float, float]], *, goal: bool = True) -> Figure:
    ours = statistics.median(limited for _, limited in pairs)
    share = statistics.median(limited / whole for whole, limited in pairs)
    floor = Floor(ours / share, "the same by who sees everything")
    return beside(name, ours, "/s", floor, goal=(1 - MOST) * floor.value if goal else None)


def _patients() -> list[str]:
    return [one["id"] for one in data.resources() if one["resourceType"] == "Patient"]


def _limited(opened: House, size: int) -> Context:
    """Somebody who reaches patients there are, and others to make up the number."""
    reference = opened.store.keyring.reference
    keys = [reference("Patient", one) for one in _patients()[:size]]
    keys += [reference("Patient", f"other-{n}") for n in range(size - len(keys))]
    reach = (Reach(frozenset(keys), house=True),)
    return Context("bench", "client", sight=Sight(others=dict.fromkeys(LETTERS, reach)))


def _questions(opened: House) -> dict[str, Ask]:
    store = opened.store
    told = [one for one in data.resources() if one["resourceType"] == "Observation"][:ASKED]

    def searched(parameters: Callable[[Any], list[tuple[str, str]]], context: Context) -> Any:
        queries = [_query(opened, parameters(one)) for one in told]
        return [partial(store.search, context, query) for query in queries]

    def mixed(context: Context) -> Any:
        each = [(ask(context), times) for ask, times in parts]
        rounds = range(ASKED // sum(times for _, times in each))
        return [
            asks[(n * times + one) % len(asks)]
            for n in rounds
            for asks, times in each
            for one in range(times)
        ]

    def read(context: Context) -> Any:
        return [partial(store.read, context, "Observation", one["id"]) for one in told]

    one = partial(searched, lambda one: [("patient", _patient(one)), ("code", _code(one))])
    any_ = partial(searched, lambda one: [("code", _code(one)), ("_count", "10")])
    parts = ((read, READS), (one, OF_PATIENT), (any_, BY_CODE))
    mix = f"{READS} reads, {OF_PATIENT} searches of a patient, {BY_CODE} by code"
    return {"read": read, ONE: one, ANY: any_, mix: mixed}


def _query(opened: House, parameters: list[tuple[str, str]]) -> Query:
    return parse_query(
        opened.store.registry, "Observation", parameters, zone=opened.store.zone
    ).query


def _patient(observation: Any) -> str:
    return str(observation["subject"]["reference"])


def _code(observation: Any) -> str:
    coding = observation["code"]["coding"][0]
    return f"{coding.get('system', '')}|{coding['code']}"


async def _rate(asked: Sequence[Callable[[], Awaitable[Any]]]) -> float:
    """Answers a second."""
    left = iter(asked)

    async def one_after_another() -> None:
        for ask in left:
            await ask()

    start = time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    return len(asked) / (time.perf_counter() - start)
