"""Reads by id over HTTP, beside a constant answer of the same size on the same server stack."""

from bench import data
from bench.harness import Figure, Result
from bench.house import constant, directory, ingested, served
from bench.load import CONNECTIONS, gets

PATHS, ROUNDS = 2_000, 2


def run() -> Result:
    found = [r for r in data.resources() if r["resourceType"] == "Observation"][:PATHS]
    raw = data.ndjson(data.resources())
    body = max(data.ndjson(tuple(found)).splitlines()[:50], key=len)
    paths = [f"/fhir/Observation/{resource['id']}" for resource in found]
    with directory() as folder:
        token = ingested(folder, raw)
        with served(folder) as ours, constant(body) as floor:
            pairs = [
                (gets(ours, paths, token), gets(floor, paths, token)) for _ in range(ROUNDS + 1)
            ][1:]
    best = max(pairs)
    return Result(
        bench="read",
        data=f"{len(paths)} resources read in turn, {CONNECTIONS} connections, audit durable",
        figures=(
            Figure(
                name="GET by id", ours=round(best[0]), floor=round(best[1]),
                ratio=round(best[1] / best[0], 2), unit="/s",
                floor_is="one constant answer, same stack",
            ),
        ),
    )  # fmt: skip
