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


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def test_the_items_of_a_slice_follow_its_rules_and_those_of_all_items() -> None:
    """Danger: what a profile says of all items holds of the items in no slice alone."""
    said = [
        sliced("Patient.identifier", BY_SYSTEM),
        element("Patient.identifier.use", min=1),
        element("Patient.identifier", "a", max="*"),
        element("Patient.identifier.system", fixedUri="urn:a"),
        element("Patient.identifier.value", min=1),
    ]
    value = {"resourceType": "Patient", "identifier": [{"system": "urn:a"}, {"system": "urn:x"}]}
    missing = "profile.minimum"
    assert found(value, *said) == [
        (missing, "Patient.identifier[0]"),
        (missing, "Patient.identifier[0]"),
        (missing, "Patient.identifier[1]"),
    ]


@pytest.mark.parametrize(
    ("kind", "path", "told_by", "inside", "outside"),
    [
        (
            "value",
            "coding.code",
            [element("Observation.category.coding"), element(
                "Observation.category.coding.code", fixedCode="lab"
            )],
            concept("urn:s", "lab"),
            concept("urn:s", "vital"),
        ),
        (
            "pattern",
            "$this",
            [{"patternCodeableConcept": concept("urn:s", "lab")}],
            {"coding": [{"code": "x"}, {"system": "urn:s", "code": "lab", "display": "L"}]},
            concept("urn:other", "lab"),
        ),
        (
            "value",
            "coding",
            [
                sliced("Observation.category.coding", ("value", "code")),
                element("Observation.category.coding", "main", min=1),
                element("Observation.category.coding.code", fixedCode="lab"),
            ],
            {"coding": [{"code": "x"}, {"code": "lab"}]},
            {"coding": [{"code": "x"}]},
        ),
        (
            "exists",
            "text",
            [element("Observation.category.text", min=1)],
            {"text": "labo"},
            concept("urn:s", "lab"),
        ),
        (
            "exists",
            "text",
            [element("Observation.category.text", max="0")],
            concept("urn:s", "lab"),
            {"text": "labo"},
        ),
        (
            "value",
            "extension('urn:e').value",
            [
                element("Observation.category.extension"),
                element("Observation.category.extension", "e", min=1, type=[
                    {"code": "Extension", "profile": ["urn:e"]}
                ]),
                element("Observation.category.extension.url", fixedUri="urn:e"),
                element("Observation.category.extension.value[x]", fixedCode="lab"),
            ],
            {"extension": [{"url": "urn:e", "valueCode": "lab"}]},
            {"extension": [{"url": "urn:e", "valueCode": "vital"}]},
        ),
    ],
)  # fmt: skip
def test_discriminators(
    kind: str, path: str, told_by: list[dict[str, Any]], inside: Any, outside: Any
) -> None:
    """Danger: an item taken for one of a slice that it is not in, or the reverse."""
    whole = told_by[0] if "path" not in told_by[0] else {}
    below = told_by if "path" in told_by[0] else []
    said = [
        sliced("Observation.category", (kind, path), rules="closed"),
        element("Observation.category", "lab", min=1, max="1", **whole),
        *below,
    ]
    value = {"resourceType": "Observation", "category": [inside]}
    assert found(value, *said) == []
    rules = {rule for rule, _ in found({**value, "category": [outside]}, *said)}
    assert rules == {"profile.slice-closed", "profile.slice-minimum"}


def test_several_discriminators_hold_together() -> None:
    """Danger: an item with the code of a slice and another's system, taken for one of it."""
    said = [
        sliced("Observation.code.coding", ("value", "code"), ("value", "system")),
        element("Observation.code.coding", "loinc", min=1),
        element("Observation.code.coding.system", fixedUri="http://loinc.org"),
        element("Observation.code.coding.code", fixedCode="8310-5"),
    ]
    said.insert(0, element("Observation.code"))
    good = concept("http://loinc.org", "8310-5")
    assert found({"resourceType": "Observation", "code": good}, *said) == []
    bad = concept("urn:x", "8310-5")
    assert found({"resourceType": "Observation", "code": bad}, *said) == [
        ("profile.slice-minimum", "Observation.code")
    ]


def test_choices_are_sliced_by_type() -> None:
    """Danger: a value of a type whose slice is required to be there, or that is closed."""
    said = [
        sliced("Observation.value[x]", ("type", "$this"), rules="closed"),
        element("Observation.value[x]", "valueQuantity", min=1, type=[{"code": "Quantity"}]),
        element("Observation.value[x].code", min=1),
    ]
    quantity = {"resourceType": "Observation", "valueQuantity": {"value": 1}}
    place = "Observation.value.ofType(Quantity)"
    assert found(quantity, *said) == [("profile.minimum", place)]
    assert found({"resourceType": "Observation", "valueString": "x"}, *said) == [
        ("profile.slice-closed", "Observation.value.ofType(string)"),
        ("profile.slice-minimum", "Observation"),
    ]


def test_entries_are_sliced_by_the_type_of_their_resource() -> None:
    """Danger: the entries of a document not told apart."""
    said = [
        sliced("Bundle.entry", ("type", "resource")),
        element("Bundle.entry", "patient", min=1, max="1"),
        element("Bundle.entry.resource", type=[{"code": "Patient"}]),
        element("Bundle.entry.resource.birthDate", min=1),
    ]
    entries = [{"resource": {"resourceType": "Patient"}}, {"resource": {"resourceType": "Basic"}}]
    value = {"resourceType": "Bundle", "entry": entries}
    assert found(value, *said) == [("profile.minimum", "Bundle.entry[0].resource")]
    assert found({"resourceType": "Bundle", "entry": entries[1:]}, *said) == [
        ("profile.slice-minimum", "Bundle")
    ]


def test_references_are_sliced_by_what_they_name() -> None:
    """Danger: a performer told by its resource, when all there is of it is its reference."""
    core = "http://hl7.org/fhir/StructureDefinition/"
    said = [
        sliced("Observation.performer", ("type", "resolve()")),
        element("Observation.performer", "who", min=1, type=[
            {"code": "Reference", "targetProfile": [core + "Practitioner"]}
        ]),
    ]  # fmt: skip
    value = {"resourceType": "Observation", "performer": [{"reference": "Practitioner/1"}]}
    assert found(value, *said) == []
    value = {"resourceType": "Observation", "performer": [{"reference": "Organization/1"}]}
    assert found(value, *said) == [("profile.slice-minimum", "Observation")]


def test_a_slice_is_sliced_again() -> None:
    """Danger: what a slice of a slice asks, passed over."""
    said = [
        *identifiers(),
        element("Patient.identifier", "b/home", min=1),
        element("Patient.identifier.system", fixedUri="urn:b"),
        element("Patient.identifier.use", fixedCode="usual"),
    ]
    said[3] = {**said[3], "slicing": {"discriminator": [{"type": "value", "path": "use"}]}}
    value = patient("urn:a", "urn:b")
    assert found(value, *said) == [("profile.slice-minimum", "Patient")]
    value["identifier"][1]["use"] = "usual"
    assert found(value, *said) == []


def test_the_default_slice_takes_the_others() -> None:
    """Danger: an item refused, that `@default` is there for."""
    said = [
        *identifiers("closed"),
        element("Patient.identifier", "@default"),
        element("Patient.identifier.use", min=1),
    ]
    assert found(patient("urn:a", "urn:x"), *said) == [("profile.minimum", "Patient.identifier[1]")]


def test_extensions_are_told_by_their_url() -> None:
    """Danger: the cardinality of an extension, not checked for want of a discriminator."""
    said = [
        element("Patient.extension", "birth", min=1, max="1", type=[
            {"code": "Extension", "profile": ["urn:birth"]}
        ]),
        element("Patient.extension.url", fixedUri="urn:birth"),
    ]  # fmt: skip
    value: dict[str, Any] = {"resourceType": "Patient", "extension": [{"url": "urn:x"}]}
    assert found(value, *said) == [("profile.slice-minimum", "Patient")]
    value["extension"] += [{"url": "urn:birth"}, {"url": "urn:birth"}]
    assert found(value, *said) == [("profile.slice-maximum", "Patient.extension")]


def test_an_item_of_two_slices_is_a_fault_of_the_item() -> None:
    """Danger: an item checked by one of two slices, whichever came first, without a word."""
    said = [
        sliced("Patient.identifier", ("exists", "system")),
        element("Patient.identifier", "a"),
        element("Patient.identifier.system", min=1),
        element("Patient.identifier", "b"),
        element("Patient.identifier.system", min=1),
    ]
    assert found(patient("urn:a"), *said) == [("profile.slice-several", "Patient.identifier[0]")]


def test_a_slice_that_nothing_tells_is_named() -> None:
    """Danger: a rule that is silently not checked."""
    said = [
        sliced("Patient.identifier", rules="open"),
        element("Patient.identifier", "a", min=1),
    ]
    assert found(patient("urn:a"), *said) == [("profile.slice-undecidable", "Patient")]
