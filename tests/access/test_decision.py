"""The decision and the sight are one answer in two forms; and the answer is the right one."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.access.circle import Basis, Circle, Relation
from hygie.access.compiling import sight_of
from hygie.access.decision import Actor, Subject, decide, may
from hygie.access.rights.reading import _shipped, understood
from hygie.access.rights.rights import CAPABILITIES
from hygie.purpose import CARE, PURPOSES, Purpose
from hygie.sight import LETTERS

OWN = """
version = 2
[roles.coder]
label = "Codage"
capabilities = ["read_record"]
break_glass = true
purposes = ["HPAYMT", "TREAT", "ETREAT", "HRESCH"]
[roles.coder.rights]
identity = "establishment:rs"
clinical = [
  { right = "establishment:rs", purposes = ["HPAYMT"] },
  { right = "team:crs", purposes = ["TREAT"] },
]
results = { right = "team:rs", purposes = ["ETREAT"] }
documents = [{ right = "self:r", purposes = ["TREAT", "HRESCH"] }, "team:s"]
[roles.expert]
label = "Expert"
capabilities = ["read_record"]
[roles.expert.rights]
identity = "establishment:rs"
clinical = [
  "team:rs",
  { right = "team:crus", specialties = ["SM26", "SM54"] },
  { right = "establishment:r on Observation?category=laboratory", units = ["Location/lab"] },
]
results = { right = "establishment:rs", specialties = ["SM54"], units = ["Location/lab", "a|b"] }
"""
RIGHTS = understood(_shipped(), OWN.encode())
NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
PATIENTS = range(6)
TYPES = ("Patient", "Observation", "DocumentReference", "Practitioner", "AuditEvent", "Provenance",
         "Group", "MedicationRequest", "ValueSet", "Basic", "Nonsense")  # fmt: skip


def unit(start: datetime = NOW - timedelta(days=1), end: datetime | None = None) -> Relation:
    return Relation("Location/u", "p", "unit", start, end)


@pytest.mark.parametrize(
    ("who", "asked", "expected"),
    [
        (("nurse", {1: unit()}, ()), ("r", "Observation", 1), (True, "team.unit")),
        (("nurse", {1: unit()}, ()), ("r", "Observation", 2), (False, "team.none")),
        (("nurse", {1: unit(end=NOW)}, ()), ("r", "Observation", 1), (False, "team.none")),
        (("nurse", {1: unit(LATER)}, ()), ("r", "Observation", 1), (False, "team.none")),
        (("nurse", {}, (2,)), ("r", "Observation", 2), (True, "team.break-glass")),
        (("nurse", {}, (2,)), ("d", "Observation", 2), (False, "role.no-right")),
        (("secretary", {}, (2,)), ("r", "DocumentReference", 2), (False, "team.none")),
        (("secretary", {1: unit()}, ()), ("r", "Observation", 1), (False, "role.no-right")),
        (("technician", {1: unit()}, (1,)), ("r", "Observation", 1), (False, "role.no-right")),
        (("physician", {1: unit()}, ()), ("r", "Observation", 0), (False, "team.none")),
        (("physician", {}, ()), ("s", "Patient", 5), (True, "scope.establishment")),
        (("medical-information", {}, ()), ("r", "Condition", 5), (True, "scope.establishment")),
        (("auditor", {}, ()), ("r", "AuditEvent", 5), (True, "scope.establishment")),
        (("auditor", {}, ()), ("r", "Provenance", 5), (False, "role.no-right")),
        (("patient", {}, ()), ("r", "Observation", 3), (True, "scope.self")),
        (("patient", {}, ()), ("r", "Observation", 4), (False, "scope.not-self")),
        (("patient", {}, ()), ("r", "Observation", 0), (False, "scope.not-self")),
        (("nobody", {1: unit()}, (1,)), ("r", "Observation", 1), (False, "role.unknown")),
    ],
)  # fmt: skip
def test_the_table(who, asked, expected) -> None:
    """Guards: each rule, by a case that only it decides."""
    (role, circle, opened), (letter, type_, patient), (permit, rule) = who, asked, expected
    actor = Actor(name="a", role=role, circle=Circle(circle), own=3, opened=frozenset(opened))
    decided = decide(actor, letter, Subject(type_, patient), RIGHTS, NOW)
    assert (decided.permit, decided.rule) == (permit, rule)
    assert decided.text("fr")
    assert decided.text("en")
    if rule == "team.break-glass":
        assert "review" in decided.obligations
    assert ("trace" in decided.obligations) == permit
    if permit and rule != "scope.establishment":
        assert sight_of(actor, RIGHTS, NOW).grounds[patient] == rule


@pytest.mark.parametrize(
    ("purpose", "asked", "expected"),
    [
        (None, ("r", "Observation", 5), (True, "scope.establishment")),
        ("HPAYMT", ("r", "Observation", 5), (True, "scope.establishment")),
        ("TREAT", ("r", "Observation", 5), (False, "team.none")),
        ("TREAT", ("r", "Observation", 1), (True, "team.unit")),
        ("TREAT", ("r", "Observation", 2), (False, "team.none")),
        ("HPAYMT", ("c", "Observation", 1), (False, "purpose.other")),
        ("HRESCH", ("r", "Observation", 1), (False, "purpose.other")),
        ("PUBHLTH", ("r", "Patient", 1), (False, "purpose.other")),
        ("TREAT", ("r", "DiagnosticReport", 1), (False, "team.none")),
        ("TREAT", ("r", "DiagnosticReport", 2), (True, "team.break-glass")),
        ("HRESCH", ("r", "DiagnosticReport", 2), (False, "purpose.other")),
        ("HRESCH", ("s", "DocumentReference", 2), (False, "team.none")),
        ("HRESCH", ("r", "DocumentReference", 3), (True, "scope.self")),
        ("HPAYMT", ("r", "DocumentReference", 3), (False, "purpose.other")),
    ],
)  # fmt: skip
def test_the_table_of_purposes(purpose, asked, expected) -> None:
    """Guards: a record read for what it was not given for; a glass broken for anything but care."""
    letter, type_, patient = asked
    actor = Actor(name="a", role="coder", circle=Circle({1: unit()}), own=3,
                  opened=frozenset({2}), purpose=purpose)  # fmt: skip
    decided = decide(actor, letter, Subject(type_, patient), RIGHTS, NOW)
    assert (decided.permit, decided.rule) == expected
    assert decided.text("fr")
    assert decided.text("en")


@pytest.mark.parametrize(
    ("who", "asked", "expected"),
    [
        (("", ()), ("r", "Condition", 1), (True, "team.unit")),
        (("", ()), ("c", "Condition", 1), (False, "role.not-theirs")),
        (("SM01", ()), ("c", "Condition", 1), (False, "role.not-theirs")),
        (("SM26", ()), ("c", "Condition", 1), (True, "team.unit")),
        (("SM26", ()), ("c", "Condition", 2), (False, "team.none")),
        (("SM26", ()), ("r", "Observation", 2), (False, "team.none")),
        (("", ("Location/lab",)), ("r", "Observation", 2), (True, "scope.establishment")),
        (("", ("Location/lab",)), ("s", "Observation", 2), (False, "team.none")),
        (("", ("a|b",)), ("r", "Observation", 2), (False, "team.none")),
        (("SM54", ()), ("r", "DiagnosticReport", 2), (False, "role.not-theirs")),
        (("SM26", ("a|b",)), ("r", "DiagnosticReport", 2), (False, "role.not-theirs")),
        (("SM54", ("a|b",)), ("r", "DiagnosticReport", 2), (True, "scope.establishment")),
        (("SM54", ("a|b",)), ("r", "Patient", 2), (True, "scope.establishment")),
    ],
)  # fmt: skip
def test_the_table_of_specialties_and_units(who, asked, expected) -> None:
    """Guards: what one specialty may, given to its neighbour; a limit that nobody is held to."""
    (specialty, units), (letter, type_, patient) = who, asked
    actor = Actor(name="a", role="expert", circle=Circle({1: unit()}, units=frozenset(units)),
                  specialty=specialty)  # fmt: skip
    decided = decide(actor, letter, Subject(type_, patient), RIGHTS, NOW)
    assert (decided.permit, decided.rule) == expected
    assert decided.text("fr")


@pytest.mark.parametrize("role", sorted(RIGHTS.roles))
@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_purpose_that_is_not_the_roles_opens_nothing(role: str, purpose: Purpose) -> None:
    """Guards: a purpose claimed to see more."""
    if purpose in RIGHTS.roles[role].purposes:
        return
    actor = Actor(name="a", role=role, circle=Circle({1: unit()}), own=3, opened=frozenset({2}),
                  purpose=purpose)  # fmt: skip
    sight = sight_of(actor, RIGHTS, NOW)
    assert {
        (type_, letter): reaches
        for (type_, letter), reaches in sight.by_type.items()
        if reaches and not ("ETREAT" in RIGHTS.roles[role].purposes and purpose in CARE)
    } == {}


relations = st.builds(
    Relation, st.just("Practitioner/p"), st.just("x"), st.sampled_from(get_args(Basis)),
    st.none() | st.timedeltas(timedelta(-3), timedelta(3)).map(lambda by: NOW + by),
    st.none() | st.timedeltas(timedelta(-3), timedelta(3)).map(lambda by: NOW + by),
)  # fmt: skip
actors = st.builds(
    Actor, name=st.just("a"), role=st.sampled_from([*RIGHTS.roles, "nobody"]),
    circle=st.builds(
        Circle, st.dictionaries(st.sampled_from(PATIENTS[1:]), relations),
        units=st.frozensets(st.sampled_from(["Location/lab", "a|b", "Location/other"])),
    ),
    specialty=st.sampled_from(["", "SM26", "SM54", "SM01"]),
    own=st.sampled_from(PATIENTS), opened=st.frozensets(st.sampled_from(PATIENTS[1:])),
    purpose=st.none() | st.sampled_from(PURPOSES),
)  # fmt: skip


@given(actors, st.sampled_from(TYPES), st.sampled_from(PATIENTS), st.sampled_from(LETTERS))
def test_sight_and_decision_agree(actor: Actor, type_: str, patient: int, letter) -> None:
    """Guards: a page that shows what the decision denies, or hides what it permits."""
    decided = decide(actor, letter, Subject(type_, patient), RIGHTS, NOW)
    reaches = sight_of(actor, RIGHTS, NOW).reach(type_, letter)
    held = [reach for reach in reaches if reach.holds(patient)]
    assert decided.permit == bool(held)
    if decided.permit:
        assert decided.query in {reach.query for reach in held}
        assert (decided.query == "") == any(reach.query == "" for reach in held)


@given(actors, st.sampled_from(CAPABILITIES))
def test_capabilities_are_the_roles(actor: Actor, capability) -> None:
    """Guards: an act on the pages that care or a broken glass would open."""
    assert may(actor, capability, RIGHTS).permit == RIGHTS.permits(actor.role, capability)
