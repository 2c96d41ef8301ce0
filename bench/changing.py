"""Creations, updates and transactions over HTTP, beside the same bodies answered by a constant."""

import json
from collections.abc import Sequence
from typing import Any

from bench import data
from bench.harness import Figure, Floor, beside
from bench.house import Served, constant
from bench.load import MARK, Asked, load, once
from hygie.fhir.codec import encode

GOAL, GOAL_BUNDLES = 1_500, 3_000
SIDE_BY_SIDE = 4
FLOOR = "the same bodies, constant answer, same client"


def run(server: Served, token: str) -> tuple[Figure, ...]:
    return (
        _single("create, 16 connections", "POST", _creations(), server, token),
        _single("update, 16 connections", "PUT", _updates(), server, token),
    )


def _single(
    name: str, method: str, asked: Sequence[Asked], server: Served, token: str
) -> Figure:  # fmt: skip
    ours = load(server.address, asked, token, method=method)
    with constant(b"{}") as fixed:
        floor = load(fixed.address, asked, token, method=method)
    note = f"p50 {ours.p50_ms:.1f} ms, p99 {ours.p99_ms:.1f} ms"
    return beside(name, ours.rate, "/s", Floor(floor.rate, FLOOR), goal=GOAL, note=note)


def _creations() -> list[Asked]:
    observations = [r for r in data.resources() if r["resourceType"] == "Observation"]
    return [
        Asked("/fhir/Observation", _marked({**o, "note": [{"text": MARK}]}, without=("id",)))
        for o in observations[:2_000]
    ]


def _updates() -> list[Asked]:
    patients = [r for r in data.resources() if r["resourceType"] == "Patient"]
    telecom = [{"system": "phone", "value": MARK}]
    return [Asked(f"/fhir/Patient/{p['id']}", _marked({**p, "telecom": telecom})) for p in patients]


def bundles(server: Served, token: str) -> Figure:
    """One for each patient, each sent once."""
    sent = data.transactions()
    asked = [Asked("/fhir", bundle.decode()) for bundle in sent]
    count = sum(len(json.loads(bundle)["entry"]) for bundle in sent)
    warm, rest = asked[:30], asked[30:]
    count = count * len(rest) // len(asked)
    once(server.address, warm, token, connections=SIDE_BY_SIDE)
    ours = count / once(server.address, rest, token, connections=SIDE_BY_SIDE)
    with constant(b"{}") as fixed:
        floor = count / once(fixed.address, rest, token, connections=SIDE_BY_SIDE)
    name = f"transactions over HTTP, {SIDE_BY_SIDE} workers, resources"
    note = f"{len(rest)} transactions of {count / len(rest):.0f} entries"
    return beside(name, ours, "/s", Floor(floor, FLOOR), goal=GOAL_BUNDLES, note=note)


def _marked(resource: dict[str, Any], without: tuple[str, ...] = ()) -> str:
    kept = {name: value for name, value in resource.items() if name not in without}
    return encode(kept).decode()
