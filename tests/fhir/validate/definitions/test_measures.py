"""Guards the criteria of measures: an indicator that counts nothing, and nobody knows."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.packages import Definition, base_library
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.definitions import check_measure
from hygie.fhir.validate.report import Report
from hygie.refusal import Issue

URL = "https://example.org/Library/"
ELM = """<library xmlns="urn:hl7-org:elm:r1"><identifier id="Stays"/><statements>
  <def name="Patient"><expression><def name="Inner"/></expression></def><def name="Long"/>
</statements></library>"""
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


def library(name: str, elm: str = ELM) -> dict[str, Any]:
    data = base64.b64encode(elm.encode()).decode()
    content = {"contentType": "application/elm+xml", "data": data}
    return {"resourceType": "Library", "url": URL + name, "name": name, "content": [content]}


def said(expression: str, *libraries: str, language: str = "text/cql") -> list[Issue]:
    known = base_library().copy()
    for one in (
        library("Stays"), library("Deaths"), library("Cut", "<library"), library("Bomb", BOMB),
        {"resourceType": "Library", "url": URL + "Bare", "name": "Bare"},
    ):  # fmt: skip
        known.add(Definition(one))
    criteria = {"language": language, "expression": expression}
    component = {"criteria": criteria}
    measure = {
        "resourceType": "Measure",
        "library": [URL + name for name in libraries],
        "group": [{"stratifier": [{"criteria": criteria}, {"component": [component]}]}],
    }
    report = Report(Context(library=known))
    check_measure(measure, (None, "Measure", -1), report)
    assert all(issue.text("fr") and issue.text("en") for issue in report.issues)
    return report.issues


@pytest.mark.parametrize(
    ("expression", "libraries"),
    [("Stays.Long", ["Stays", "Deaths"]), ("Long", ["Stays"]), ("Stays.Patient", ["Stays"])],
)
def test_a_criterion_that_a_library_defines_is_accepted(
    expression: str, libraries: list[str]
) -> None:
    """A sound measure refused."""
    assert said(expression, *libraries) == []


@pytest.mark.parametrize(
    ("expression", "libraries", "text"),
    [
        ("Stays.Short", ["Stays"], "does not define “Short”"),
        ("Stays.Inner", ["Stays"], "does not define “Inner”"),
        ("Stays.Long", [], "no library"),
        ("Stays.Long", ["Unknown"], "no library"),
        ("Births.Long", ["Stays"], "none of those"),
        ("Long", ["Stays", "Deaths"], "say which"),
    ],
)
def test_a_criterion_that_is_not_there_is_named(
    expression: str, libraries: list[str], text: str
) -> None:
    """An indicator that is computed from nothing."""
    found = said(expression, *libraries)
    assert [issue.severity for issue in found] == ["error", "error"]
    assert all(text in issue.text("en") for issue in found)
    assert [issue.location for issue in found] == [
        "Measure.group[0].stratifier[0].criteria",
        "Measure.group[0].stratifier[1].component[0].criteria",
    ]


@pytest.mark.parametrize("name", ["Bare", "Cut", "Bomb"])
def test_a_library_that_cannot_be_read_is_a_doubt(name: str) -> None:
    """A measure refused for a form that Hygie does not read; an entity that fills the memory."""
    assert {issue.severity for issue in said(f"{name}.Long", name)} == {"warning"}


def test_other_languages_are_left_to_others() -> None:
    """A measure in FHIRPath refused for lack of a library."""
    assert said("Patient.gender", language="text/fhirpath") == []


@given(
    st.recursive(
        st.none() | st.text(max_size=4) | st.just("text/cql"),
        lambda below: (
            st.lists(below, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["group", "stratifier", "criteria", "library", "language", "expression"]
                ),
                below,
                max_size=4,
            )
        ),
    )
)
def test_no_json_breaks_the_check(value: Any) -> None:
    """A file that stops the validation of a whole folder."""
    measure = value if isinstance(value, dict) else {"group": value}
    report = Report(Context(library=base_library()))
    check_measure(measure, (None, "Measure", -1), report)
    assert {issue.rule for issue in report.issues} <= {"measure.criteria"}
