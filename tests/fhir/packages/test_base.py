"""The conformance resources of R4, as they are found in the artefact."""

from importlib import resources
from pathlib import Path

import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.packages import base_library
from hygie.fhir.packages.base import ARTEFACT
from hygie.fhir.packages.build import write

PACKAGE = Path(__file__).parents[3] / ".assets/google/fhir/r4/data/hl7.fhir.r4.core.tgz"
CORE = "http://hl7.org/fhir/StructureDefinition/"


def test_artefact_is_made_from_the_package_alone(tmp_path: Path) -> None:
    """Danger: an artefact that is not what the builder makes, or that changes at each build."""
    if not PACKAGE.exists():
        pytest.skip("the official package is unpacked at installation only")
    write(PACKAGE, tmp_path / "again.lib")
    installed = resources.files("hygie.fhir.packages").joinpath(ARTEFACT)
    assert (tmp_path / "again.lib").read_bytes() == installed.read_bytes()


@pytest.mark.parametrize("name", r4().resource_types)
def test_every_resource_type_has_its_definition(name: str) -> None:
    """Danger: a type without the definition that its profiles start from."""
    definition = base_library().find("StructureDefinition", CORE + name)
    assert definition is not None
    assert definition.package == "hl7.fhir.r4.core#4.0.1"
    elements = definition.resource["snapshot"]["element"]
    assert elements[0]["path"] == name
    assert all(element["id"].startswith(name) for element in elements)


@pytest.mark.parametrize(
    ("kind", "canonical"),
    [
        ("ValueSet", "http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1"),
        ("CodeSystem", "http://terminology.hl7.org/CodeSystem/v3-ActCode"),
        ("CodeSystem", "http://terminology.hl7.org/CodeSystem/v2-0203"),
        ("StructureDefinition", CORE + "patient-birthPlace"),
        ("StructureDefinition", CORE + "vitalsigns"),
        ("SearchParameter", "http://hl7.org/fhir/SearchParameter/clinical-patient"),
        ("OperationDefinition", "http://hl7.org/fhir/OperationDefinition/Patient-everything"),
    ],
)
def test_all_kinds_are_found(kind: str, canonical: str) -> None:
    """Danger: a kind of definition left out of the artefact."""
    definition = base_library().find(kind, canonical)
    assert definition is not None
    assert definition.kind == kind
    assert base_library().find(kind, canonical + "x") is None


def test_what_validation_reads_is_kept_and_prose_is_not() -> None:
    """Danger: pruning that takes an expression, a binding or a code; or that keeps the prose."""
    patient = base_library().find("StructureDefinition", CORE + "Patient")
    assert patient is not None
    assert "text" not in patient.resource
    elements = {element["id"]: element for element in patient.resource["snapshot"]["element"]}
    assert elements["Patient.gender"]["binding"]["strength"] == "required"
    assert elements["Patient.contact"]["constraint"][-1]["expression"].startswith("name.exists()")
    assert elements["Patient.gender"]["short"] == "male | female | other | unknown"
    assert "definition" not in elements["Patient.gender"]
    system = base_library().find("CodeSystem", "http://terminology.hl7.org/CodeSystem/v2-0203")
    assert system is not None
    assert {"MR", "NI"} <= {concept["code"] for concept in system.resource["concept"]}
