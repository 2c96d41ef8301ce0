"""The builder of the artefact: what installation does with the official package."""

from importlib import resources
from pathlib import Path

import pytest

from hygie.fhir.definitions.build import write
from hygie.fhir.definitions.registry import ARTEFACT

PACKAGE = Path(__file__).parents[3] / ".assets/google/fhir/r4/data/hl7.fhir.r4.core.tgz"


def test_artefact_is_made_from_the_package_alone(tmp_path: Path) -> None:
    """Danger: an artefact that is not what the builder makes, or that changes at each build."""
    if not PACKAGE.exists():
        pytest.skip("the official package is unpacked at installation only")
    installed = resources.files("hygie.fhir.definitions").joinpath(ARTEFACT)
    write(PACKAGE, tmp_path / "first.bin")
    write(PACKAGE, tmp_path / "second.bin")
    first = (tmp_path / "first.bin").read_bytes()
    assert first == (tmp_path / "second.bin").read_bytes() == installed.read_bytes()
