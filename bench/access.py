"""What it costs to see less than everything: reads and searches by who sees some patients.

The floor is the same asked by who sees everything, whose statements bear no condition. Sixteen ask
at once, in this process, and every access is durable before its answer.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

from bench import data
from bench.harness import ROUNDS, Figure, Floor, Result, beside
from bench.house import House, directory, house, ingest
from hygie.fhir.codec import encode
from hygie.fhir.search import parse_query
from hygie.fhir.search.query import Query
from hygie.sight import EVERYTHING, LETTERS, Reach, Sight
from hygie.trace import Context

AT_ONCE: Final = 16
ASKED: Final = 1_600
CIRCLES: Final = (300, 5_000)
MOST: Final = 0.15
"""Of throughput that a restriction may cost."""
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
        for name, ask in _questions(opened).items():
            for size in CIRCLES:
                whole = Context("bench", "client", sight=EVERYTHING)
                limited = _limited(opened, size)
                await _rate(ask(whole)), await _rate(ask(limited))
                pairs = [
                    (await _rate(ask(whole)), await _rate(ask(limited))) for _ in range(ROUNDS)
                ]
                figures.append(_figure(f"{name}, {size} patients in reach", pairs))
        return figures


def _figure(name: str, pairs: Sequence[tuple[float, float]]) -> Figure:
    ours = statistics.median(limited for _, limited in pairs)
    share = statistics.median(limited / whole for whole, limited in pairs)
    floor = Floor(ours / share, "the same by who sees everything")
    return beside(name, ours, "/s", floor, goal=(1 - MOST) * floor.value)


def _limited(opened: House, size: int) -> Context:
    """Somebody who reaches the patients there are, and others to make up the number."""
    reference = opened.store.keyring.reference
    ids = [one["id"] for one in data.resources() if one["resourceType"] == "Patient"]
    keys = [reference("Patient", one) for one in ids]
    keys += [reference("Patient", f"other-{n}") for n in range(size - len(keys))]
    reach = (Reach(frozenset(keys), house=True),)
    return Context("bench", "client", sight=Sight(others=dict.fromkeys(LETTERS, reach)))


def _questions(opened: House) -> dict[str, Ask]:
    store = opened.store
    told = [one for one in data.resources() if one["resourceType"] == "Observation"][:ASKED]

    def searched(parameters: Callable[[Any], list[tuple[str, str]]], context: Context) -> Any:
        queries = [_query(opened, parameters(one)) for one in told]
        return [partial(store.search, context, query) for query in queries]

    return {
        "read": lambda context: [
            partial(store.read, context, "Observation", one["id"]) for one in told
        ],
        "search by patient and code": partial(
            searched, lambda one: [("patient", _patient(one)), ("code", _code(one))]
        ),
        "search by code, a page of ten": partial(
            searched, lambda one: [("code", _code(one)), ("_count", "10")]
        ),
    }


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
