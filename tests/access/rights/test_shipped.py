"""What the rights of a clinic say, written down once more by hand: a right given by mistake, or a
word misread, must fail a test."""

import pytest

from hygie.access.rights import shipped
from hygie.access.rights.rights import CAPABILITIES
from hygie.fhir.definitions import r4

RIGHTS = shipped()
CARE = {
    "physician", "midwife", "nurse", "nursing-assistant", "pharmacist", "biologist",
    "allied-health", "psychologist", "radiologist", "pharmacy-technician", "social-worker",
    "secretary", "medical-information",
}  # fmt: skip
KEEPING = {"identity", "admissions", "billing", "technician", "administrator", "auditor",
           "data-protection-officer"}  # fmt: skip
CLINICAL = (
    "Observation",
    "Condition",
    "DocumentReference",
    "DiagnosticReport",
    "MedicationRequest",
)


def scopes(role: str, type_: str, letter: str = "r") -> set[str]:
    return {right.scope for right in RIGHTS.roles[role].on(type_, letter)}


def test_the_roles_are_these() -> None:
    """Guards: a role that appears, and nobody saw it come."""
    assert set(RIGHTS.roles) == CARE | KEEPING | {"patient"}


@pytest.mark.parametrize("role", sorted(KEEPING))
@pytest.mark.parametrize("type_", CLINICAL)
def test_who_keeps_the_house_reads_no_record(role: str, type_: str) -> None:
    """Guards: giving access, keeping flows, judging traces as a way into any record."""
    assert scopes(role, type_) == set()
    assert "read_record" not in RIGHTS.roles[role].capabilities


@pytest.mark.parametrize("role", sorted(CARE - {"medical-information"}))
def test_who_cares_reads_what_is_clinical_of_their_patients_only(role: str) -> None:
    """Guards: a whole hospital that reads a neighbour's record (CNIL)."""
    for type_ in ("Condition", "AllergyIntolerance", "DocumentReference", "Composition"):
        dispensing = (role, type_) == ("pharmacy-technician", "AllergyIntolerance")
        assert scopes(role, type_) <= ({"establishment"} if dispensing else {"team"})


def test_who_types_letters_reads_neither_results_nor_prescriptions() -> None:
    """Guards: the secretary's screen that shows a serology."""
    for type_ in ("Observation", "DiagnosticReport", "Condition", "MedicationRequest"):
        assert scopes("secretary", type_) == set()
    assert scopes("secretary", "DocumentReference") == {"team"}


def test_who_prepares_drugs_reads_what_they_may_do_harm_with() -> None:
    """Guards: a penicillin prepared for who is allergic to it; a dispensary that reads letters."""
    for type_ in ("MedicationRequest", "AllergyIntolerance", "MedicationDispense"):
        assert scopes("pharmacy-technician", type_) == {"establishment"}
    for type_ in ("Observation", "Condition", "DocumentReference", "DiagnosticReport"):
        assert scopes("pharmacy-technician", type_) == set()
    assert scopes("pharmacy-technician", "MedicationDispense", "c") == {"establishment"}
    assert scopes("pharmacy-technician", "MedicationRequest", "u") == set()


def test_who_bills_changes_no_stay() -> None:
    """Guards: a stay that is made to fit its bill."""
    assert scopes("billing", "Encounter", "u") == scopes("billing", "Patient", "u") == set()
    assert scopes("admissions", "Encounter", "u") == {"establishment"}
    assert [RIGHTS.purpose_of(role) for role in ("billing", "admissions", "patient", "nurse")] == [
        "HPAYMT", "HOPERAT", "PATRQT", "TREAT"
    ]  # fmt: skip


def test_who_watches_identities_reads_no_stay() -> None:
    """Guards: the reason of a stay, read by who only compares names."""
    assert scopes("identity", "Encounter") == set()
    assert scopes("identity", "Patient", "u") == {"establishment"}


def test_nobody_erases() -> None:
    """Guards: a record that loses a page by a click (deletions are a component's)."""
    assert not [
        role for role in RIGHTS.roles.values() if "d" in {letter for _, letter in role.given}
    ]


def test_a_patient_sees_their_own_record_and_no_other() -> None:
    """Guards: a patient's account that lists the clinic's patients."""
    role = RIGHTS.roles["patient"]
    given = {right.scope for group, rights in role.rights.items() for right in rights
             if group not in ("directory", "definitions")}  # fmt: skip
    assert given == {"self"}
    assert role.second_factor
    assert {letter for _, letter in role.given} == {"r", "s"}


def test_duties_are_apart() -> None:
    """Guards: who gives themselves access, and erases the trace of having done so."""
    for role in RIGHTS.roles.values():
        assert not {"manage_accounts", "read_audit"} <= role.capabilities
        if role.capabilities & {"manage_accounts", "read_audit"}:
            assert "read_record" not in role.capabilities


def test_every_capability_is_somebodys_and_every_type_in_a_group() -> None:
    """Guards: a page that nobody can open; a type nobody thought of."""
    granted = frozenset().union(*(role.capabilities for role in RIGHTS.roles.values()))
    assert granted == set(CAPABILITIES)
    assert set(RIGHTS.group_of) == set(r4().resource_types)


@pytest.mark.parametrize("role", ["", "root", "Physician", "physician "])
def test_an_unknown_role_may_do_nothing(role: str) -> None:
    """Guards: a role misread as one with rights."""
    assert not any(RIGHTS.permits(role, capability) for capability in CAPABILITIES)
    assert RIGHTS.requires_second_factor(role)
