"""Validation: what a resource costs against R4, and against the profiles that it declares."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from bench import data
from bench.harness import Figure, Result, micros, paired
from hygie.fhir.codec import decode, encode
from hygie.fhir.packages import base_library
from hygie.fhir.validate import Validator, base_validator, validator_for
from hygie.insight.quality.guides import with_guides

COUNT, REPEATED = 3_000, 20
BASE_MICROSECONDS, PROFILED_MICROSECONDS = 60, 120
SHARED = Path(os.environ.get("HYGIE_SHARED", Path(__file__).parents[1].parent / "shared"))
FRENCH = SHARED / "suites" / "fr-core-2.2.0" / "package"
FLOOR = "json.loads of the same bytes"
PROFILES = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-"
BY_TYPE = {"Patient": "patient", "Encounter": "encounter"}
BY_CODE = {
    "2708-6": "observation-saturation-oxygen",
    "29463-7": "observation-body-weight",
    "8302-2": "observation-body-height",
    "8310-5": "observation-body-temperature",
    "85354-9": "observation-bp",
    "8867-4": "observation-heartrate",
    "9279-1": "observation-resp-rate",
}


def run() -> Result:
    hospital = data.resources()[:: max(1, len(data.resources()) // COUNT)][:COUNT]
    figures = [
        _goal(_measured("R4 with its invariants", base_validator(), hospital), BASE_MICROSECONDS),
        _measured("  and codes, extensions, profiles", validator_for(base_library()), hospital),
    ]
    if FRENCH.is_dir():
        french = validator_for(with_guides(base_library(), [FRENCH]).library)
        claimed = [one for resource in hospital for one in _claiming(resource)]
        name = f"FR Core, {len(claimed)} of them that it has a profile for"
        figures.append(_goal(_measured(name, french, claimed), PROFILED_MICROSECONDS))
        files = sorted((FRENCH / "example").iterdir())
        examples = [decode(file.read_bytes()) for file in files] * REPEATED
        figures.append(_measured("  and the guide's own examples", french, examples))
    return Result(
        bench="validation",
        data=f"{len(hospital)} resources of the demonstration; FR Core when it is there",
        figures=(*figures, *_compiling()),
    )


def _claiming(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The resource, saying that it follows the profile FR Core has for such a one, if any."""
    codings = resource.get("code", {}).get("coding", ())
    codes = [coding.get("code", "") for coding in codings]
    kinds = [BY_TYPE.get(resource["resourceType"]), *(BY_CODE.get(code) for code in codes)]
    for kind in list(filter(None, kinds))[:1]:
        yield {**resource, "meta": {"profile": [f"{PROFILES}{kind}"]}}


def _measured(name: str, validator: Validator, resources: list[Any] | tuple[Any, ...]) -> Figure:
    raw = [encode(resource) for resource in resources]

    def ours() -> None:
        for resource in resources:
            validator.validate(resource)

    def floor() -> None:
        for body in raw:
            json.loads(body)

    return micros(name, paired(ours, floor), len(resources), FLOOR)


def _goal(figure: Figure, goal: float) -> Figure:
    return msgspec.structs.replace(figure, goal=goal)


def _compiling() -> tuple[Figure, ...]:
    """In processes of their own, where nothing is compiled yet."""
    command = [sys.executable, "-m", "bench.paths.checks"]
    told = [
        subprocess.run([*command, how], capture_output=True, check=True) for how in ("", "kept")
    ]
    return tuple(f for one in told for f in msgspec.json.decode(one.stdout, type=list[Figure]))
