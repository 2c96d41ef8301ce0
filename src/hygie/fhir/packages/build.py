"""Builds the artefact of R4's conformance resources from the official package, CC0.

Runs at installation only, from `build_assets.py`.
"""

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hygie.fhir.codec import decode
from hygie.fhir.packages.definition import Json
from hygie.fhir.packages.manifest import Manifest
from hygie.fhir.packages.pruning import pruned
from hygie.fhir.packages.shelf import SMALL, pack
from hygie.limits import MAX_DEFINITION_BYTES

MANIFEST: Final = Manifest("hl7.fhir.r4.core", "4.0.1", ("4.0.1",), {}, "FHIR R4")
NOT_CONFORMANCE: Final = ("package.json", ".index.json")


def write(package: Path, output: Path) -> None:
    """Writes the artefact: every resource of the package that has a canonical URL."""
    output.write_bytes(pack(MANIFEST, _resources(package), SMALL))


def _resources(package: Path) -> Iterator[Json]:
    with tarfile.open(package) as members:
        for member in members:
            name = member.name.removeprefix("package/")
            if "/" in name or not name.endswith(".json") or name in NOT_CONFORMANCE:
                continue
            stream = members.extractfile(member)
            resource = decode(stream.read() if stream else b"", limit=MAX_DEFINITION_BYTES)
            if "url" in resource:
                yield pruned(resource)
