"""Guards against what functions about elements, types and references get wrong."""

from typing import Any

import pytest
from tests.fhir.path.answers import answers, rule

from hygie.fhir.path.environment import Environment

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">a</div>'},
    "contained": [{"resourceType": "Organization", "id": "o", "name": "O"}],
    "active": True,
    "gender": "male",
    "_gender": {"id": "g", "extension": [{"url": "http://x", "valueInteger": 3}]},
    "birthDate": "2012-13",
    "name": [{"given": [None, "b"], "_given": [{"extension": [{"url": "http://x"}]}]}],
    "extension": [
        {
            "url": "http://age",
            "valueAge": {"value": 3, "system": "http://unitsofmeasure.org", "code": "a"},
        },
        {"url": "http://dose", "valueQuantity": {"value": 3, "comparator": "<", "code": "mg"}},
    ],
    "managingOrganization": {"reference": "#o"},
    "generalPractitioner": [{"reference": "Practitioner/1"}, {"reference": "http://a/Group/2"}, {}],
    "maritalStatus": {"coding": [{"system": "http://hl7.org/fhir/name-use", "code": "old"}]},
}
BUNDLE: dict[str, Any] = {
    "resourceType": "Bundle",
    "entry": [
        {"fullUrl": "urn:uuid:1", "resource": PATIENT},
        {
            "resource": {
                "resourceType": "Observation",
                "id": "1",
                "subject": {"reference": "Patient/p1"},
            }
        },
        {
            "resource": {
                "resourceType": "Observation",
                "id": "2",
                "subject": {"reference": "urn:uuid:1"},
            }
        },
        {
            "resource": {
                "resourceType": "Observation",
                "id": "3",
                "subject": {"reference": "Patient/p1/_history/2"},
            }
        },
        {"resource": {"resourceType": "Nonsense", "id": "4"}},
    ],
}
EXAMPLES: list[tuple[str, list[Any]]] = [
    ("gender is string", [True]),
    ("gender is Element", [True]),
    ("gender is String", [False]),
    ("gender is System.Any", [True]),
    ("gender.as(string)", []),
    ("gender.as(code)", ["male"]),
    ("gender.as(System.String).type().name", ["String"]),
    ("gender.as(System.Integer)", []),
    ("gender.ofType(String)", []),
    ("extension.value.ofType(Quantity).count()", [2]),
    ("extension.value.ofType(Age).count()", [1]),
    ("$this is DomainResource", [True]),
    ("is(FHIR.Patient)", [True]),
    ("name is HumanName", [True]),
    ("photo is Attachment", []),
    ("gender.type()", [{"namespace": "FHIR", "name": "code"}]),
    ("gender.type().baseType", ["FHIR.string"]),
    ("1.type().baseType", ["System.Any"]),
    ("name.type().baseType", ["FHIR.Element"]),
    ("gender.value.type().name", ["String"]),
    ("gender.id", ["g"]),
    ("gender.extension('http://x').value", [3]),
    ("gender.extension('http://y')", []),
    ("gender.extension({})", []),
    ("gender.children().count()", [3]),
    ("name.given.count()", [2]),
    ("name.given.select(hasValue())", [False, True]),
    ("name.given.getValue()", []),
    ("name.given[1].getValue()", ["b"]),
    ("name.hasValue()", [False]),
    ("name.given[0].startsWith('a')", []),
    ("birthDate", ["2012-13"]),
    ("birthDate < @2013", []),
    ("extension[0].value = 3 years", [True]),
    ("extension[0].value > 2 years", [True]),
    ("text.`div`.htmlChecks()", [True]),
    ("gender.htmlChecks()", []),
    ("contained.name", ["O"]),
    ("managingOrganization.resolve().name", ["O"]),
    ("Patient.descendants().where($this is Organization).name", ["O"]),
    ("getResourceKey()", ["p1"]),
    ("generalPractitioner[0].getReferenceKey()", ["1"]),
    ("generalPractitioner[0].getReferenceKey(Practitioner)", ["1"]),
    ("generalPractitioner[0].getReferenceKey(Group)", []),
    ("generalPractitioner[1].getReferenceKey(Group)", ["2"]),
    ("managingOrganization.getReferenceKey() | name.getResourceKey()", []),
    ("checkModifiers('http://x').gender", ["male"]),
    ("maritalStatus.memberOf('http://hl7.org/fhir/ValueSet/name-use')", [True]),
    ("gender.memberOf('http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1')", [True]),
    ("'x'.memberOf('http://hl7.org/fhir/ValueSet/administrative-gender')", [False]),
    ("photo.memberOf('http://hl7.org/fhir/ValueSet/name-use')", []),
    ("photo.conformsTo('http://x')", []),
]
REFUSED = [
    ("name.given + 'a'", "several"),
    ("maritalStatus + 'a'", "wrong-type"),
    ("maritalStatus.startsWith('a')", "wrong-type"),
    ("extension[1].value > 2 'mg'", ""),
    ("generalPractitioner is Reference", "several"),
    ("generalPractitioner.as(Reference)", "several"),
    ("gender is nothing", "unknown-type"),
    ("generalPractitioner.resolve()", "not-provided"),
    ("conformsTo('http://x')", "not-provided"),
    ("gender.subsumes(gender)", "not-provided"),
    ("today()", "not-provided"),
    ("gender.memberOf('http://x')", "not-found"),
    ("name.memberOf('http://hl7.org/fhir/ValueSet/name-use')", "wrong-type"),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_what_functions_of_elements_give(text: str, expected: list[Any]) -> None:
    """Danger: an element is taken for another type, or its extensions are lost."""
    assert answers(text, PATIENT) == expected


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_what_functions_of_elements_refuse(text: str, expected: str) -> None:
    """Danger: what is not there to be asked is answered; "less than 3" is taken for 3."""
    if expected:
        assert rule(text, PATIENT) == expected
    else:
        assert answers(text, PATIENT) == []


def test_references_within_a_bundle_are_found() -> None:
    """Danger: an entry refers to another in a way that is not followed."""
    outside = Environment(resolve=lambda url: None)
    text = "entry.resource.ofType(Observation).select(subject.resolve().id)"
    assert answers(text, BUNDLE, outside) == ["p1", "p1", "p1"]
    contained = "entry.resource.managingOrganization.resolve().name"
    assert answers(contained, BUNDLE, outside) == ["O"]
    assert answers("entry.resource.generalPractitioner.resolve()", BUNDLE, outside) == []
    assert answers("entry[4].resource.id", BUNDLE) == ["4"]


def test_what_is_contained_twice_is_not_found() -> None:
    """Danger: a reference in one entry is answered with what another entry contains."""
    twice = {"resourceType": "Bundle", "entry": [{"resource": PATIENT}, {"resource": PATIENT}]}
    assert answers("entry.resource.managingOrganization.resolve().name", twice) == []


def test_the_environment_is_asked() -> None:
    """Danger: an answer from outside is lost on its way in."""
    environment = Environment(
        resolve=lambda url: {"resourceType": "Practitioner", "id": url},
        member_of=lambda item, url: url == "http://x",
        conforms_to=lambda resource, url: resource["id"] == "p1" if url == "http://x" else None,
        subsumes=lambda one, other: True,
        variables={"one": [1, 2], "none": []},
    )

    def asked(text: str) -> list[Any]:
        return answers(text, PATIENT, environment)

    assert asked("generalPractitioner[0].resolve().id") == ["Practitioner/1"]
    assert asked("gender.memberOf('http://x') | gender.memberOf('http://y')") == [True, False]
    assert asked("conformsTo('http://x')") == [True]
    assert rule("conformsTo('http://y')", PATIENT, environment) == "not-found"
    assert asked("gender.subsumes('a') | gender.subsumedBy('a')") == [True]
    assert asked("%one | %none | %`ext-a`") == [1, 2, "http://hl7.org/fhir/StructureDefinition/a"]


def test_a_modifier_extension_is_not_overlooked() -> None:
    """Danger: an element is read without what turns its meaning round."""
    data = {"resourceType": "Patient", "modifierExtension": [{"url": "http://x"}]}
    assert rule("checkModifiers()", data) == "modifier"
    assert rule("checkModifiers('http://y')", data) == "modifier"
    assert answers("checkModifiers('http://y', 'http://x').exists()", data) == [True]
