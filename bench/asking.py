"""Reads and searches over HTTP, each beside a constant answer of the same size."""

import random
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from bench import data
from bench.harness import Figure, Floor, beside
from bench.house import Served, constant
from bench.load import CONNECTIONS, Asked, Load, load

STEP = 37
"""One request in so many is looked at to say how much an answer holds."""
READ_LATELY = 2_000
"""Resources read again and again, as a ward reads its patients'; the others are read once."""
FLOOR = "a constant answer of this size, same client"


class Question(NamedTuple):
    """One row of the table: `goal` and `floor_ms` are a rate and a median time."""

    name: str
    paths: Sequence[str]
    goal: float | None = None
    p50_goal: float | None = None
    each: bool = False
    """Whether resources are counted, not answers."""


@cache
def questions() -> tuple[Question, ...]:
    observations = [r for r in data.resources() if r["resourceType"] == "Observation"]
    patients = [r for r in data.resources() if r["resourceType"] == "Patient"]
    random.Random(4).shuffle(observations)
    codes = {_code(o) for o in observations}
    return (
        Question("read by id", by_id(observations[:READ_LATELY]), 8_000, 2.2),
        Question("read by id, what nobody has read lately", by_id(observations[READ_LATELY:])),
        Question("patient + code", by_code(observations), 5_000, 3.5),
        Question("patient's vital signs, newest first", [
            f"/fhir/Observation?patient={quote('Patient/' + p['id'], safe='')}"
            "&category=vital-signs&_sort=-date&_count=50" for p in patients
        ], 1_500, 10),
        Question("chain: subject:Patient.family", [
            f"/fhir/Observation?subject:Patient.family={quote(p['name'][0]['family'])}&_count=20"
            for p in patients
        ], 1_500),
        Question("_has:Observation:patient:code", [
            f"/fhir/Patient?_has:Observation:patient:code={quote(code, safe='')}&_count=20"
            for code in sorted(codes)
        ], 1_500),
        Question("_revinclude=Encounter:patient", [
            f"/fhir/Patient?_id={p['id']}&_revinclude=Encounter:patient&_count=20"
            for p in patients
        ], 1_500),
        Question("$everything, resources", [
            f"/fhir/Patient/{p['id']}/$everything?_count=1000" for p in patients
        ], 40_000, each=True),
    )  # fmt: skip


def by_id(observations: Sequence[data.Resource]) -> list[str]:
    return [f"/fhir/Observation/{o['id']}" for o in observations]


def by_code(observations: Sequence[data.Resource]) -> list[str]:
    return [
        f"/fhir/Observation?patient={quote(o['subject']['reference'], safe='')}"
        f"&code={quote(_code(o), safe='')}&_count=20"
        for o in observations
    ]


def run(server: Served, token: str) -> tuple[Figure, ...]:
    figures = [figure for one in questions() for figure in _figures(server, token, one)]
    return (*figures, _one_large(server, token))


def _figures(server: Served, token: str, question: Question) -> list[Figure]:
    asked = [Asked(path) for path in question.paths]
    ours, floor, held = _pair(server, token, asked, CONNECTIONS)
    times = held if question.each else 1
    note = f"{held:.1f} resources an answer" if held > 1 else ""
    best = Floor(floor.rate * times, FLOOR)
    figures = [beside(question.name, ours.rate * times, "/s", best, goal=question.goal, note=note)]
    if question.p50_goal is not None:
        name = f"{question.name}: p50 of {CONNECTIONS} connections"
        figures.append(
            beside(name, ours.p50_ms, "ms", Floor(floor.p50_ms, FLOOR), goal=question.p50_goal)
        )
    return figures


def _one_large(server: Served, token: str) -> Figure:
    asked = [Asked(f"/fhir/Patient/{data.HEAVY}/$everything?_count=1000")]
    ours, floor, held = _pair(server, token, asked, 1)
    name = "$everything of 1,000 resources: p50"
    note = f"{held:.0f} resources an answer, one connection"
    return beside(name, ours.p50_ms, "ms", Floor(floor.p50_ms, FLOOR), goal=30, note=note)


def _pair(
    server: Served, token: str, asked: Sequence[Asked], connections: int
) -> tuple[Load, Load, float]:
    """Ours, the floor, and how many resources an answer holds."""
    answers = [server.get(one.path, token) for one in asked[::STEP]]
    held = sum(len(answer.get("entry", "1")) for answer in answers) / len(answers)
    body = msgspec.json.encode(sorted(answers, key=lambda a: len(str(a)))[len(answers) // 2])
    ours = load(server.address, asked, token, connections=connections)
    with constant(body) as fixed:
        floor = load(fixed.address, asked, token, connections=connections)
    return ours, floor, held


def _code(observation: data.Resource) -> str:
    coding = observation["code"]["coding"][0]
    return f"{coding['system']}|{coding['code']}"
