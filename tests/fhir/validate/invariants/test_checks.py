"""Guards against rules that let a fault through, or that stop a validation."""

from decimal import Decimal
from typing import Any

import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.definitions.model import Invariant
from hygie.fhir.packages import Definition, base_library
from hygie.fhir.validate import base_validator, validator_for
from hygie.fhir.validate.budget import Budget
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.invariants import invariant_check
from hygie.fhir.validate.report import Report

PLACE = (None, "Patient", -1)
PERIOD = {"start": "2026-03-02", "end": "2026-03-01"}


def found(resource: dict[str, Any]) -> list[tuple[str, str, str]]:
    issues = base_validator().validate(resource)
    rules = [(i.severity, i.rule, i.location) for i in issues]
    return [rule for rule in rules if rule[1] != "invariant.dom-6"]


@pytest.mark.parametrize(
    ("resource", "broken"),
    [
        (
            {"resourceType": "Patient", "contact": [{"gender": "male"}]},
            ("error", "invariant.pat-1", "Patient.contact[0]"),
        ),
        (
            {"resourceType": "Patient", "identifier": [{"period": PERIOD}]},
            ("error", "invariant.per-1", "Patient.identifier[0].period"),
        ),
        (
            {"resourceType": "Organization", "name": "C", "telecom": [{"use": "home"}]},
            ("error", "invariant.org-3", "Organization.telecom[0]"),
        ),
        (
            {"resourceType": "Patient", "contained": [{"resourceType": "Organization", "id": "a"}]},
            ("error", "invariant.dom-3", "Patient.contained[0]"),
        ),
        (
            {
                "resourceType": "RiskAssessment",
                "status": "final",
                "subject": {"reference": "Patient/1"},
                "prediction": [{"probabilityDecimal": 101}],
            },
            ("error", "invariant.ras-2", "RiskAssessment.prediction[0]"),
        ),
    ],
)
def test_a_broken_rule_is_named_where_it_stands(
    resource: dict[str, Any], broken: tuple[str, str, str]
):
    """A rule of a type, of a data type, of one element, of a backbone element, of all resources."""
    assert broken in found(resource)


def test_a_good_resource_breaks_none():
    """Rules that are broken by everything are switched off by everybody."""
    contained = {"resourceType": "Organization", "id": "a", "name": "Clinique"}
    patient = {
        "resourceType": "Patient",
        "contained": [contained],
        "managingOrganization": {"reference": "#a"},
        "contact": [{"name": {"text": "A"}}],
        "identifier": [{"period": {"start": "2026-03", "end": "2026-03-01"}}],
    }
    assert found(patient) == []


@pytest.mark.parametrize("expression", ["name.(", "1 + 'a'", "given.substring('x')"])
def test_a_rule_that_cannot_be_evaluated_is_said_and_nothing_stops(expression: str):
    """A profile with one bad rule would leave everything else unchecked."""
    rule = Invariant("x-1", "error", "Une règle", expression, ("HumanName",))
    report = Report()
    invariant_check(rule, "HumanName", r4())({"given": ["a", "b"]}, PLACE, report)
    assert [(i.severity, i.rule) for i in report.issues] == [("warning", "invariant.not-evaluated")]


def test_best_practice_is_worth_what_is_asked():
    """A ward flooded with advice, or a supplier who gets none."""
    (rule,) = (rule for rule in r4().all_invariants if rule.key == "dom-6")
    check = invariant_check(rule, "Patient", r4())
    for severity in ("warning", "error", None):
        report = Report(Context(best_practice=severity))
        check({"resourceType": "Patient"}, PLACE, report)
        assert [issue.severity for issue in report.issues] == ([severity] if severity else [])


def test_rules_of_parts_see_their_resource():
    """A rule that asks for %resource would be true, or false, of everything."""
    element = {"id": "Device.model", "path": "Device.model", "min": 0, "max": "1"}
    definition = {
        "resourceType": "StructureDefinition",
        "url": "https://example.org/device",
        "name": "Device",
        "status": "draft",
        "kind": "resource",
        "abstract": False,
        "type": "Device",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Device",
        "differential": {"element": [{"id": "Device", "path": "Device"}, element]},
    }
    assert found(definition) == []
    definition["type"] = "Patient"
    assert ("error", "invariant.sdf-8a", "StructureDefinition.differential") in found(definition)


def test_rules_of_profiles_follow_references_where_they_stand():
    """A rule about the patient of a result that is never evaluated in a bundle."""
    rule = {
        "key": "x-1",
        "severity": "error",
        "human": "Le patient est vivant",
        "expression": "subject.resolve().where(deceased = true).empty()",
    }
    root = {"id": "Observation", "path": "Observation", "constraint": [rule]}
    profile = {
        "resourceType": "StructureDefinition",
        "url": "https://example.org/living",
        "name": "Living",
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": "Observation",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation",
        "derivation": "constraint",
        "differential": {"element": [root]},
    }
    library = base_library().copy()
    library.add(Definition(profile))
    validator = validator_for(library)
    patient = {"resourceType": "Patient", "deceasedBoolean": True}
    observation = {
        "resourceType": "Observation",
        "meta": {"profile": [profile["url"]]},
        "status": "final",
        "code": {"text": "Glycémie"},
        "subject": {"reference": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"},
    }
    entries = [
        {"fullUrl": observation["subject"]["reference"], "resource": patient},
        {
            "fullUrl": "urn:uuid:0757873d-ec9a-4326-a141-556f43239520",
            "resource": observation,
        },
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    places = [(i.rule, i.location) for i in validator.validate(bundle) if i.severity == "error"]
    assert places == [("invariant.x-1", "Bundle.entry[1].resource")]
    patient["deceasedBoolean"] = False
    assert not [i for i in validator.validate(bundle) if i.severity == "error"]


@pytest.mark.parametrize("address", ["x", 1, None, [], ["x"], True])
def test_rules_of_an_element_pass_over_what_is_of_another_type(address: Any) -> None:
    """Danger: one text in place of an address ends the validation of a resource, and the server
    answers that it is broken where it should say what is wrong."""
    rules = found({"resourceType": "Organization", "name": "C", "address": [address]})
    assert rules
    assert {place for _, _, place in rules} == {"Organization.address[0]"}


def test_rules_of_a_number_are_evaluated() -> None:
    """Danger: passing over what is no number passes over numbers too."""
    prediction = {"probabilityDecimal": Decimal(101)}
    resource = {
        "resourceType": "RiskAssessment", "status": "final", "subject": {"display": "L"},
        "prediction": [prediction],
    }  # fmt: skip
    assert [rule for _, rule, _ in found(resource)] == ["invariant.ras-2"]


@pytest.mark.parametrize(
    ("expression", "type_name", "values"),
    [
        ("use = 'home'", "Address", ["x", 1, None, [], True]),
        ("length() > 9", "string", [{}, 1, [], True]),
    ],
)
def test_a_rule_of_a_profile_passes_over_what_is_of_another_type(
    expression: str, type_name: str, values: list[Any]
) -> None:
    """Danger: a profile whose rules end the validation of a resource of another shape."""
    rule = Invariant(key="x-1", severity="error", human="?", expression=expression, paths=())
    check, report = invariant_check(rule, type_name, r4()), Report()
    for value in values:
        check(value, PLACE, report)
    assert report.issues == []


def test_rules_of_a_package_share_a_limit(monkeypatch: pytest.MonkeyPatch):
    """A package of a hundred rules, each within its limit, that take minutes together."""
    monkeypatch.setattr(Budget.__init__, "__defaults__", (2_000,))
    rules = [
        {
            "key": f"x-{number}",
            "severity": "error",
            "human": "Une règle",
            "expression": "%resource.descendants().count() < 0",
        }
        for number in range(100)
    ]
    root = {"id": "Patient", "path": "Patient", "constraint": rules}
    profile = {
        "resourceType": "StructureDefinition",
        "url": "https://example.org/costly",
        "name": "Costly",
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint",
        "differential": {"element": [root]},
    }
    library = base_library().copy()
    library.add(Definition(profile))
    patient = {
        "resourceType": "Patient",
        "meta": {"profile": [profile["url"]]},
        "name": [{"given": ["a"] * 100}],
    }
    rules_found = [issue.rule for issue in validator_for(library).validate(patient)]
    evaluated = sum(rule.startswith("invariant.x-") for rule in rules_found)
    assert 5 < evaluated < 40
    assert rules_found.count("invariant.not-evaluated") == 100 - evaluated
