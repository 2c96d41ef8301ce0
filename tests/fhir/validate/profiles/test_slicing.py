"""Slices: how their items are told, counted, ordered; what is left over."""

from typing import Any

import pytest
from tests.fhir.validate.profiles.making import element, found, sliced

BY_SYSTEM = ("value", "system")


def patient(*systems: str) -> dict[str, Any]:
    identifiers = [{"system": system, "value": "1"} for system in systems]
    return {"resourceType": "Patient", "identifier": identifiers}


def identifiers(rules: str = "open", *, ordered: bool = False) -> list[dict[str, Any]]:
    """Slices a (exactly one) and b (any number), told by system."""
    return [
        sliced("Patient.identifier", BY_SYSTEM, rules=rules, ordered=ordered),
        element("Patient.identifier", "a", min=1, max="1"),
        element("Patient.identifier.system", fixedUri="urn:a"),
        element("Patient.identifier", "b", min=0, max="*"),
        element("Patient.identifier.system", fixedUri="urn:b"),
    ]


@pytest.mark.parametrize(
    ("systems", "rules", "ordered", "expected"),
    [
        (["urn:a", "urn:b", "urn:b"], "closed", True, []),
        (["urn:b"], "open", False, [("profile.slice-minimum", "Patient")]),
        (["urn:a", "urn:a"], "open", False, [("profile.slice-maximum", "Patient.identifier")]),
        (["urn:x", "urn:a"], "open", False, []),
        (["urn:x", "urn:a"], "closed", False, [("profile.slice-closed", "Patient.identifier[0]")]),
        (
            ["urn:x", "urn:a"],
            "openAtEnd",
            False,
            [("profile.slice-order", "Patient.identifier[1]")],
        ),
        (["urn:a", "urn:x"], "openAtEnd", False, []),
        (["urn:b", "urn:a"], "open", True, [("profile.slice-order", "Patient.identifier[1]")]),
        (["urn:b", "urn:a"], "open", False, []),
    ],
)
def test_rules_of_slicing(
    systems: list[str], rules: str, ordered: bool, expected: list[tuple[str, str]]
) -> None:
    """Danger: an item of no slice in a closed slicing, or of one too many, accepted."""
    assert found(patient(*systems), *identifiers(rules, ordered=ordered)) == expected
