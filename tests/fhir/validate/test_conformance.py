"""Guards against an expression that takes a resource for what it is not."""

from typing import Any

import pytest

from hygie.fhir.validate.conformance import CORE, conforms

PATIENT: dict[str, Any] = {"resourceType": "Patient", "active": True}


@pytest.mark.parametrize(
    ("resource", "url", "expected"),
    [
        (PATIENT, CORE + "Patient", True),
        (PATIENT, CORE + "Patient|4.0.1", True),
        (PATIENT, CORE + "DomainResource", True),
        (PATIENT, CORE + "Person", False),
        ({**PATIENT, "active": "yes"}, CORE + "Patient", False),
        (PATIENT, CORE + "Patient|5.0.0", None),
        (PATIENT, CORE + "HumanName", None),
        (PATIENT, "Patient", None),
        (PATIENT, "http://trash", None),
        ({}, CORE + "Patient", False),
    ],
)
def test_a_resource_conforms_to_its_own_type_if_it_is_valid(
    resource: dict[str, Any], url: str, expected: bool | None
) -> None:
    """Danger: an unknown profile passes for one that was checked."""
    assert conforms(resource, url) is expected
