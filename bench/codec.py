"""Reading and checking one resource, beside the fastest plain reading of the same bytes."""

import json

from bench import data
from bench.harness import Result, micros, paired
from hygie.fhir.codec import decode, encode
from hygie.fhir.validate import base_validator

COUNT = 3_000


def run() -> Result:
    found = data.resources()[:: max(1, len(data.resources()) // COUNT)][:COUNT]
    raw = [encode(resource) for resource in found]
    validator = base_validator()

    def floor() -> None:
        for body in raw:
            json.loads(body)

    def read() -> None:
        for body in raw:
            decode(body)

    def checked() -> None:
        for body in raw:
            validator.validate(decode(body))

    def written() -> None:
        for resource in found:
            encode(resource)

    count, plain = len(raw), "json.loads of the same bytes"
    return Result(
        bench="codec",
        data=f"{count} resources, mean {sum(map(len, raw)) // count} bytes",
        figures=(
            micros("decode", paired(read, floor), count, plain),
            micros("decode and validate", paired(checked, floor), count, plain),
            micros("encode", paired(written, floor), count, plain),
        ),
    )
