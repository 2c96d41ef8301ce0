"""Cardinality, types and values, as a profile narrows them."""

from decimal import Decimal
from typing import Any

import pytest
from tests.fhir.validate.profiles.making import element, found

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "name": [{"family": "Petit", "given": ["Ève", "Lou"]}],
    "birthDate": "1984-02-29",
    "gender": "female",
    "deceasedBoolean": False,
}


def test_what_adds_nothing_finds_nothing() -> None:
    """Danger: a rule of the base, reported again by each profile."""
    said = [element("Patient.name", min=0, max="*"), element("Patient.gender", min=0, max="1")]
    assert found(PATIENT, *said) == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (element("Patient.active", min=1), ("profile.minimum", "Patient")),
        (element("Patient.name", min=2), ("profile.minimum", "Patient")),
        (element("Patient.name", max="0"), ("profile.maximum", "Patient.name")),
        (element("Patient.gender", max="0"), ("profile.maximum", "Patient.gender")),
        (element("Patient.deceased[x]", max="0"), ("profile.maximum", "Patient.deceased")),
    ],
)
def test_cardinality(said: dict[str, Any], expected: tuple[str, str]) -> None:
    """Danger: what a profile requires is missing, or what it forbids is there, and nobody says."""
    assert found(PATIENT, said) == [expected]


def test_cardinality_counts_within_each_parent() -> None:
    """Danger: items of two parents counted together."""
    value = {"resourceType": "Patient", "name": [{"given": ["a"]}, {"given": ["b", "c"]}]}
    said = [element("Patient.name"), element("Patient.name.given", max="1")]
    assert found(value, *said) == [("profile.maximum", "Patient.name[1].given")]


def test_a_primitive_with_extensions_only_is_there() -> None:
    """Danger: a birth date that is unknown for a reason, said missing."""
    value = {"resourceType": "Patient", "_birthDate": {"extension": [{"url": "x"}]}}
    assert found(value, element("Patient.birthDate", min=1)) == []


def test_choice_is_narrowed() -> None:
    """Danger: a form of a choice that the profile does not allow."""
    said = element("Patient.deceased[x]", type=[{"code": "dateTime"}])
    assert found(PATIENT, said) == [("profile.type", "Patient.deceased.ofType(boolean)")]
    assert found({"resourceType": "Patient", "deceasedDateTime": "2020"}, said) == []


def test_a_form_of_a_choice_by_its_own_name() -> None:
    """Danger: the older way of naming a form (`valueQuantity`) passed over."""
    said = [
        element("Observation.valueQuantity", min=1, type=[{"code": "Quantity"}]),
        element("Observation.valueQuantity.unit", min=1),
    ]
    value = {"resourceType": "Observation", "valueQuantity": {"value": 1}}
    assert found(value, *said) == [("profile.minimum", "Observation.value.ofType(Quantity)")]
    value = {"resourceType": "Observation", "valueString": "x"}
    assert found(value, *said) == [("profile.slice-minimum", "Observation")]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (element("Patient.gender", fixedCode="female"), ""),
        (element("Patient.gender", fixedCode="male"), "profile.fixed"),
        (element("Patient.name", patternHumanName={"given": ["Lou"]}), ""),
        (element("Patient.name", patternHumanName={"given": ["Léa"]}), "profile.pattern"),
        (element("Patient.name", fixedHumanName={"family": "Petit"}), "profile.fixed"),
        (element("Patient.birthDate", minValueDate="1984-03"), "profile.minimum-value"),
        (element("Patient.birthDate", minValueDate="1984-02"), ""),
        (element("Patient.birthDate", maxValueDate="1984-02-28"), "profile.maximum-value"),
        (element("Patient.gender", maxLength=5), "profile.maximum-length"),
        (element("Patient.gender", maxLength=6), ""),
        (element("Patient.deceased[x]", fixedBoolean=False), ""),
    ],
)
def test_values(said: dict[str, Any], fault: str) -> None:
    """Danger: a value other than the one that is fixed, or beyond its bounds."""
    assert [rule for rule, _ in found(PATIENT, said)] == ([fault] if fault else [])


def test_zero_is_not_false() -> None:
    """Danger: Python's `False == 0`, taken for equality of JSON."""
    value = {"resourceType": "Observation", "valueInteger": 0}
    said = element("Observation.value[x]", fixedBoolean=False)
    assert [rule for rule, _ in found(value, said)] == ["profile.fixed"]


def test_quantities_are_compared_across_units() -> None:
    """Danger: 900 g taken for more than 1 kg."""
    ucum = "http://unitsofmeasure.org"
    limit = {"value": 1, "system": ucum, "code": "kg"}
    said = element("Observation.value[x]", minValueQuantity=limit)
    value = {
        "resourceType": "Observation",
        "valueQuantity": {"value": Decimal("900.0"), "system": ucum, "code": "g"},
    }
    place = "Observation.value.ofType(Quantity)"
    assert found(value, said) == [("profile.minimum-value", place)]
    value["valueQuantity"]["value"] = 1001
    assert found(value, said) == []


def test_the_content_of_another_element_holds_where_it_is_referred_to() -> None:
    """Danger: nested items escape the rules that the profile gives for items."""
    said = [
        element("Questionnaire.item"),
        element("Questionnaire.item.text", min=1),
        element("Questionnaire.item.item", contentReference="#Questionnaire.item"),
    ]
    value = {"resourceType": "Questionnaire", "item": [{"text": "a", "item": [{"item": [{}]}]}]}
    assert found(value, *said) == [
        ("profile.minimum", "Questionnaire.item[0].item[0]"),
        ("profile.minimum", "Questionnaire.item[0].item[0].item[0]"),
    ]
