"""Whether a questionnaire can be answered as it is meant (R4 §5.3)."""

from typing import Any

import pytest
from tests.fhir.validate.questionnaires.forms import (
    COUNTRIES,
    URL,
    extension,
    form,
    form_issues,
    question,
)

TYPE = "questionnaire-derivationType"
SYSTEM = "http://hl7.org/fhir/questionnaire-derivationType"


def when(target: str, operator: str = "=", **answer: Any) -> dict[str, Any]:
    return {"enableWhen": [{"question": target, "operator": operator, **answer}]}


YES = {"answerBoolean": True}
SMOKER = question("smoker", "boolean")


def test_a_faultless_questionnaire() -> None:
    """Danger: a usable form refused."""
    asked = form(
        SMOKER,
        question("packs", "integer", **when("smoker", **YES),
                 extension=[extension("minValue", valueInteger=1)], initial=[{"valueInteger": 1}]),
        question("group", "group",
                 question("why", "choice", answerOption=[{"valueString": "a"}, {"valueInteger": 1}],
                          **when("packs", ">", answerInteger=3))),
    )  # fmt: skip
    assert form_issues(asked) == []


@pytest.mark.parametrize(
    ("items", "severity", "rule", "place"),
    [
        ([question("q", "group", SMOKER, **when("smoker", **YES))], "error", "inner", ".item[0]"),
        ([question("q", "string", **when("none", **YES))], "error", "unknown", ".item[0]"),
        ([question("q", "boolean", **when("q", **YES))], "error", "itself", ".item[0]"),
        ([question("q", "string", **when("smoker", **YES)), SMOKER], "warning", "order",
         ".item[0]"),
        ([SMOKER, question("q", "string", **when("smoker", answerString="x"))], "warning", "type",
         ".item[1]"),
        ([SMOKER, question("q", "string", **when("smoker", ">", **YES))], "warning", "order-of",
         ".item[1]"),
        ([question("g", "display"), question("q", "string", **when("g", "exists", **YES))],
         "warning", "unanswered", ".item[1]"),
    ],
)  # fmt: skip
def test_conditions_that_cannot_be_met(items: Any, severity: str, rule: str, place: str) -> None:
    """Danger: a question of the form that no patient is ever asked."""
    assert form_issues(form(*items)) == [(severity, f"condition-{rule}", place)]


def test_a_condition_on_the_question_above() -> None:
    """Danger: what is asked only after one answer taken for what is asked too early."""
    inner = question("packs", "integer", **when("smoker", **YES))
    assert form_issues(form(question("smoker", "boolean", inner))) == []


def test_an_expression_is_not_evaluated() -> None:
    """Danger: a condition that is not looked at, and no one knows."""
    url = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression"
    asked = form({**SMOKER, "extension": [extension(url, valueExpression={"expression": "true"})]})
    assert form_issues(asked) == [("information", "expression", ".item[0]")]


@pytest.mark.parametrize(
    ("item", "issue"),
    [
        (question("q", "integer", answerOption=[{"valueInteger": 1}, {"valueString": "x"}]),
         ("error", "option-type", ".item[0].answerOption[1].value.ofType(string)")),
        (question("q", "integer", initial=[{"valueString": "x"}]),
         ("error", "initial-type", ".item[0].initial[0].value.ofType(string)")),
        (question("q", "choice", answerValueSet=COUNTRIES,
                  initial=[{"valueCoding": {"system": "urn:iso:std:iso:3166", "code": "XX"}}]),
         ("warning", "initial-value", ".item[0].initial[0].value.ofType(Coding)")),
        (question("q", "integer", extension=[extension("minValue", valueInteger=5),
                                             extension("maxValue", valueInteger=4)]),
         ("warning", "bounds", ".item[0]")),
        (question("q", "string", maxLength=3, extension=[extension("minLength", valueInteger=4)]),
         ("warning", "bounds", ".item[0]")),
        (question("q", "date", extension=[extension("minValue", valueInteger=5)]),
         ("warning", "bound-type", ".item[0]")),
        (question("q", "string", extension=[extension("questionnaire-maxOccurs", valueInteger=2)]),
         ("warning", "occurs-once", ".item[0]")),
        (question("q", "string", extension=[extension("regex", valueString="(?=x)")]),
         ("warning", "pattern", ".item[0]")),
    ],
)  # fmt: skip
def test_limits_and_values(item: Any, issue: Any) -> None:
    """Danger: a form whose own limits refuse every answer, found out by the patients."""
    assert form_issues(form(item)) == [issue]


def derived(way: str, *items: Any) -> dict[str, Any]:
    said = extension(TYPE, valueCoding={"system": SYSTEM, "code": way})
    return form(*items, url=URL + "-here", derivedFrom=[URL], _derivedFrom=[{"extension": [said]}])


BASE = form(question("q", "string", required=True, maxLength=10, definition="urn:d",
                     answerOption=[{"valueString": "a"}, {"valueString": "b"}]))  # fmt: skip
SAME = BASE["item"][0]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"answerOption": [{"valueString": "a"}], "maxLength": 5}, []),
        ({"type": "text"}, [("error", "derived", ".item[0].type")]),
        ({"repeats": True}, [("error", "derived", ".item[0].repeats")]),
        ({"required": False}, [("error", "derived", ".item[0].required")]),
        ({"maxLength": 11}, [("error", "derived", ".item[0].maxLength")]),
        ({"definition": "urn:e"}, [("information", "derived", ".item[0]")]),
        ({"answerOption": [{"valueString": "c"}]},
         [("error", "derived", ".item[0].answerOption[0]")]),
        ({"answerOption": []}, [("error", "derived", ".item[0]")]),
    ],
)  # fmt: skip
def test_what_a_derived_question_may_change(change: Any, expected: Any) -> None:
    """Danger: a form that says it is another, and asks for something else."""
    item = {**SAME, **change}
    if not item["answerOption"]:
        del item["answerOption"]
    assert form_issues(derived("extends", item), BASE) == expected


def test_added_questions() -> None:
    """Danger: a question added to a form that promises not to."""
    added = derived("compliesWith", SAME, SMOKER)
    assert form_issues(added, BASE) == [("error", "derived-item", ".item[1]")]
    assert form_issues(derived("extends", SAME, SMOKER), BASE) == []
    assert form_issues(derived("inspiredBy", SMOKER), BASE) == []


def test_derivations_that_say_nothing() -> None:
    """Danger: a derivation that cannot be checked taken for one that was."""
    place = ".derivedFrom[0]"
    assert form_issues(derived("extends")) == [("warning", "derived-unknown", place)]
    assert form_issues(derived("other"), BASE) == [("warning", "derivation-type", place)]
    plain = form(derivedFrom=[URL])
    assert form_issues(plain, BASE) == [("warning", "derivation-type", place)]
