"""Answers among those that a question offers."""

from typing import Any

import pytest
from tests.fhir.validate.questionnaires.forms import (
    COUNTRIES,
    extension,
    form,
    found,
    given,
    question,
    response,
)


def coding(code: str, system: str = "urn:c", **members: Any) -> dict[str, Any]:
    return {"valueCoding": {"system": system, "code": code, **members}}


EXCLUSIVE = [extension("questionnaire-optionExclusive", valueBoolean=True)]
OFFERED = [
    coding("red", display="Rouge"),
    {**coding("none"), "extension": EXCLUSIVE},
    {"valueString": "other"},
    {"valueInteger": 4},
    {"valueReference": {"reference": "Patient/1"}},
]  # fmt: skip


def ask(type_: str, *answers: Any, **members: Any) -> list[tuple[str, str, str]]:
    asked = form(question("q", type_, repeats=True, **members))
    prefix = ".item[0].answer"
    return [
        (s, r, p.removeprefix(prefix)) for s, r, p in found(asked, response(given("q", *answers)))
    ]


@pytest.mark.parametrize("type_", ["choice", "open-choice"])
@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        (coding("red"), None),
        (coding("red", display="autre"), None),
        (coding("red", "urn:other"), "option"),
        (coding("blue"), "option"),
        ({"valueInteger": 4}, None),
        ({"valueInteger": 5}, "option"),
        ({"valueReference": {"reference": "Patient/1"}}, None),
        ({"valueReference": {"reference": "Patient/2"}}, "option"),
        ({"valueDate": "2020"}, "option-type"),
    ],
)
def test_offered(type_: str, answer: Any, rule: str | None) -> None:
    """Danger: an answer that the form does not offer; one that it does, refused."""
    expected = [("error", rule, "[0]")] if rule else []
    assert ask(type_, answer, answerOption=OFFERED) == expected


def test_free_text() -> None:
    """Danger: free text in a closed list; an option typed as text, which no one counts."""
    assert ask("choice", {"valueString": "other"}, answerOption=OFFERED) == []
    assert ask("choice", {"valueString": "x"}, answerOption=OFFERED) == [("error", "option", "[0]")]
    assert ask("open-choice", {"valueString": "x"}, answerOption=OFFERED) == []
    disguised = [("warning", "option-as-text", "[0].value.ofType(string)")]
    assert ask("open-choice", {"valueString": "ROUGE"}, answerOption=OFFERED) == disguised
    assert ask("open-choice", {"valueString": "x" * 9}, answerOption=OFFERED, maxLength=8) == [
        ("error", "maximum-length", "[0].value.ofType(string)")
    ]


def test_exclusive() -> None:
    """Danger: "none of these" together with one of these."""
    assert ask("choice", coding("none"), answerOption=OFFERED) == []
    both = ask("choice", coding("none"), coding("red"), answerOption=OFFERED)
    assert both == [("error", "exclusive", "[0]")]


def test_value_sets() -> None:
    """Danger: a code outside the list of the question."""
    france, other = coding("FR", "urn:iso:std:iso:3166"), coding("FR", "urn:other")
    assert ask("choice", france, answerValueSet=COUNTRIES) == []
    assert ask("choice", other, answerValueSet=COUNTRIES) == [("error", "value-set", "[0]")]
    assert ask("open-choice", other, answerValueSet=COUNTRIES) == [("error", "value-set", "[0]")]
    unknown = [("warning", "value-set-unknown", "[0]")]
    assert ask("choice", france, answerValueSet="urn:none") == unknown
    as_text = ask("choice", {"valueString": "FR"}, answerValueSet=COUNTRIES)
    assert as_text == [("warning", "option-type", "[0]")]
    assert ask("open-choice", {"valueString": "Ruritanie"}, answerValueSet=COUNTRIES) == []


def test_nothing_offered() -> None:
    """Danger: answers that could not be checked, and no one knows."""
    assert ask("choice", coding("x")) == [("information", "no-options", "[0]")]


@pytest.mark.parametrize(
    ("type_", "option", "answer", "other"),
    [
        ("integer", {"valueInteger": 1}, {"valueInteger": 1}, {"valueInteger": 2}),
        ("date", {"valueDate": "2022-01-01"}, {"valueDate": "2022-01-01"},
         {"valueDate": "2022-03-01"}),
        ("time", {"valueTime": "10:00:00"}, {"valueTime": "10:00:00"}, {"valueTime": "09:00:00"}),
        ("string", {"valueString": "a"}, {"valueString": "a"}, {"valueString": "A"}),
        ("dateTime", {"valueDate": "2022"}, {"valueDateTime": "2022"}, {"valueDateTime": "2023"}),
    ],
)  # fmt: skip
def test_options_of_other_questions(type_: str, option: Any, answer: Any, other: Any) -> None:
    """Danger: a value that is not one of those listed."""
    place = f"[0].value.ofType({type_})"
    assert ask(type_, answer, answerOption=[option]) == []
    assert ask(type_, other, answerOption=[option]) == [("error", "option", place)]
