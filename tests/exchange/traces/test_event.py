"""Entries as AuditEvents, held against the definition of R4 by the house's own validator."""

from base64 import b64decode
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from tests.ledger.test_rows import ENTRIES

from hygie.exchange.traces.coding import ACTS
from hygie.exchange.traces.event import PURPOSE, audit_event
from hygie.fhir.validate import base_validator
from hygie.ledger import AuditRecord
from hygie.purpose import PURPOSES, SYSTEM, Purpose, coded, said
from hygie.refusal import has_errors
from hygie.trace import Action, AuditEntry, Context

NOW = datetime(2026, 11, 23, 4, 5, 6, 789123, tzinfo=UTC)
CONTEXT = Context("dr.martin", "account", "TREAT", "r1", role="physician", address="10.1.2.3")


def event(context: Context = CONTEXT, **fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"action": "read", "type": "Observation", "patient": 9} | fields
    return audit_event(AuditRecord(5, NOW, AuditEntry(context=context, **given)), {9: "Patient/p"})


def problems(resource: dict[str, Any]) -> list[str]:
    issues = base_validator().validate(resource)
    return [f"{issue.rule} {issue.location}" for issue in issues if has_errors([issue])]


@settings(max_examples=200, deadline=None)
@given(ENTRIES)
def test_every_entry_is_a_valid_audit_event(entry: AuditEntry) -> None:
    """Guards: an audit repository that refuses half of the traces."""
    assert problems(audit_event(AuditRecord(1, NOW, entry), {})) == []


@pytest.mark.parametrize("action", get_args(Action))
def test_every_act_is_valid_and_told(action: Action) -> None:
    """Guards: an act that nobody finds because it has no name outside."""
    told = event(action=action)
    assert problems(told) == []
    assert action in [coding["code"] for coding in told["subtype"]]


def test_every_coded_act_is_one() -> None:
    """Guards: a mapping kept for an act that has been renamed."""
    assert set(ACTS) <= set(get_args(Action))


def test_who_what_why_and_whence_are_said() -> None:
    """Guards: an access that cannot be held against anybody."""
    told = event(detail="Observation/o1", reason="circle.unit")
    (agent,) = told["agent"]
    assert agent["who"]["identifier"] == {"system": "urn:hygie:account", "value": "dr.martin"}
    assert agent["requestor"]
    assert agent["network"]["address"] == "10.1.2.3"
    assert agent["role"][0]["coding"][0]["code"] == "physician"
    assert agent["policy"] == ["urn:hygie:rule:circle.unit"]
    assert told["outcome"] == "0"
    assert [one["what"]["reference"] for one in told["entity"][:2]] == [
        "Patient/p",
        "Observation/o1",
    ]
    assert told["recorded"] == "2026-11-23T04:05:06.789Z"


@pytest.mark.parametrize(
    ("purpose", "codes"),
    [
        ("ETREAT", [(SYSTEM, "ETREAT")]),
        ("care", [(SYSTEM, "TREAT"), (PURPOSE, "care")]),
        ("whatever", [(PURPOSE, "whatever")]),
    ],
)
def test_the_purpose_is_told_in_the_words_of_hl7(purpose, codes) -> None:
    """Guards: a purpose no other house reads; an old entry that says what it did not say."""
    (told,) = event(Context("a", "account", purpose))["purposeOfEvent"]
    assert [(one["system"], one["code"]) for one in told["coding"]] == codes


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_purpose_is_valid(purpose: Purpose) -> None:
    """Guards: a code that HL7 does not have, or words that are not its own."""
    told = event(Context("a", "account", purpose))
    assert problems(told) == []
    assert coded(purpose) == purpose != said(purpose)


def test_a_refusal_says_so_and_why() -> None:
    """Guards: attempts that read as accesses."""
    told = event(outcome="refused", reason="access.scope")
    assert (told["outcome"], told["outcomeDesc"]) == ("4", "access.scope")


def test_an_application_is_told_beside_who_uses_it() -> None:
    """Guards: an application's accesses blamed on nobody, or on its user alone."""
    context = Context("dr.martin", "account", application="growth-app")
    agents = event(context)["agent"]
    assert [a["who"]["identifier"]["value"] for a in agents] == ["dr.martin", "growth-app"]
    assert [a["requestor"] for a in agents] == [True, False]


def test_a_search_is_told_as_it_was_asked() -> None:
    """Guards: a search through the whole house that reads as one of nothing."""
    told = event(action="search", patient=0, detail="Patient?family=martin")
    assert b64decode(told["entity"][0]["query"]) == b"Patient?family=martin"


def test_a_patient_who_is_no_longer_known_keeps_a_key() -> None:
    """Guards: accesses to an erased record that belong to nobody any more."""
    what = event(patient=77)["entity"][0]["what"]
    assert what["identifier"] == {"system": "urn:hygie:patient-key", "value": "77"}
