"""Guards what writes are held to under a policy."""

from datetime import date
from typing import Any

from hygie.fhir.packages import base_library
from hygie.fhir.policy import Clause, Policy, Requirement
from hygie.fhir.policy.standards import Standards, base_telling, base_writing

ACTUAL = "http://hl7.org/fhir/StructureDefinition/actualgroup"
GROUP: dict[str, Any] = {"resourceType": "Group", "type": "person", "actual": False}
PRESSURE: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
}


def standards(policy: Policy) -> Standards:
    return Standards(
        base_writing(), base_telling(), base_library(), lambda: policy, lambda: date(2026, 6, 1)
    )


def errors(standards: Standards, resource: Any, source: str = "LABO") -> list[str]:
    found = standards.under(source).validate(resource)
    return [issue.rule for issue in found if issue.severity in ("error", "fatal")]


def test_writes_are_held_to_what_they_declare() -> None:
    """Guards: a profile that is claimed, broken and stored."""
    none = standards(Policy())
    assert errors(none, GROUP) == []
    assert errors(none, {**GROUP, "meta": {"profile": [ACTUAL]}})


def test_without_a_guide_nobody_is_held_to_what_he_did_not_claim() -> None:
    """Guards: vital signs refused, where no guide was added, for a profile nobody spoke of; and
    not told to who asks."""
    none = standards(Policy())
    assert errors(none, PRESSURE) == []
    assert any(issue.severity == "error" for issue in none.tell(PRESSURE, "LABO"))


def test_required_profiles_are_those_of_the_source() -> None:
    """Guards: what is asked of one source held against all."""
    asked = Requirement(source="LABO", type="Group", profile=ACTUAL)
    some = standards(Policy(requirements=(asked,)))
    assert errors(some, GROUP, "LABO")
    assert errors(some, GROUP, "OTHER") == []


def test_any_json_can_be_judged() -> None:
    """Guards: a crash on what is no resource, where a policy asks for profiles."""
    some = standards(Policy(requirements=(Requirement(type="Group", profile=ACTUAL),)))
    for value in (None, [], 3, {}, {"resourceType": ["Group"]}):
        assert errors(some, value)


def test_the_day_is_handed_on() -> None:
    """Guards: somebody born tomorrow, taken in because nobody said which day it is."""
    child = {"resourceType": "Patient", "birthDate": "2027-01-01"}
    asked = Clause(source="LABO", rule="fr.*", severity="error", effect="quarantine")
    assert errors(standards(Policy(clauses=(asked,))), child) == ["fr.birth-future"]
    assert errors(standards(Policy()), child) == []
