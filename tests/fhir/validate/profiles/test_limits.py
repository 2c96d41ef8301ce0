"""Limits that extensions of a definition set."""

from decimal import Decimal
from typing import Any

import pytest
from tests.fhir.validate.profiles.making import element, found

CORE = "http://hl7.org/fhir/StructureDefinition/"


def limited(path: str, name: str, **limit: Any) -> dict[str, Any]:
    return element(path, extension=[{"url": CORE + name, **limit}])


def rules(value: dict[str, Any], said: dict[str, Any]) -> list[str]:
    return [rule for rule, _ in found(value, said)]


@pytest.mark.parametrize(
    ("attachment", "faults"),
    [
        ({"data": "QUJDREU="}, []),
        ({"data": "QUJD\nREVG"}, ["profile.maximum-size"]),
        ({"size": 5}, []),
        ({"size": 6, "url": "https://example.org"}, ["profile.maximum-size"]),
        ({"data": 3}, []),
    ],
)
def test_size_of_attachments(attachment: dict[str, Any], faults: list[str]) -> None:
    """Danger: an attachment beyond the limit, by what it carries or says of itself."""
    said = limited("Patient.photo", "maxSize", valueDecimal=Decimal(5))
    assert rules({"resourceType": "Patient", "photo": [attachment]}, said) == faults


def test_texts() -> None:
    """Danger: a text that is not of the form that a guide gives for it."""
    said = limited("Patient.birthDate", "regex", valueString="[0-9]{4}")
    assert rules({"resourceType": "Patient", "birthDate": "1984"}, said) == []
    assert rules({"resourceType": "Patient", "birthDate": "1984-02"}, said) == ["profile.regex"]
    said = limited("Patient.birthDate", "minLength", valueInteger=10)
    short = ["profile.minimum-length"]
    assert rules({"resourceType": "Patient", "birthDate": "1984-02"}, said) == short


def test_decimal_places() -> None:
    """Danger: digits that no instrument gives, kept."""
    said = limited("Observation.value[x]", "maxDecimalPlaces", valueInteger=1)
    value = {"resourceType": "Observation", "valueQuantity": {"value": Decimal("36.50")}}
    assert rules(value, said) == ["profile.decimal-places"]
    value = {"resourceType": "Observation", "valueQuantity": {"value": Decimal("36.5")}}
    assert rules(value, said) == []


@pytest.mark.parametrize(
    "limit",
    [
        {"name": "regex", "valueString": "(("},
        {"name": "regex", "valueInteger": 3},
        {"name": "maxSize", "valueString": "5"},
        {"name": "minLength", "valueInteger": -1},
        {"name": "maxDecimalPlaces", "valueDecimal": Decimal("1E400")},
        {"name": "maxSize"},
    ],
)
def test_a_limit_that_is_none_is_passed_over(limit: dict[str, Any]) -> None:
    """Danger: a guide with a broken limit refuses everything, or stops the validation."""
    name = limit.pop("name")
    said = limited("Patient.birthDate", name, **limit)
    assert rules({"resourceType": "Patient", "birthDate": "1984"}, said) == []
