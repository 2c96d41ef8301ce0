"""Guards what a report counts, and that it stays small whatever is counted."""

from typing import Any

import msgspec
import pytest

from hygie.fhir.policy.standards import base_telling
from hygie.insight.quality.discretion import Discretion
from hygie.insight.quality.subjects import Subject, subject_of
from hygie.insight.quality.tally import OTHERS, Tally
from hygie.limits import MAX_REPORT_EXAMPLES, MAX_REPORT_FILES, MAX_REPORT_NAMES
from hygie.refusal import Issue, Phrase, Severity

SAID = Phrase("« {found} » n’est pas {expected}.", "“{found}” is not {expected}.")
PATIENT = {"resourceType": "Patient", "id": "p1", "meta": {"profile": ["http://x/p"]}}


def issue(rule: str, location: str = "", severity: Severity = "error") -> Issue:
    return Issue(
        severity=severity, code="value", rule=rule, phrase=SAID, location=location,
        details={"found": "DUPONT", "expected": "une date"},
    )  # fmt: skip


def tally(*files: tuple[str, list[Issue]], excerpts: bool = True) -> Tally:
    made = Tally(Discretion("fr", excerpts))
    for name, issues in files:
        made.begin(name, 10)
        made.count(0, PATIENT, issues)
        made.end()
    return made


def test_counts_by_rule_severity_type_profile_and_file() -> None:
    """Guards: a report that does not add up."""
    made = tally(
        ("a.json", [issue("x"), issue("x"), issue("w", severity="warning")]), ("b.json", [])
    )
    totals = made.totals()
    assert (totals.files, totals.failing_files, totals.bytes) == (2, 1, 20)
    assert (totals.resources, totals.failing_resources) == (2, 1)
    assert (totals.errors, totals.warnings) == (2, 1)
    assert [(r.rule, r.count, r.resources, r.files) for r in made.rules()] == [
        ("x", 2, 1, 1), ("w", 1, 1, 1),
    ]  # fmt: skip
    (by_type,), (by_profile,) = made.types(), made.profiles()
    assert (by_type.name, by_type.resources, by_type.failing) == ("Patient", 2, 1)
    assert (by_profile.name, by_profile.errors) == ("http://x/p", 2)
    assert [file.name for file in made.worst_files()] == ["a.json"]


def test_entries_of_a_bundle_are_resources_of_their_own() -> None:
    """Guards: a thousand results counted as one Bundle, and their faults as the Bundle's."""
    made = Tally(Discretion())
    bundle = {"resourceType": "Bundle", "entry": [{"resource": PATIENT}, {}, "?"]}
    made.begin("b.json", 1)
    found = [issue("x", "Bundle.entry[0].resource.name"), issue("y", "Bundle.entry[900].resource")]
    made.count(0, bundle, found)
    made.end()
    assert made.totals().resources == 4
    assert {(g.name, g.errors) for g in made.types()} == {("Patient", 1), ("Bundle", 1), ("?", 0)}
    assert [rule.examples[0].resource for rule in made.rules()] == ["Patient/p1", "Bundle"]


def test_what_is_kept_does_not_grow_with_what_is_counted() -> None:
    """Guards: memory filled by a folder of a hundred thousand files, or by hostile names."""
    many = 3 * MAX_REPORT_NAMES
    made = Tally(Discretion())
    for number in range(many):
        made.begin(f"{number}.json", 1)
        resource = {"resourceType": "Patient", "meta": {"profile": [f"http://x/{number}"]}}
        made.count(0, resource, [issue(f"r{number}"), issue("x")])
        made.end()
    assert len(made.rules()) <= MAX_REPORT_NAMES + 2
    assert sum(rule.count for rule in made.rules()) == 2 * many
    assert len(made.profiles()) == MAX_REPORT_NAMES + 1
    assert OTHERS in {group.name for group in made.profiles()}
    assert len(made.worst_files()) == MAX_REPORT_FILES
    assert max(len(rule.examples) for rule in made.rules()) == MAX_REPORT_EXAMPLES


def test_the_worst_files_are_named_whenever_they_come() -> None:
    """Guards: a list of the first files instead of the worst."""
    few = [(f"{n}.json", [issue("x")]) for n in range(2 * MAX_REPORT_FILES)]
    made = tally(*few, ("last.json", [issue("x")] * 5))
    assert made.worst_files()[0].name == "last.json"


def test_without_excerpts_nothing_received_is_told() -> None:
    """Guards: a name of a patient in a report that promised to hold none."""
    found = issue("x", "Patient.`Dupont Marie`")
    (rule,) = tally(("DUPONT.json", [found]), excerpts=False).rules()
    (example,) = rule.examples
    assert example.text == "« … » n’est pas une date."
    assert (example.file, example.resource, example.place) == ("fichier 1", "Patient", "Patient.…")


def test_any_json_has_a_subject() -> None:
    """Guards: a crash on what is no resource."""
    for value in (None, [], {"meta": 3}, {"resourceType": 3, "id": [], "meta": {"profile": [1]}}):
        assert subject_of(value) == Subject("", "", ())


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Dupont"},
        {"resourceType": "Patient", "meta": {"profile": ["urn:dupont", "https://dupont/x"]}},
        {"resourceType": "Patient", "extension": [{"url": "https://x.org/dupont"}]},
        {
            "resourceType": "Bundle",
            "type": "dupont",
            "link": [{"relation": "next", "url": "https://x.org/dupont"}],
            "entry": [
                {"resource": {"resourceType": "Patient"}},
                {
                    "fullUrl": "https://x.org/Patient/1",
                    "resource": {"resourceType": "Patient", "id": "dupont"},
                    "request": {"method": "PUT", "url": "Patient/1"},
                },
            ],
        },
    ],
)
def test_without_excerpts_no_check_tells_what_it_met(resource: dict[str, Any]) -> None:
    """Danger: a detail that is taken for one of a definition, and is the id of a patient."""
    made = Tally(Discretion("fr", excerpts=False))
    made.begin("dupont.json", 10)
    made.count(0, resource, base_telling().validate(resource))
    made.end()
    told = msgspec.json.encode((made.rules(), made.types(), made.profiles(), made.worst_files()))
    assert b"dupont" not in told.lower()
    assert made.rules()


def test_without_excerpts_profiles_are_told() -> None:
    """Danger: a report for a supplier that does not say which profile his data does not follow."""
    url = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient|2.2.0"
    made = Tally(Discretion("fr", excerpts=False))
    made.begin("a.json", 10)
    made.count(0, {"resourceType": "Patient", "meta": {"profile": [url]}}, ())
    assert [group.name for group in made.profiles()] == [url]
