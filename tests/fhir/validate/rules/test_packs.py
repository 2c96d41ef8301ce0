"""Packs that an establishment writes: read whole, or refused with the rule at fault."""

from typing import Any

import pytest

from hygie.fhir.validate.context import Context
from hygie.fhir.validate.report import Report
from hygie.fhir.validate.rules import read_pack, rule_set
from hygie.refusal import Refused

PACK = """
name = "chu"
title = "Règles de la maison"
[groups]
ipp = ["urn:oid:1.2.3"]
[[rule]]
id = "chu.ipp"
on = ["Patient"]
each = "identifier"
named = "ipp"
test = "value.matches('^8[0-9]{7}$')"
at = "value"
shows = "value"
severity = "warning"
fr = "IPP « {value} » hors de la plage."
en = "IPP '{value}' out of range."
reason = "Plage de la maison."
source = "Procédure 12"
since = "2026-01-01"
"""


def rules_broken(pack: str, resource: dict[str, Any]) -> list[tuple[str, str, str]]:
    report = Report(Context())
    report.source = "profile"
    rule_set(read_pack(pack)).check(resource, (None, resource["resourceType"], -1), report)
    assert report.source == "profile"
    return [(issue.rule, issue.location, issue.source) for issue in report.issues]


def test_a_rule_in_fhirpath_judges_the_items_of_its_system() -> None:
    """Danger: a rule of the house is silently without effect, or judges others' identifiers."""
    items = [
        {"system": "urn:oid:1.2.3", "value": "80000001"},
        {"system": "urn:oid:1.2.3", "value": "1"},
        {"system": "urn:other", "value": "1"},
    ]
    resource = {"resourceType": "Patient", "identifier": items}
    expected = [("chu.ipp", "Patient.identifier[1].value", "Procédure 12")]
    assert rules_broken(PACK, resource) == expected
    assert rules_broken(PACK, {"resourceType": "Encounter", "identifier": items}) == []


def test_a_rule_of_the_whole_resource_waits_for_its_identifier() -> None:
    """Danger: what is asked of identities with an INS is asked of all."""
    pack = PACK.replace('each = "identifier"\n', "").replace('at = "value"\n', "")
    pack = pack.replace("value.matches('^8[0-9]{7}$')", "birthDate.exists()")
    item = {"system": "urn:oid:1.2.3", "value": "1"}
    resource: dict[str, Any] = {"resourceType": "Patient", "identifier": [item]}
    assert rules_broken(pack, resource) == [("chu.ipp", "Patient", "Procédure 12")]
    assert rules_broken(pack, {**resource, "identifier": [{**item, "use": "old"}]}) == []
    assert rules_broken(pack, {**resource, "birthDate": "1974"}) == []


def test_a_rule_applies_when_its_condition_holds() -> None:
    """Danger: a rule for men is broken by women."""
    pack = PACK.replace('at = "value"', "when = \"%resource.gender = 'male'\"")
    item = {"system": "urn:oid:1.2.3", "value": "1"}
    resource = {"resourceType": "Patient", "identifier": [item]}
    assert rules_broken(pack, {**resource, "gender": "female"}) == []
    assert len(rules_broken(pack, {**resource, "gender": "male"})) == 1


def test_a_rule_that_cannot_be_evaluated_says_so() -> None:
    """Danger: a rule that fails at run time stops all the others, or is thought to be kept."""
    pack = PACK.replace("value.matches('^8[0-9]{7}$')", "%resource.name.family = 'A' and today()")
    item = {"system": "urn:oid:1.2.3", "value": "1"}
    resource = {"resourceType": "Patient", "identifier": [item]}
    assert [rule for rule, _, _ in rules_broken(pack, resource)] == ["rules.not-evaluated"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("name = ", "name ", "rules.pack"),
        ('severity = "warning"', 'severity = "grave"', "rules.pack"),
        ('at = "value"', 'att = "value"', "rules.pack"),
        ('named = "ipp"', 'named = "iep"', "rules.wrong"),
        ('on = ["Patient"]', 'on = ["Patients"]', "rules.wrong"),
        ('each = "identifier"', 'each = "identifiers"', "rules.wrong"),
        ('at = "value"', 'check = "ins-key"', "rules.wrong"),
        ("test = \"value.matches('^8[0-9]{7}$')\"", 'check = "nothing"', "rules.wrong"),
        ("value.matches('^8[0-9]{7}$')", "value.", "fhirpath.syntax"),
    ],
)
def test_a_wrong_pack_is_refused_before_it_judges(old: str, new: str, rule: str) -> None:
    """Danger: a slip in a rule leaves it without effect."""
    assert old in PACK
    with pytest.raises(Refused) as caught:
        rule_set(read_pack(PACK.replace(old, new, 1)))
    issue = caught.value.refusal.issues[0]
    assert issue.rule == rule
    assert issue.text("fr")
    assert issue.text("en")


def test_an_id_stands_once() -> None:
    """Danger: silencing one rule silences another."""
    with pytest.raises(Refused, match=r"rules\.repeated"):
        read_pack(PACK + PACK[PACK.index("[[rule]]") :])
