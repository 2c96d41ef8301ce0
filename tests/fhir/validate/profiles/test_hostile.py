"""Definitions and data that nobody should have written: reported, never an exception."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.validate.profiles.making import (
    URL,
    element,
    found,
    issues,
    profile,
    profiles,
    sliced,
)

from hygie.fhir.validate.context import Context
from hygie.fhir.validate.profiles import Profiles
from hygie.fhir.validate.profiles.tree import MAX_ELEMENT_DEPTH
from hygie.fhir.validate.report import Report
from hygie.limits import MAX_ISSUES

PATIENT: dict[str, Any] = {"resourceType": "Patient", "name": [{"given": ["Lou"]}]}


def rules(known: Profiles, name: str = "p", value: Any = None) -> list[str]:
    return [issue.rule for issue in issues(known, name, PATIENT if value is None else value)]


def test_an_unknown_profile_is_a_warning_that_names_its_package() -> None:
    """Danger: a resource said to be valid that was not checked against what it declares."""
    report = Report(Context())
    canonical = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"
    profiles().check(canonical, PATIENT, (None, "Patient", -1), report)
    (issue,) = report.issues
    assert (issue.severity, issue.rule) == ("warning", "profile.unknown")
    assert "hl7.fhir.us.core" in issue.text("fr")


@pytest.mark.parametrize(
    "broken",
    [
        {"snapshot": None},
        {"snapshot": {"element": []}},
        {"snapshot": {"element": "x"}},
        {"snapshot": {"element": [{"path": 1}]}},
        {"snapshot": {"element": [{"path": "Patient.name"}]}},
        {"snapshot": {"element": [{"path": "Patient"}, {"path": "Group.name"}]}},
        {"snapshot": {"element": [{"path": "Patient"}, {"path": "Patient.name.given"}]}},
        {"snapshot": {"element": [{"path": "Patient"}, {"path": "Patient.name", "min": "1"}]}},
        {"snapshot": {"element": [{"path": "Patient"}, {"path": "Patient.name", "type": {}}]}},
        {"type": "Pasient"},
        {"type": {"a": 1}},
        {"baseDefinition": URL + "missing", "snapshot": None, "differential": {"element": []}},
        {"baseDefinition": URL + "p", "snapshot": None, "differential": {"element": [{}]}},
    ],
)
def test_an_unusable_profile_is_an_error_said_once(broken: dict[str, Any]) -> None:
    """Danger: a definition that somebody sent stops the validation of all that declares it."""
    definition = {**profile("p", "Patient", element("Patient.name", min=2)), **broken}
    known = profiles({name: value for name, value in definition.items() if value is not None})
    report = Report(Context())
    for _ in range(2):
        known.check(URL + "p", PATIENT, (None, "Patient", -1), report)
    assert [issue.rule for issue in report.issues] == ["profile.unusable"]
    assert not known.conforms(URL + "p", PATIENT, report)


def test_nesting_without_end_is_refused() -> None:
    """Danger: a path of ten thousand steps that overflows the stack."""
    deep, path = [], "Patient"
    for _ in range(MAX_ELEMENT_DEPTH + 2):
        path += ".extension"
        deep.append(element(path))
    assert rules(profiles(profile("p", "Patient", *deep))) == ["profile.unusable"]


def test_profiles_that_ask_for_each_other_end() -> None:
    """Danger: a validation that never ends, on two profiles that name each other."""
    typed = [{"code": "HumanName", "profile": [URL + "name"]}]
    name = profile("name", "HumanName", element("HumanName.extension", type=[
        {"code": "HumanName", "profile": [URL + "name"]}
    ]))  # fmt: skip
    patient = profile("p", "Patient", element("Patient.name", type=typed))
    value = {"resourceType": "Patient", "name": [{"extension": [{"extension": [{}]}]}]}
    assert rules(profiles(patient, name), "p", value) == []


def test_resources_that_refer_to_each_other_end() -> None:
    """Danger: a cycle of references, each checked against the profile of the other."""
    linked = [{"code": "Reference", "targetProfile": [URL + "p"]}]
    known = profiles(profile("p", "Patient", element("Patient.generalPractitioner", type=linked)))
    value = {
        "resourceType": "Patient",
        "id": "1",
        "generalPractitioner": [{"reference": "Patient/1"}],
    }
    context = Context(resolve=lambda _: value, profiles=known)
    assert [i.rule for i in issues(known, "p", value, context)] == []


def test_contradictions_are_what_no_value_satisfies() -> None:
    """Danger: a profile that asks for what it forbids, which accepts everything."""
    said = [element("Patient.name", min=2, max="1")]
    assert found(PATIENT, *said) == [("profile.minimum", "Patient")]
    assert found({"resourceType": "Patient"}, *said) == [("profile.minimum", "Patient")]


def test_an_invariant_that_does_not_compile_is_told_and_no_more() -> None:
    """Danger: one bad rule of a guide refuses, or excuses, all resources."""
    bad = {"key": "x-1", "severity": "error", "human": "?", "expression": "name.(("}
    good = {"key": "x-2", "severity": "error", "human": "no", "expression": "name.empty()"}
    known = profiles(profile("p", "Patient", element("Patient.name", constraint=[bad])))
    assert rules(known) == ["invariant.not-evaluated"]
    root = profile("p", "Patient")
    root["snapshot"]["element"][0]["constraint"] = [good]
    (issue,) = issues(profiles(root), "p", PATIENT)
    assert (issue.rule, issue.source) == ("invariant.x-2", URL + "p|1.0")
    assert "no" in issue.text("en")


def test_a_resource_of_another_type() -> None:
    """Danger: a Group that says to follow a profile of Patient."""
    known = profiles(profile("p", "Patient"))
    assert rules(known, "p", {"resourceType": "Group"}) == ["profile.type"]
    assert rules(known, "p", {"resourceType": "Nothing"}) == []


def test_the_place_of_report_is_put_back() -> None:
    """Danger: an issue of the base, told as one of the profile that was checked before."""
    known = profiles(profile("p", "Patient", element("Patient.name", max="0")))
    report = Report(Context())
    report.resource = PATIENT
    known.check(URL + "p", PATIENT, (None, "Patient", -1), report)
    assert (report.source, report.issues[0].source) == ("", URL + "p|1.0")
    assert report.resource is PATIENT


SAID = [
    element("Patient.identifier", min=1),
    sliced("Patient.name", ("value", "use"), rules="closed", ordered=True),
    element("Patient.name", "o", min=1),
    element("Patient.name.use", fixedCode="official"),
    element("Patient.name.given", max="1", maxLength=3),
    element("Patient.birthDate", minValueDate="2000-01-01"),
    element("Patient.birthDate.extension", "e", min=1),
    element("Patient.deceased[x]", type=[{"code": "dateTime"}], maxValueDateTime="2020"),
    element("Patient.contact", patternBackboneElement={"name": {"family": "x"}}),
]
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["use", "given", "extension", "url", "name", "x", "resourceType"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(
    value=st.dictionaries(
        st.sampled_from(
            ["identifier", "name", "birthDate", "_birthDate", "deceasedDateTime", "contact", "meta"]
        ),
        junk,
    )
)
def test_data_of_any_shape_is_checked(value: dict[str, Any]) -> None:
    """Danger: an exception on JSON of a shape that nobody foresaw."""
    before = copy.deepcopy(value)
    found({"resourceType": "Patient", **value}, *SAID)
    assert value == before


def test_a_hundred_thousand_items_in_linear_time() -> None:
    """Danger: a count of items that looks at all of them for each of them."""
    said = [
        sliced("Patient.identifier", ("value", "system"), rules="closed", ordered=True),
        element("Patient.identifier", "a", min=1),
        element("Patient.identifier.system", fixedUri="urn:a"),
    ]
    value = {"resourceType": "Patient", "identifier": [{"system": "urn:a"}] * 100_000}
    assert found(value, *said) == []


def test_a_resource_that_declares_many_profiles_is_not_searched_for_each() -> None:
    """Danger: a megabyte of unknown profiles that keeps the server busy for hours: the place of
    each was looked for among all."""
    looks = 0

    class Counted(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            nonlocal looks
            looks += 1
            return str.__eq__(self, other)  # type: ignore[arg-type]

        __hash__ = str.__hash__

    declared = [Counted(f"https://example.org/{i}") for i in range(3_000)]
    value = {"resourceType": "Patient", "meta": {"profile": declared}}
    known, report = profiles(), Report(Context())
    for canonical in declared:
        known.check(str(canonical), value, (None, "Patient", -1), report)
    assert len(report.issues) == MAX_ISSUES + 1
    assert looks <= 2 * MAX_ISSUES * MAX_ISSUES
