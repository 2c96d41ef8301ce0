"""Searches in the store, beside reading one row by its primary key on the same server."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bench import data
from bench.harness import Figure, Result, micros, paired_async
from bench.house import House, house
from bench.ingest import ingest_all
from hygie.fhir.search import parse_query
from hygie.fhir.search.query import Query
from hygie.trace import Context

COUNT, ROUNDS = 60, 3
CONTEXT = Context(actor="bench", kind="system")
FLOOR = "SELECT of one row by primary key"


def run() -> Result:
    return asyncio.run(_run())


async def _run() -> Result:
    found = data.resources()
    patients = [r for r in found if r["resourceType"] == "Patient"]
    families = [str(p["name"][0]["family"])[:4] for p in patients]
    asked = {
        "patient + code": [_by_patient(p["id"]) for p in patients],
        "birth date + first letters": [
            ("Patient", [("birthdate", p["birthDate"]), ("family", family)])
            for p, family in zip(patients, families, strict=True)
        ],
        "code + date, sorted, 20": [("Observation", _recent(p["birthDate"])) for p in patients],
        "chain patient.identifier": [
            ("Observation", [("patient.identifier", p["identifier"][0]["value"])]) for p in patients
        ],
    }
    async with house() as opened:
        await ingest_all(opened, data.ndjson(found))
        await opened.store.pool.execute("VACUUM (ANALYZE) hygie.resource")
        figures = [await _figure(opened, name, given) for name, given in asked.items()]
    return Result(
        bench="search", data=f"{len(found)} resources, one search at a time", figures=tuple(figures)
    )


Asked = tuple[str, list[tuple[str, str]]]


def _by_patient(patient: str) -> Asked:
    code = "http://loinc.org|8867-4"
    return "Observation", [("patient", f"Patient/{patient}"), ("code", code)]


def _recent(birth: str) -> list[tuple[str, str]]:
    """The twenty latest of a code since a day that differs from one question to the next."""
    day = f"2026-03-{int(birth[-2:]):02d}"
    return [("code", "http://loinc.org|8310-5"), ("date", f"ge{day}"), ("_sort", "-date"),
            ("_count", "20")]  # fmt: skip


async def _figure(opened: House, name: str, asked: Sequence[Asked]) -> Figure:
    queries = [_parsed(opened, *asked[n % len(asked)]) for n in range(COUNT)]
    answers = [await opened.store.search(CONTEXT, query) for query in queries]
    matches = sum(len(page.matches) for page in answers) / COUNT
    pairs = await paired_async(_searches(opened, queries), _rows(opened), ROUNDS)
    figure = micros(name, pairs, COUNT, FLOOR)
    return Figure(
        name=figure.name, ours=figure.ours, floor=figure.floor, ratio=figure.ratio, unit="µs",
        floor_is=FLOOR, note=f"{matches:.1f} matches an answer",
    )  # fmt: skip


def _parsed(opened: House, kind: str, parameters: list[tuple[str, str]]) -> Query:
    store = opened.store
    return parse_query(store.registry, kind, parameters, zone=store.zone).query


def _searches(opened: House, queries: Sequence[Query]) -> Callable[[], Awaitable[None]]:
    async def work() -> None:
        for query in queries:
            await opened.store.search(CONTEXT, query)

    return work


def _rows(opened: House) -> Callable[[], Awaitable[None]]:
    query = "SELECT body FROM hygie.resource_patient WHERE key = $1"

    async def work() -> None:
        pool = opened.store.pool
        keys = await pool.fetch("SELECT key FROM hygie.resource_patient LIMIT $1", COUNT)
        for key in keys:
            await pool.fetchrow(query, *key)

    return work
