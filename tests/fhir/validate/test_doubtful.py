"""Values that are valid and most probably wrong are warnings: nothing is refused for them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.validate import base_validator
from hygie.limits import MAX_ISSUES


def said(resource: dict[str, Any]) -> list[tuple[str, str, str]]:
    issues = base_validator().validate(resource)
    return [(issue.severity, issue.rule, issue.location) for issue in issues]


def patient(**members: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **members}


@pytest.mark.parametrize("text", ["<b>Durand</b>", "a <script src='x'> b", "</p>", "<br/>"])
def test_markup_in_a_text(text: str) -> None:
    """Danger: a page that forgets to escape a name runs what is in it."""
    found = [("warning", "value.markup", "Patient.name[0].family")]
    assert said(patient(name=[{"family": text}])) == found


@pytest.mark.parametrize("text", ["a < b", "x<y", "<5 mg", "<- ici", "3 <4> 5", "<", "a <b"])
def test_a_sign_is_no_markup(text: str) -> None:
    """Danger: noise on results such as « < 5 mg »."""
    assert said(patient(name=[{"family": text}])) == []


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("**gras** <b>gras</b>", True),
        ("<!DOCTYPE", True),
        ("<red", True),
        ("<https://example.org/x>", False),
        ("<mailto:a@b.fr> et <a@b.fr>", False),
        ("< 5 mg, <5", False),
    ],
)
def test_markup_in_markdown(text: str, doubtful: bool) -> None:
    """Danger: HTML that whoever displays Markdown takes out, with the words in it."""
    resource = {
        "resourceType": "Communication", "status": "completed",
        "note": [{"text": text}],
    }  # fmt: skip
    found = [("warning", "value.markup", "Communication.note[0].text")]
    assert said(resource) == (found if doubtful else [])


@pytest.mark.parametrize("day", ["0202-02-02", "1799", "2121-01", "9999-12-31"])
def test_unlikely_years(day: str) -> None:
    """Danger: a typing error becomes an age of 1800 years."""
    assert said(patient(birthDate=day)) == [("warning", "value.year", "Patient.birthDate")]


@pytest.mark.parametrize("day", ["1800-01-01", "2120-12-31", "2024", "1923-02"])
def test_likely_years(day: str) -> None:
    """Danger: noise on every date."""
    assert said(patient(birthDate=day)) == []


@pytest.mark.parametrize("day", ["1700-13", "1700-02-30", "17", "1700-1-1", "99999"])
def test_an_unlikely_year_hides_no_error(day: str) -> None:
    """Danger: a wrong date passes for being old."""
    assert [severity for severity, _, _ in said(patient(birthDate=day))] == ["error"]


def test_doubts_hide_no_error() -> None:
    """Danger: a resource of a thousand doubtful texts is stored, with an error after them."""
    names = [{"family": "<b>"}] * (MAX_ISSUES + 50)
    found = said(patient(name=names, birthDate="2023-02-30"))
    assert ("error", "value.calendar", "Patient.birthDate") in found
    assert [rule for _, rule, _ in found].count("structure.more") == 1
    assert len(found) == MAX_ISSUES + 2


@given(st.text(alphabet="<>/!ab :@.", max_size=30))
def test_any_text(text: str) -> None:
    """Danger: an error for a text."""
    found = said(patient(name=[{"family": f"x{text}"}]))
    assert all(severity == "warning" for severity, _, _ in found)
