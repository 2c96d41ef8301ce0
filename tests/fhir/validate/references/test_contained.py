"""Contained resources together: ids, and links with their container (dom-3)."""

from typing import Any

import pytest

from hygie.fhir.validate import base_validator
from hygie.fhir.validate.references.contained import unlinked

ORGANIZATION = {"resourceType": "Organization", "id": "a", "name": "Clinique"}
U = "https://example.org/u"


def found(resource: dict[str, Any]) -> list[tuple[str, str]]:
    issues = base_validator().validate(resource)
    return [(issue.rule, issue.location) for issue in issues if issue.rule != "extension.url"]


@pytest.mark.parametrize(
    ("elsewhere", "kept"),
    [
        ({"managingOrganization": {"reference": "#a"}}, True),
        ({"managingOrganization": {"reference": "Organization/a"}}, False),
        ({"extension": [{"url": U, "valueCanonical": "#a"}]}, True),
        ({"extension": [{"url": U, "valueUri": "#a"}]}, True),
        ({"extension": [{"url": U, "valueString": "#a"}]}, False),
        ({}, False),
    ],
)
def test_what_is_contained_is_referred_to(elsewhere: dict[str, Any], kept: bool) -> None:
    """Danger: contained resources that belong to nothing; or a good one refused."""
    expected = [] if kept else [("invariant.dom-3", "Patient.contained[0]")]
    assert found({"resourceType": "Patient", "contained": [ORGANIZATION], **elsewhere}) == expected


def test_or_refers_to_its_container() -> None:
    """Danger: a contained Provenance of its container refused (R4 §2.3.1)."""
    inner = {**ORGANIZATION, "endpoint": [{"reference": "#"}]}
    assert list(unlinked({"resourceType": "Patient", "contained": [inner]}, {"a"})) == []


def test_one_may_be_referred_to_by_another() -> None:
    """Danger: what a contained resource needs taken for useless."""
    inner = {**ORGANIZATION, "id": "b", "partOf": {"reference": "#a"}}
    patient = {
        "resourceType": "Patient",
        "contained": [ORGANIZATION, inner],
        "managingOrganization": {"reference": "#b"},
    }
    assert found(patient) == []


def test_each_has_an_id() -> None:
    """Danger: a contained resource that nothing can refer to."""
    inner = {"resourceType": "Organization", "name": "Clinique"}
    expected = [("structure.contained-no-id", "Patient.contained[0]")]
    assert found({"resourceType": "Patient", "contained": [inner]}) == expected


@pytest.mark.parametrize("contained", [1, "x", [], [1], [None], {}, [{"id": []}], [{"id": 1}]])
def test_broken_ones_are_issues(contained: Any) -> None:
    """Danger: an exception for contained resources that are none."""
    assert found({"resourceType": "Patient", "contained": contained})
