"""Transaction bundles over HTTP, beside the same bodies received and answered by a constant."""

import asyncio
import json

from bench import data
from bench.harness import Result, rate
from bench.house import constant, directory, served, token
from bench.load import posts

PATIENTS, SIDE_BY_SIDE = 40, 4


def run() -> Result:
    bundles = data.bundles(PATIENTS)
    count = sum(len(json.loads(bundle)["entry"]) for bundle in bundles)
    with directory() as folder:
        bearer = token(folder)
        with served(folder) as ours, constant(b"{}") as floor:
            asyncio.run(posts(f"{ours}/fhir", [data.setup_bundle(PATIENTS)], bearer))
            pairs = [
                (
                    asyncio.run(posts(f"{ours}/fhir", bundles, bearer, SIDE_BY_SIDE)),
                    asyncio.run(posts(f"{floor}/fhir", bundles, bearer, SIDE_BY_SIDE)),
                )
            ]
    what = f"{len(bundles)} bundles, {count} entries, {SIDE_BY_SIDE} side by side"
    return Result(
        bench="bundles",
        data=what,
        figures=(
            rate("entries", pairs, count, "/s", "the same bodies, constant answer"),
            rate("bundles", pairs, len(bundles), "/s", "the same bodies, constant answer"),
        ),
    )
