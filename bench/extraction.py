"""What a resource is found by: every search parameter of its type."""

import json
from zoneinfo import ZoneInfo

from bench import data
from bench.harness import Result, micros, paired
from hygie.fhir.codec import encode
from hygie.fhir.definitions import r4
from hygie.fhir.search import Extractor

COUNT = 3_000


def run() -> Result:
    found = data.resources()[:: max(1, len(data.resources()) // COUNT)][:COUNT]
    raw = [encode(resource) for resource in found]
    extractor = Extractor(r4(), ZoneInfo("Europe/Paris"))
    entries = sum(len(extractor.extract(resource)) for resource in found)

    def ours() -> None:
        for resource in found:
            extractor.extract(resource)

    def floor() -> None:
        for body in raw:
            json.loads(body)

    count = len(found)
    return Result(
        bench="extraction",
        data=f"{count} resources, {entries / count:.1f} entries each",
        figures=(micros("extract", paired(ours, floor), count, "json.loads of the same bytes"),),
    )
