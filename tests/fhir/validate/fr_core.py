"""FR Core 2.2.0 as a user gives it: the package, its examples, and a validator for them."""

import os
from functools import cache
from pathlib import Path
from typing import Any

from hygie.fhir.codec import decode
from hygie.fhir.packages import Library, base_library
from hygie.fhir.packages.archive import File
from hygie.fhir.packages.reading import assembled
from hygie.fhir.validate import Validator, validator_for
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.rules import french

Json = dict[str, Any]
SHARED = Path(os.environ.get("HYGIE_SHARED", Path(__file__).parents[4] / "shared"))
FOLDER = SHARED / "suites" / "fr-core-2.2.0" / "package"
PROFILES = "https://hl7.fr/ig/fhir/core/StructureDefinition/"


@cache
def library() -> Library:
    """R4's own definitions and FR Core's; not the packages it depends on."""
    files = (File(p.name, len(raw := p.read_bytes()), raw) for p in sorted(FOLDER.glob("*.json")))
    known = base_library().copy()
    known.put(assembled(files, "fr-core").shelf)
    return known


@cache
def validator() -> Validator:
    """With FR Core and Hygie's French rules."""
    return validator_for(library(), Context(rules=french()))


def examples() -> dict[str, Json]:
    """Name of the file -> resource; empty when the suite is not there."""
    return {path.stem: decode(path.read_bytes()) for path in FOLDER.glob("example/*.json")}
