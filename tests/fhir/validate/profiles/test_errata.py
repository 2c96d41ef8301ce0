"""Known faults of R4's own profiles."""

from hygie.fhir.packages import base_library
from hygie.fhir.validate import validator_for
from hygie.fhir.validate.profiles.errata import UNITS, corrected
from hygie.fhir.validate.profiles.model import CORE, Said

COMPONENT = Said(
    path="Observation.component.value[x]",
    binding={"strength": "required", "valueSet": UNITS + "|4.0.1"},
)


def strength(url: str, said: Said) -> str:
    (found,) = corrected(url, [said])
    return str((found.binding or {}).get("strength"))


def test_the_fault_is_still_there() -> None:
    """Danger: a correction that outlives what it corrects."""
    definition = base_library().find("StructureDefinition", CORE + "oxygensat")
    assert definition is not None
    elements = definition.resource["snapshot"]["element"]
    (found,) = [e for e in elements if e["path"] == COMPONENT.path]
    assert found["binding"]["strength"] == "required"


def test_components_of_vital_signs_may_have_other_units() -> None:
    """Danger: a flow of oxygen beside a saturation, refused for its L/min."""
    assert strength(CORE + "oxygensat", COMPONENT) == "extensible"
    component = {
        "code": {"coding": [{"system": "http://loinc.org", "code": "3151-8"}]},
        "valueQuantity": {
            "value": 2, "unit": "L/min", "system": "http://unitsofmeasure.org", "code": "L/min"
        },
    }  # fmt: skip
    value = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2708-6"}]},
        "component": [component],
    }
    issues = validator_for(base_library()).validate(value)
    assert {"binding.required"} & {issue.rule for issue in issues} == set()
    assert any(issue.source.startswith(CORE + "oxygensat") for issue in issues)


def test_what_others_publish_is_taken_as_it_is() -> None:
    """Danger: a guide's own rule, softened."""
    assert strength("https://example.org/oxygensat", COMPONENT) == "required"
    other = Said(path="Observation.value[x]", binding=COMPONENT.binding)
    assert strength(CORE + "oxygensat", other) == "required"
