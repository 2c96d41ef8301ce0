"""Structure: elements that exist, as many as allowed, of the right shape."""

from typing import Any

import pytest

from hygie.fhir.validate import base_validator
from hygie.limits import MAX_ISSUES

RULE = "structure."


def test_own_resources_are_valid(problems: Any, patient: Any, observation: Any, condition: Any):
    """Danger: a validator that refuses good data; every other test here starts from these."""
    assert problems(patient) == []
    assert problems(observation) == []
    assert problems(condition) == []


def test_unknown_element_is_named_and_a_near_one_proposed(patient: Any) -> None:
    """Danger: a misspelt element accepted, and its data ignored for ever."""
    patient["brithDate"] = "2026-01-01"
    (issue,) = base_validator().validate(patient)
    assert (issue.rule, issue.location) == (RULE + "unknown-element", "Patient.brithDate")
    assert "« birthDate »" in issue.text("fr")
    assert "“birthDate”" in issue.text("en")


@pytest.mark.parametrize(
    ("path", "location"),
    [
        (("name", 0), "Patient.name[0].zzz"),
        (("contact", 0, "name"), "Patient.contact[0].name.zzz"),
        (("contained", 0), "Patient.contained[0].zzz"),
        (("extension", 0, "valueAddress"), "Patient.extension[0].value.ofType(Address).zzz"),
        (("extension", 1, "extension", 0), "Patient.extension[1].extension[0].zzz"),
        (("_birthDate",), "Patient.birthDate.zzz"),
        (("text",), "Patient.text.zzz"),
    ],
)
def test_unknown_elements_at_any_depth(
    problems: Any, patient: Any, path: tuple[Any, ...], location: str
) -> None:
    """Danger: a part of a resource that nobody looks into; a place that is not FHIRPath."""
    target = patient
    for step in path:
        target = target[step]
    target["zzz"] = 1
    assert problems(patient) == [(RULE + "unknown-element", location)]


@pytest.mark.parametrize("name", ["a b", "x" * 100, "`", "é", "", "resourceType[0]"])
def test_odd_names_are_delimited_and_bounded(problems: Any, observation: Any, name: str) -> None:
    """Danger: a location that cannot be read as FHIRPath, or that repeats a megabyte."""
    observation[name] = 1
    ((rule, location),) = problems(observation)
    assert rule == RULE + "unknown-element"
    assert location.startswith("Observation.`")
    assert location.count("`") == 2
    assert len(location) < 90


@pytest.mark.parametrize(
    ("element", "value", "rule", "location"),
    [
        ("name", {"family": "X"}, "list", "Patient.name"),
        ("name", [], "empty", "Patient.name"),
        ("name", None, "null", "Patient.name"),
        ("name", [None], "null", "Patient.name[0]"),
        ("name", [{}], "empty", "Patient.name[0]"),
        ("name", ["X"], "object", "Patient.name[0]"),
        ("name", [[{"family": "X"}]], "single", "Patient.name[0]"),
        ("name", [{"id": "n1"}], "only-id", "Patient.name[0]"),
        ("name", [{"given": "Ève"}], "list", "Patient.name[0].given"),
        ("name", [{"given": [[]]}], "single", "Patient.name[0].given[0]"),
        ("name", [{"family": ["X"]}], "single", "Patient.name[0].family"),
        ("name", [{"family": ""}], "empty", "Patient.name[0].family"),
        ("name", [{"family": None}], "null", "Patient.name[0].family"),
        ("maritalStatus", [{"text": "x"}], "single", "Patient.maritalStatus"),
        ("maritalStatus", "M", "object", "Patient.maritalStatus"),
        ("maritalStatus", {}, "empty", "Patient.maritalStatus"),
        ("maritalStatus", None, "null", "Patient.maritalStatus"),
        ("gender", ["male"], "single", "Patient.gender"),
        ("gender", None, "null", "Patient.gender"),
        ("contained", [{}], "empty", "Patient.contained[0]"),
        ("contained", {}, "list", "Patient.contained"),
        ("communication", [{"preferred": True}], "required", "Patient.communication[0]"),
        ("resourceType", "Patinet", "resource-type", "Patinet"),
        ("resourceType", ["Patient"], "resource-type", "Resource"),
        ("resourceType", "DomainResource", "resource-type", "DomainResource"),
        ("contained", [{"resourceType": "Nope", "id": "x"}], "resource-type",
         "Patient.contained[0]"),
        ("contained", [{"id": "x"}], "resource-type", "Patient.contained[0]"),
        ("_id", {"extension": [{"url": "x:u", "valueId": "c"}]}, "unknown-element", "Patient._id"),
        ("_name", [{"id": "x"}], "unknown-element", "Patient._name"),
    ],
)  # fmt: skip
def test_shapes(
    problems: Any, patient: Any, element: str, value: Any, rule: str, location: str
) -> None:
    """Danger: one value where a list is meant, nothing where something is, and the like."""
    patient.pop("managingOrganization")
    patient[element] = value
    assert problems(patient) == [(RULE + rule, location)]


@pytest.mark.parametrize("value", [[], "Patient", 1, None, {}, {"id": "x"}])
def test_what_is_not_a_resource(problems: Any, value: Any) -> None:
    """Danger: an exception instead of an issue, for a value that is no resource at all."""
    ((_, location),) = problems(value)
    assert location == "Resource"


def test_missing_elements_are_named_at_their_parent(problems: Any, observation: Any) -> None:
    """Danger: a result without status; a location that names nothing in the resource."""
    del observation["status"], observation["component"][0]["code"]
    assert problems(observation) == [
        (RULE + "required", "Observation"),
        (RULE + "required", "Observation.component[0]"),
    ]
    texts = [issue.text("fr") for issue in base_validator().validate(observation)]
    assert "« status »" in texts[0]


def test_a_required_value_may_be_replaced_by_its_reason(problems: Any, observation: Any) -> None:
    """Danger: data-absent-reason refused where a primitive is required (R4 §2.6.2.2)."""
    url = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
    del observation["status"]
    observation["_status"] = {"extension": [{"url": url, "valueCode": "unknown"}]}
    assert problems(observation) == []


def test_a_required_choice(problems: Any) -> None:
    """Danger: a prescription of nothing."""
    request = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/1"},
    }
    assert problems(request) == [(RULE + "required", "MedicationRequest")]
    request["medicationCodeableConcept"] = {"text": "Doliprane"}
    assert problems(request) == []


@pytest.mark.parametrize(
    "second",
    [
        {"valueString": "72"},
        {"valueInteger": 72},
        {"_valueString": {"extension": [{"url": "x:u", "valueCode": "c"}]}},
    ],
)
def test_one_form_of_a_choice(problems: Any, observation: Any, second: dict[str, Any]) -> None:
    """Danger: two values for one result, each reader taking another."""
    observation |= second
    assert problems(observation) == [(RULE + "choice", "Observation.value")]


def test_a_form_and_its_own_sibling_are_one(problems: Any, observation: Any) -> None:
    """Danger: an extension on the value taken for a second value."""
    observation["_effectiveDateTime"] = {"extension": [{"url": "x:u", "valueCode": "c"}]}
    assert problems(observation) == []


def test_a_type_the_choice_does_not_offer(problems: Any, observation: Any) -> None:
    """Danger: a value of a type that no reader expects."""
    observation["valueAddress"] = observation.pop("valueQuantity")
    assert problems(observation) == [(RULE + "unknown-element", "Observation.valueAddress")]


@pytest.mark.parametrize(
    ("given_names", "siblings", "expected"),
    [
        (["Ève", None], [None, {"id": "b"}], "only-id"),
        (["Ève", None], [None, {"extension": [{"url": "x:u", "valueCode": "c"}]}], None),
        (None, [{"extension": [{"url": "x:u", "valueCode": "c"}]}], None),
        (["Ève", None], [None, None], "null"),
        (["Ève", None], None, "null"),
        (["Ève", "Lou"], [{"extension": [{"url": "x:u", "valueCode": "c"}]}], "siblings"),
        (["Ève"], {"extension": [{"url": "x:u", "valueCode": "c"}]}, "list"),
        (["Ève"], [], "empty"),
        (["Ève"], ["x"], "object"),
        (["Ève"], [{}], "empty"),
        (None, [None], "null"),
    ],
)
def test_siblings_of_repeated_primitives(
    problems: Any, patient: Any, given_names: Any, siblings: Any, expected: str | None
) -> None:
    """Danger: extensions that slide to the neighbouring value (R4 §2.6.2.2)."""
    members = {"given": given_names, "_given": siblings}
    patient["name"] = [{key: value for key, value in members.items() if value is not None}]
    rules = {rule.removeprefix(RULE) for rule, _ in problems(patient)}
    if expected == "only-id":
        # An id beside a value, or beside null, is an element with only an id (ele-1).
        assert rules == {"only-id"}
    else:
        assert rules == ({expected} if expected else set())


def test_sibling_with_an_id_beside_its_value(problems: Any, patient: Any) -> None:
    """Danger: the id of a primitive that has a value refused as "only an id"."""
    patient["_gender"] = {"id": "g1"}
    patient["name"] = [{"given": ["Ève"], "_given": [{"id": "n1"}]}]
    assert problems(patient) == []


@pytest.mark.parametrize(
    ("extension", "rule", "location"),
    [
        ({"valueString": "x"}, "structure.required", "Patient.extension[0]"),
        ({"url": "x:u"}, "extension.neither", "Patient.extension[0]"),
        ({"url": "x:u", "valueString": "x", "extension": [{"url": "v", "valueString": "y"}]},
         "extension.both", "Patient.extension[0]"),
        ({"url": "x:u", "valueString": "x", "valueCode": "y"}, "structure.choice",
         "Patient.extension[0].value"),
        ({"url": "x:u", "valueUnicorn": 1}, "structure.unknown-element",
         "Patient.extension[0].valueUnicorn"),
        ({"url": "x:u", "_url": {"id": "x"}, "valueString": "x"}, "structure.unknown-element",
         "Patient.extension[0]._url"),
        ({"url": "x:u", "valueDecimal": "1"}, "value.json-type",
         "Patient.extension[0].value.ofType(decimal)"),
    ],
)  # fmt: skip
def test_extensions(problems: Any, patient: Any, extension: Any, rule: str, location: str) -> None:
    """Danger: an extension whose meaning (url) or content is missing or double (ext-1)."""
    patient["extension"] = [extension]
    assert (rule, location) in problems(patient)


def test_content_reference_recurses(problems: Any) -> None:
    """Danger: nested questions that are never checked."""
    inner = {"linkId": "1.1.1", "type": "unicorn"}
    item = {"linkId": "1", "type": "group", "item": [{"linkId": "1.1", "type": "group",
            "item": [inner]}]}  # fmt: skip
    questionnaire = {"resourceType": "Questionnaire", "status": "draft", "item": [item]}
    assert problems(questionnaire) == [
        ("value.binding", "Questionnaire.item[0].item[0].item[0].type")
    ]


def test_number_of_issues_is_bounded_and_the_last_one_says_so() -> None:
    """Danger: a megabyte of errors for a megabyte of bad data."""
    broken = {"resourceType": "Patient", "name": [{"zzz": 1}] * (MAX_ISSUES + 50)}
    issues = base_validator().validate(broken)
    assert len(issues) == MAX_ISSUES + 1
    assert [issue.rule for issue in issues[-2:]] == [RULE + "unknown-element", RULE + "more"]
    broken["name"] = broken["name"][:MAX_ISSUES]
    assert len(base_validator().validate(broken)) == MAX_ISSUES


def test_endless_nesting_is_an_issue() -> None:
    """Danger: a recursion error for a resource built by a program, past the codec's bound."""
    extension: dict[str, Any] = {"url": "x:u", "valueString": "x"}
    for _ in range(2_000):
        extension = {"url": "x:u", "extension": [extension]}
    issues = base_validator().validate({"resourceType": "Basic", "extension": [extension]})
    assert issues[-1].rule == RULE + "depth"
