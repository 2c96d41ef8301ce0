"""Links, extensions and language of narratives (R4 §2.4.0)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.validate import base_validator
from hygie.fhir.validate.narrative import refusal_reason
from hygie.fhir.validate.narrative.acceptance import BLOCK_IN_PARAGRAPH, EMPTY_LINK
from hygie.fhir.validate.narrative.reading import read

XMLNS = 'xmlns="http://www.w3.org/1999/xhtml"'
ORGANIZATION = {"resourceType": "Organization", "id": "org", "name": "Clinique"}


def narrative(inner: str, attributes: str = "", **members: Any) -> dict[str, Any]:
    return {"status": "generated", "div": f"<div {XMLNS}{attributes}>{inner}</div>", **members}


def found(resource: dict[str, Any]) -> list[tuple[str, str, str]]:
    issues = base_validator().validate(resource)
    assert all(issue.text("fr") != issue.text("en") for issue in issues)
    return [
        (issue.rule, issue.severity, issue.location)
        for issue in issues
        if issue.rule.startswith(("narrative", "value"))
    ]


@pytest.mark.parametrize(
    "inner",
    [
        '<a name="t"/><a href="#t">x</a>',
        "<p id='t'>x</p><a href='#t'>x</a>",
        '<a href="#org">x</a>',
        '<a href="#family">x</a>',
        '<a href="#">x</a>',
        '<a href="https://h.test/#t">x</a>',
        "<p>#t “#t”</p>",
        '<p style="color: #fff" title="#t">x</p>',
    ],
)
def test_links_that_lead_somewhere(inner: str) -> None:
    """Danger: a good narrative refused."""
    patient = {
        "resourceType": "Patient",
        "contained": [ORGANIZATION],
        "text": narrative(inner),
        "name": [{"id": "family", "family": "F"}],
        "managingOrganization": {"reference": "#org"},
    }
    assert found(patient) == []


@pytest.mark.parametrize("inner", ['<a href="#t">x</a>', "x<img src='#t' alt='x'/>"])
def test_links_that_lead_nowhere(inner: str) -> None:
    """Danger: a reader follows a link to the results and finds nothing."""
    patient = {"resourceType": "Patient", "text": narrative(inner)}
    assert found(patient) == [("narrative.link", "error", "Patient.text.div")]


def test_links_lead_to_other_entries() -> None:
    """Danger: the links of a document, from one of its parts to another, refused."""
    entries = [
        {"fullUrl": f"https://h.test/Patient/{n}", "resource": {"resourceType": "Patient",
         "id": str(n), "text": narrative(f'<a name="Patient_{n}"/><a href="#{link}">x</a>')}}
        for n, link in ((1, "Patient_2"), (2, "1"), (3, "Patient_9"))
    ]  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    assert found(bundle) == [("narrative.link", "error", "Bundle.entry[2].resource.text.div")]


TEXT_LINK = "http://hl7.org/fhir/StructureDefinition/textLink"


@pytest.mark.parametrize(
    ("html", "data", "expected"),
    [
        ("t", "#family", []),
        ("t", "Patient/1", []),
        ("u", "#family", ["narrative.text-link"]),
        ("t", "#given", ["narrative.data-link"]),
    ],
)
def test_text_links_have_two_ends(html: str, data: str, expected: list[str]) -> None:
    """Danger: a text said to be made from data that are not there."""
    parts = [{"url": "htmlid", "valueString": html}, {"url": "data", "valueUri": data}]
    text = narrative('<p id="t">x</p>', extension=[{"url": TEXT_LINK, "extension": parts}])
    patient = {"resourceType": "Patient", "text": text, "name": [{"id": "family", "family": "F"}]}
    assert [rule for rule, _, _ in found(patient)] == expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("", []),
        (' lang="FR"', []),
        (' xml:lang="fr"', []),
        (' lang="en"', [("narrative.language", "warning", "Patient.text")]),
        (' xml:lang="de"', [("narrative.language", "warning", "Patient.text")]),
    ],
)
def test_one_language(attributes: str, expected: list[Any]) -> None:
    """Danger: a text read aloud in another language."""
    text = narrative("x", attributes)
    assert found({"resourceType": "Patient", "language": "fr", "text": text}) == expected


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        ("<p>a<b>b</b></p><p>c</p><div><p>d</p></div>", None),
        ("<p>a<div>b</div></p>", BLOCK_IN_PARAGRAPH),
        ("<p><b><ul><li>b</li></ul></b></p>", BLOCK_IN_PARAGRAPH),
        ("<p>a</p><table><tr><td><p>x<p>y</p></p></td></tr></table>", BLOCK_IN_PARAGRAPH),
        ('<a href=" ">x</a>', EMPTY_LINK),
    ],
)
def test_structure_of_the_text(inner: str, reason: Any) -> None:
    """Danger: a text that every browser shows otherwise; or an ordinary one refused."""
    assert refusal_reason(f"<div {XMLNS}>{inner}</div>") is reason


ANYTHING = st.sampled_from(
    ["<a href='#t'>", "</a>", "<p id='t'>", "</p>", "<!DOCTYPE a [", "&t;", "]>", "\x00", "<", "é"]
)


@given(st.lists(ANYTHING, max_size=8).map("".join))
def test_any_text_is_read(text: str) -> None:
    """Danger: an exception, or an entity expanded, while links are looked for."""
    assert read(text).names <= {"t"}
    found({"resourceType": "Patient", "language": "fr", "text": {"status": "x", "div": text}})
