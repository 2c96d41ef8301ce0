"""References: their form, what they resolve to, the types they may name (R4 §2.3.0)."""

from typing import Any

import pytest

from hygie.fhir.validate import base_validator

CORE = "http://hl7.org/fhir/StructureDefinition/"
UUID = "urn:uuid:7b0e7a4e-6b0a-4f0e-8e0e-000000000001"


@pytest.mark.parametrize(
    "text",
    [
        "Patient/1",
        "Patient/A-1.b/_history/3",
        "https://example.org/fhir/Patient/1",
        "https://example.org/fhir/Patient/1/_history/2",
        "https://example.org/whatever?x=1",
        "#",
        UUID,
        "urn:oid:1.2.250.1",
    ],
)
def test_forms_of_references(problems: Any, observation: Any, text: str) -> None:
    """Danger: a legal reference refused."""
    observation["subject"] = {"reference": text}
    assert problems(observation) == []


@pytest.mark.parametrize(
    "text",
    ["1", "patient/1", "Patient", "Patient/", "Patient/a b", "Patient/1/2", "/Patient/1",
     "Patient/" + "1" * 65, "Patient?identifier=x", "Patient/1#x", " Patient/1"],
)  # fmt: skip
def test_what_is_no_reference(problems: Any, observation: Any, text: str) -> None:
    """Danger: a result attached to nobody because its reference cannot be followed."""
    observation["subject"] = {"reference": text}
    assert problems(observation) == [("reference.format", "Observation.subject")]


@pytest.mark.parametrize(
    "text", ["Medication/1", "https://example.org/fhir/Medication/1", "Unicorn/1"]
)
def test_types_that_are_not_allowed(problems: Any, observation: Any, text: str) -> None:
    """Danger: a result whose subject is a medicine."""
    observation["subject"] = {"reference": text}
    assert problems(observation) == [("reference.target", "Observation.subject")]


def test_an_unknown_type_behind_an_absolute_url_is_not_judged(
    problems: Any, observation: Any
) -> None:
    """Danger: any URL whose last but one part is a word taken for a FHIR type."""
    observation["subject"] = {"reference": "https://example.org/Dossier/1"}
    assert problems(observation) == []


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"reference": "Patient/1", "type": "Patient"}, []),
        ({"reference": "Patient/1", "type": "Group"}, ["reference.type"]),
        ({"reference": "Patient/1", "type": CORE + "Group"}, ["reference.type"]),
        ({"reference": "Patient/1", "type": CORE + "Patient"}, []),
        ({"reference": "Patient/1", "type": "Unicorn"}, ["reference.type"]),
        ({"type": "Medication", "display": "x"}, ["reference.target"]),
        ({"type": "Patient", "identifier": {"value": "1"}}, []),
        ({"type": "https://example.org/logical", "display": "x"}, []),
        ({"reference": UUID, "type": "Medication"}, ["reference.target"]),
        ({"reference": 1, "type": ["Patient"]}, ["value.json-type", "structure.single"]),
        ("Patient/1", ["structure.object"]),
        ({"display": "inconnu"}, []),
    ],
)
def test_stated_types(problems: Any, observation: Any, reference: Any, expected: list[str]) -> None:
    """Danger: a reference that says one thing in `type` and another in its URL."""
    observation["subject"] = reference
    assert [rule for rule, _ in problems(observation)] == expected


def test_references_that_may_name_anything(problems: Any, observation: Any) -> None:
    """Danger: a free reference refused, or one to a type that does not exist accepted."""
    observation["focus"] = [{"reference": "Medication/1"}, {"reference": "Unicorn/1"}]
    assert problems(observation) == [("reference.target", "Observation.focus[1]")]


def test_references_in_choices_have_their_own_targets(problems: Any) -> None:
    """Danger: targets of a choice's Reference forgotten."""
    request = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/1"},
        "medicationReference": {"reference": "Patient/1"},
    }
    where = "MedicationRequest.medication.ofType(Reference)"
    assert problems(request) == [("reference.target", where)]


def test_contained_resources_are_resolved(problems: Any, patient: Any) -> None:
    """Danger: a reference to a contained resource that is not there, or of the wrong type."""
    patient["managingOrganization"] = {"reference": "#nobody"}
    where = "Patient.managingOrganization"
    assert problems(patient) == [("reference.contained", where)]
    patient["contained"].append({"resourceType": "Medication", "id": "nobody"})
    assert problems(patient) == [("reference.target", where)]


def test_contained_resources_refer_to_each_other(problems: Any, patient: Any) -> None:
    """Danger: references between contained resources looked up in the wrong one."""
    patient["contained"][0]["partOf"] = {"reference": "#group"}
    patient["contained"].append({"resourceType": "Organization", "id": "group", "name": "G"})
    assert problems(patient) == []


def test_contained_resources_contain_nothing(problems: Any, patient: Any) -> None:
    """Danger: nested contained resources, whose references nobody can resolve."""
    inner = {"resourceType": "Organization", "id": "x", "name": "X"}
    patient["contained"][0]["contained"] = [inner]
    assert problems(patient) == [("structure.contained", "Patient.contained[0].contained")]


def test_contained_ids_are_unique(problems: Any, patient: Any) -> None:
    """Danger: "#org" meaning either of two organisations."""
    patient["contained"] *= 2
    assert problems(patient) == [("structure.contained-id", "Patient.contained[1]")]


def bundle(kind: str, *resources: Any) -> dict[str, Any]:
    entries = [{"fullUrl": f"urn:uuid:7b0e7a4e-6b0a-4f0e-8e0e-{n:012}", "resource": resource,
                "request": {"method": "POST", "url": resource.get("resourceType", "x")}}
               for n, resource in enumerate(resources)]  # fmt: skip
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def test_entries_are_validated_at_their_place(problems: Any, patient: Any, observation: Any):
    """Danger: a bundle whose entries nobody looks into."""
    observation["status"] = "x"
    observation.pop("subject")
    patient["birthDate"] = "x"
    assert problems(bundle("collection", patient, observation)) == [
        ("value.format", "Bundle.entry[0].resource.birthDate"),
        ("value.binding", "Bundle.entry[1].resource.status"),
    ]


def test_entries_give_the_type_of_temporary_references(
    problems: Any, patient: Any, observation: Any
) -> None:
    """Danger: a temporary reference to an entry of the wrong type."""
    whole = bundle("transaction", patient, observation)
    observation["subject"] = {"reference": whole["entry"][0]["fullUrl"]}
    assert problems(whole) == []
    observation["subject"] = {"reference": whole["entry"][1]["fullUrl"]}
    assert problems(whole) == [("reference.target", "Bundle.entry[1].resource.subject")]


def test_searches_are_references_in_transactions_only(problems: Any, observation: Any) -> None:
    """Danger: "Patient?identifier=…" stored as if it were a reference (R4 §3.1.0.11.3)."""
    observation["subject"] = {"reference": "Patient?identifier=urn:x|1"}
    assert problems(bundle("transaction", observation)) == []
    where = "Bundle.entry[0].resource.subject"
    assert problems(bundle("batch", observation)) == [("reference.format", where)]
    observation["subject"] = {"reference": "Medication?identifier=1"}
    assert problems(bundle("transaction", observation)) == [("reference.target", where)]


def test_contained_resources_stay_in_their_entry(
    problems: Any, patient: Any, observation: Any
) -> None:
    """Danger: "#org" of one entry resolved in the entry before it."""
    observation["subject"] = {"reference": "#org"}
    where = "Bundle.entry[1].resource.subject"
    assert problems(bundle("collection", patient, observation)) == [("reference.contained", where)]


@pytest.mark.parametrize("entry", [1, {"resource": 1}, {"fullUrl": 1, "resource": {}}, [], None])
def test_broken_entries_are_issues(problems: Any, entry: Any) -> None:
    """Danger: an exception while the entries of a bundle are looked up."""
    found = problems({"resourceType": "Bundle", "type": "transaction", "entry": [entry]})
    assert all(location.startswith("Bundle.entry") for _, location in found)
    assert found


def test_a_reference_names_something(observation: Any) -> None:
    """Danger: a result whose subject is an empty shell."""
    observation["subject"] = {
        "id": "a",
        "extension": [{"url": "https://h.test/x", "valueCode": "y"}],
    }
    (issue,) = base_validator().validate(observation)
    assert (issue.rule, issue.severity) == ("reference.empty", "warning")
    assert issue.location == "Observation.subject"
