"""Which questionnaire a response answers, and whether it is in use."""

from typing import Any

import pytest
from tests.fhir.validate.questionnaires.forms import (
    URL,
    form,
    found,
    given,
    issues,
    question,
    response,
)

NAME = question("name", "string", required=True)
MISSING = ("error", "required", "")


def test_no_questionnaire() -> None:
    """Danger: answers taken for checked when nothing was there to check them against."""
    assert found(None, {"resourceType": "QuestionnaireResponse"}) == [("information", "none", "")]
    assert found(None, response()) == [("warning", "unknown", "")]
    assert found(None, response(questionnaire="#here")) == [("warning", "unknown", "")]


def test_a_contained_questionnaire() -> None:
    """Danger: an adapted form, which travels with its answers, not looked at."""
    contained = form(NAME, id="here")
    assert found(None, response(questionnaire="#here", contained=[contained])) == [MISSING]


def test_a_questionnaire_in_the_bundle_around() -> None:
    """Danger: a form sent beside its answers, not looked at; another version taken for it."""
    bundle = {"resourceType": "Bundle", "entry": [{"resource": form(NAME, version="2")}, 3]}
    asked = [i.rule for i in issues(None, response(questionnaire=f"{URL}|2"), bundle)]
    assert asked == ["questionnaire.required"]
    other = [i.rule for i in issues(None, response(questionnaire=f"{URL}|3"), bundle)]
    assert other == ["questionnaire.unknown"]


def test_the_source_is_the_questionnaire() -> None:
    """Danger: a supplier who cannot tell which form, and which version of it, is meant."""
    assert [i.source for i in issues(form(NAME, version="2"), response())] == [f"{URL}|2"]


@pytest.mark.parametrize("state", ["draft", "retired"])
def test_a_questionnaire_that_is_not_in_use(state: str) -> None:
    """Danger: answers to a withdrawn form that no one notices."""
    issue = ("information", state, ".questionnaire")
    assert found(form(status=state), response()) == [issue]


@pytest.mark.parametrize(
    ("authored", "expected"),
    [
        ("2021-12-12", [("warning", "period", ".authored")]),
        ("2021-12-11", []),
        ("2021-01-01T10:00:00Z", []),
        ("2020-12-30T10:00:00Z", [("warning", "period", ".authored")]),
        (7, []),
    ],
)
def test_the_period_of_a_questionnaire(authored: Any, expected: Any) -> None:
    """Danger: a form used after its end, or before its time."""
    period = {"start": "2021-01-01", "end": "2021-12-11"}
    assert found(form(effectivePeriod=period), response(authored=authored)) == expected


def test_a_contained_value_set() -> None:
    """Danger: the short list that a form brings along, not applied."""
    colours = {"resourceType": "ValueSet", "id": "colours", "compose": {
        "include": [{"system": "urn:c", "concept": [{"code": "red"}, {"code": "blue"}]}],
        "exclude": [{"system": "urn:c", "concept": [{"code": "blue"}]}]}}  # fmt: skip
    asked = form(question("c", "choice", answerValueSet="#colours", repeats=True),
                 contained=[colours])  # fmt: skip
    answers = [{"valueCoding": {"system": "urn:c", "code": code}} for code in ("red", "blue", "x")]
    assert found(asked, response(given("c", *answers))) == [
        ("error", "value-set", ".item[0].answer[1]"),
        ("error", "value-set", ".item[0].answer[2]"),
    ]


def test_a_value_set_that_is_not_there() -> None:
    """Danger: answers refused, or taken for checked, for want of the list that a form names."""
    asked = form(question("c", "choice", answerValueSet="#none"))
    answered = response(given("c", {"valueCoding": {"code": "FR"}}))
    issue = ("warning", "value-set-unknown", ".item[0].answer[0]")
    assert found(asked, answered) == [issue]
