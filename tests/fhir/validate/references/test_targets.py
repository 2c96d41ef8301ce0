"""What a profile says of the target of a reference: type, profile, place, version."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from hygie.fhir.packages import Definition, Library
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.references.surroundings import NOTHING, within
from hygie.fhir.validate.references.targets import Wanted, check_targets
from hygie.fhir.validate.report import Report

PLACE: Any = (None, "Observation", -1)
OUR_PATIENT = "https://example.org/StructureDefinition/our-patient"
PATIENT = "http://hl7.org/fhir/StructureDefinition/Patient"
GROUP = "http://hl7.org/fhir/StructureDefinition/Group"
OLD, NEW = {"resourceType": "Patient", "id": "1"}, {"resourceType": "Patient", "active": True}
BUNDLE: Any = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"fullUrl": "https://h.test/fhir/Observation/1", "resource": {"resourceType": "Basic"}},
        {"fullUrl": "https://h.test/fhir/Patient/1", "resource": OLD},
        {"fullUrl": "urn:uuid:7b0e7a4e-6b0a-4f0e-8e0e-000000000001", "resource": NEW},
    ],
}


@dataclass
class ActiveOnly:
    """Profiles, all of which ask for an active patient; counts what it is asked."""

    asked: list[Any] = field(default_factory=list)

    def check(self, *_: Any) -> None: ...

    def conforms(self, _: str, value: Any, __: Report) -> bool:
        self.asked.append(value)
        return value.get("active") is True


def library() -> Library:
    return Library(
        [
            Definition({"resourceType": "StructureDefinition", "url": url, "type": "Patient"})
            for url in (OUR_PATIENT, PATIENT)
        ]
    )


def report(profiles: Any = None, resolve: Any = None) -> Report:
    """Standing in the first entry of the bundle, which contains `#p`."""
    known = Context(library=library(), profiles=profiles, resolve=resolve)
    found = Report(known)
    outer = within(BUNDLE, PLACE, NOTHING)
    holder = {"resourceType": "Observation", "contained": [{**NEW, "id": "p"}]}
    found.surroundings = within(holder, ((PLACE, "entry", 0), "resource", -1), outer)
    return found


def rules(reference: Any, wanted: Wanted, **known: Any) -> list[str]:
    found = report(**known)
    check_targets(reference, wanted, PLACE, found)
    assert all(issue.text("fr") != issue.text("en") for issue in found.issues)
    return [issue.rule for issue in found.issues]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"reference": "Patient/9"}, []),
        ({"reference": "Group/9"}, ["reference.target"]),
        ({"reference": "#p"}, []),
        ({"reference": "#q"}, []),
        ({"type": "Group", "display": "x"}, ["reference.target"]),
        ({"identifier": {"value": "1"}}, []),
        ({"display": "x"}, []),
        ({"reference": 1, "type": []}, []),
        ("Group/9", []),
        (None, []),
    ],
)
def test_types_of_the_targets(reference: Any, expected: list[str]) -> None:
    """Danger: a profile that narrows the targets is not heard."""
    assert rules(reference, Wanted(profiles=(OUR_PATIENT,))) == expected


def test_one_of_several_targets_is_enough() -> None:
    """Danger: a reference to the second of two allowed types refused."""
    wanted = Wanted(profiles=(OUR_PATIENT, GROUP))
    assert rules({"reference": "Group/9"}, wanted) == []
    assert rules({"reference": "Basic/9"}, wanted) == ["reference.target"]


def test_a_target_whose_profile_is_unknown_is_not_judged() -> None:
    """Danger: everything refused because a package was not given."""
    wanted = Wanted(profiles=("https://example.org/StructureDefinition/nobody-knows",))
    assert rules({"reference": "Group/9"}, wanted) == []
    assert rules({"reference": "Patient/1"}, wanted, profiles=ActiveOnly()) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#p", []),
        ("urn:uuid:7b0e7a4e-6b0a-4f0e-8e0e-000000000001", []),
        ("Patient/1", ["reference.target-profile"]),
        ("https://h.test/fhir/Patient/1", ["reference.target-profile"]),
        ("Patient/nowhere", []),
    ],
)
def test_the_target_conforms(text: str, expected: list[str]) -> None:
    """Danger: a profile asks for another profile of the target, and nobody looks."""
    wanted = Wanted(profiles=(OUR_PATIENT,))
    assert rules({"reference": text}, wanted, profiles=ActiveOnly()) == expected


def test_a_target_elsewhere_is_asked_for() -> None:
    """Danger: the store is never looked into, or its answer is not checked."""
    wanted, store = Wanted(profiles=(OUR_PATIENT,)), {"Patient/s": OLD}
    found = rules({"reference": "Patient/s"}, wanted, profiles=ActiveOnly(), resolve=store.get)
    assert found == ["reference.target-profile"]


def test_a_target_is_judged_once() -> None:
    """Danger: a patient with 10,000 results is validated 10,000 times."""
    known = ActiveOnly()
    found = report(profiles=known)
    for _ in range(3):
        check_targets({"reference": "Patient/1"}, Wanted((OUR_PATIENT,)), PLACE, found)
    assert len(known.asked) == 1
    assert len(found.issues) == 3


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("#p", {"contained"}),
        ("Patient/1", {"bundled", "referenced"}),
        ("Patient/nowhere", {"referenced"}),
    ],
)
@pytest.mark.parametrize("mode", ["contained", "bundled", "referenced"])
def test_where_the_target_is(text: str, allowed: set[str], mode: str) -> None:
    """Danger: what a profile wants contained is found elsewhere."""
    expected = [] if mode in allowed else ["reference.aggregation"]
    assert rules({"reference": text}, Wanted(aggregation=(mode,))) == expected


@pytest.mark.parametrize(
    ("text", "versioning", "expected"),
    [
        ("Patient/1", "specific", ["reference.version"]),
        ("Patient/1/_history/2", "specific", []),
        ("Patient/1/_history/2", "independent", ["reference.version"]),
        ("Patient/1", "independent", []),
        ("Patient/1", "either", []),
    ],
)
def test_whether_it_has_a_version(text: str, versioning: str, expected: list[str]) -> None:
    """Danger: a reference that must name one version names whichever is there."""
    assert rules({"reference": text}, Wanted(versioning=versioning)) == expected


def test_a_chain_of_targets_ends() -> None:
    """Danger: 10,000 results, each a member of the next, exhaust the stack."""

    class Following:
        """Asks the same of the target of each target."""

        def check(self, *_: Any) -> None: ...

        def conforms(self, url: str, value: Any, found: Report) -> bool:
            check_targets(value["next"], Wanted((url,)), PLACE, found)
            return True

    count = 10_000
    names = [f"Patient/x{number}" for number in range(count + 1)]
    resources = [{"resourceType": "Patient", "next": {"reference": name}} for name in names[1:]]
    store = dict(zip(names, resources, strict=False))
    found = report(profiles=Following(), resolve=store.get)
    for resource in resources:
        check_targets(resource["next"], Wanted((OUR_PATIENT,)), PLACE, found)
    assert found.issues == []
    assert len(found.kept["reference.target-profile"]) == count - 1
