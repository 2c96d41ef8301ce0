"""What the validator's tests share: one valid resource of each shape, and a short way to ask."""

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from hygie.fhir.validate import base_validator

Problems = Callable[[Any], list[tuple[str, str]]]

DIV = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Bilan du jour</p></div>'

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p-1",
    "meta": {"lastUpdated": "2026-03-01T10:00:00.000+01:00", "profile": ["https://example.org/p"]},
    "text": {"status": "generated", "div": DIV},
    "contained": [{"resourceType": "Organization", "id": "org", "name": "Clinique du Lac"}],
    "extension": [
        {"url": "https://example.org/birth-place", "valueAddress": {"city": "Nîmes"}},
        {
            "url": "https://example.org/nationality",
            "extension": [{"url": "code", "valueCodeableConcept": {"text": "FR"}}],
        },
    ],
    "identifier": [{"use": "official", "system": "urn:oid:1.2.250.1.213.1.4.10", "value": "1 23"}],
    "active": True,
    "name": [{"use": "official", "family": "L’Hôte", "given": ["Ève", "Lou"]}],
    "gender": "female",
    "birthDate": "1984-02-29",
    "_birthDate": {"extension": [{"url": "https://example.org/time", "valueTime": "10:30:00"}]},
    "deceasedBoolean": False,
    "multipleBirthInteger": 2,
    "photo": [{"contentType": "image/png", "data": "iVBORw0KGgo="}],
    "contact": [{"relationship": [{"text": "mère"}], "name": {"family": "Petit"}}],
    "communication": [{"language": {"text": "français"}, "preferred": True}],
    "generalPractitioner": [{"reference": "Practitioner/12", "display": "Dr Faure"}],
    "managingOrganization": {"reference": "#org"},
    "link": [{"other": {"reference": "Patient/2"}, "type": "seealso"}],
}

OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "category": [{"coding": [{"system": "https://example.org/category", "code": "vital"}]}],
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "subject": {"reference": "Patient/p-1"},
    "effectiveDateTime": "2026-03-01T10:00:00+01:00",
    "issued": "2026-03-01T10:00:00Z",
    "valueQuantity": {
        "value": Decimal("72.50"),
        "unit": "kg",
        "system": "http://unitsofmeasure.org",
        "code": "kg",
    },
    "referenceRange": [{"low": {"value": 50}, "text": "50 à 90"}],
    "component": [{"code": {"text": "durée"}, "valuePeriod": {"start": "2026"}}],
}

CONDITION: dict[str, Any] = {
    "resourceType": "Condition",
    "clinicalStatus": {
        "coding": [
            {
                "system": "http://terminology.hl7.org/CodeSystem/condition-clinical",
                "code": "active",
            }
        ]
    },
    "subject": {"reference": "Patient/p-1"},
    "onsetAge": {"value": 40, "system": "http://unitsofmeasure.org", "code": "a"},
}


@pytest.fixture
def patient() -> dict[str, Any]:
    return copy.deepcopy(PATIENT)


@pytest.fixture
def observation() -> dict[str, Any]:
    return copy.deepcopy(OBSERVATION)


@pytest.fixture
def condition() -> dict[str, Any]:
    return copy.deepcopy(CONDITION)


@pytest.fixture
def problems() -> Problems:
    """The rule and location of every problem but broken invariants; its sentences are read."""

    def ask(resource: Any) -> list[tuple[str, str]]:
        found = base_validator().validate(resource)
        issues = [issue for issue in found if not issue.rule.startswith("invariant.")]
        for issue in issues:
            assert issue.text("fr") != issue.text("en")
            assert issue.severity == "error"
        return [(issue.rule, issue.location) for issue in issues]

    return ask
