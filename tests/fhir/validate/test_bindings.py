"""Required bindings: code, Coding, CodeableConcept (R4 §4.1.5)."""

from typing import Any

import pytest

from hygie.fhir.validate import base_validator

SYSTEM = "http://terminology.hl7.org/CodeSystem/condition-clinical"
ACTIVE = {"system": SYSTEM, "code": "active"}
LOCAL = {"system": "https://example.org/local", "code": "en-cours"}


@pytest.mark.parametrize("code", ["Final", "final ", "unicorn", "completed"])
def test_a_code_outside_its_value_set(problems: Any, observation: Any, code: str) -> None:
    """Danger: a status that no reader knows, taken for whatever it likes."""
    observation["status"] = code
    assert problems(observation) == [("value.binding", "Observation.status")]
    (issue,) = base_validator().validate(observation)
    assert issue.code == "code-invalid"
    assert "amended, cancelled, corrected" in issue.text("fr")


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        (1, "value.json-type"),
        ({}, "value.json-type"),
        (["final"], "structure.single"),
        ("", "structure.empty"),
    ],
)
def test_what_is_not_even_a_code(problems: Any, observation: Any, code: Any, rule: str) -> None:
    """Danger: an exception for a value that cannot be looked up in a set."""
    observation["status"] = code
    assert problems(observation) == [(rule, "Observation.status")]


def test_repeated_codes(problems: Any) -> None:
    """Danger: only the first of several codes checked."""
    resource = {"resourceType": "Location", "status": "active",
                "hoursOfOperation": [{"daysOfWeek": ["mon", "lundi"]}]}  # fmt: skip
    where = "Location.hoursOfOperation[0].daysOfWeek[1]"
    assert problems(resource) == [("value.binding", where)]
    resource["hoursOfOperation"] = [{"daysOfWeek": ["mon", None]}]
    assert problems(resource) == [("structure.null", where)]


@pytest.mark.parametrize(
    ("concept", "valid"),
    [
        ({"coding": [ACTIVE]}, True),
        ({"coding": [LOCAL, ACTIVE], "text": "en cours"}, True),
        ({"coding": [LOCAL]}, False),
        ({"coding": [{"code": "active"}]}, False),
        ({"coding": [{"system": SYSTEM}]}, False),
        ({"text": "en cours"}, False),
    ],
)
def test_one_coding_is_in_the_set(problems: Any, condition: Any, concept: Any, valid: bool) -> None:
    """Danger: a problem list whose "active" problems cannot be found."""
    condition["clinicalStatus"] = concept
    expected = [] if valid else [("value.binding", "Condition.clinicalStatus")]
    assert problems(condition) == expected


def test_open_sets_are_not_checked(problems: Any, patient: Any) -> None:
    """Danger: a media type refused because the list of all of them is not at hand."""
    patient["photo"] = [{"contentType": "application/x-unheard-of", "data": "QUJD"}]
    assert problems(patient) == []


def test_preferred_bindings_are_not_enforced(problems: Any, patient: Any) -> None:
    """Danger: local codes refused where the specification only suggests others."""
    patient["maritalStatus"] = {"coding": [LOCAL]}
    assert problems(patient) == []
