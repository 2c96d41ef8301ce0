"""Which questions are asked, given the other answers (enableWhen)."""

from decimal import Decimal
from typing import Any

import pytest
from tests.fhir.validate.questionnaires.forms import form, found, given, question, response

UCUM = "http://unitsofmeasure.org"
X = {"valueString": "x"}
ASKED = ("error", "required", "")
NOT_ASKED = ("error", "not-enabled", ".item[1]")


def verdict(type_: str, operator: str, expected: Any, *answers: Any, **members: Any) -> bool | None:
    """Whether the second question is enabled; None when it is not known."""
    condition = {"question": "first", "operator": operator, **expected}
    asked = form(
        question("first", type_, repeats=True),
        question("second", "string", required=True, enableWhen=[condition], **members),
    )
    first = given("first", *answers)
    without = [i for i in found(asked, response(first)) if i[1] == "required"]
    with_it = found(asked, response(first, given("second", X)))
    disabled = [i for i in with_it if i[1] == "not-enabled"]
    if not without and not disabled:
        return None
    assert without == ([] if disabled else [ASKED])
    assert disabled == ([] if without else [NOT_ASKED])
    return bool(without)


@pytest.mark.parametrize(
    ("type_", "operator", "expected", "answer", "enabled"),
    [
        ("boolean", "=", {"answerBoolean": True}, {"valueBoolean": True}, True),
        ("boolean", "=", {"answerBoolean": True}, {"valueBoolean": False}, False),
        ("boolean", "!=", {"answerBoolean": True}, {"valueBoolean": False}, True),
        ("integer", ">", {"answerInteger": 3}, {"valueInteger": 4}, True),
        ("integer", ">", {"answerInteger": 3}, {"valueInteger": 3}, False),
        ("integer", ">=", {"answerInteger": 3}, {"valueInteger": 3}, True),
        ("decimal", "<", {"answerDecimal": Decimal("1.5")}, {"valueDecimal": Decimal("1.4")}, True),
        ("decimal", "<=", {"answerInteger": 1}, {"valueDecimal": Decimal("1.0")}, True),
        ("date", ">", {"answerDate": "2020"}, {"valueDate": "2020-06"}, True),
        ("dateTime", "<", {"answerDateTime": "2020-01-01T12:00:00Z"},
         {"valueDateTime": "2020-01-01T12:30:00+01:00"}, True),
        ("time", "<", {"answerTime": "12:00:00"}, {"valueTime": "11:59:59"}, True),
        ("string", "=", {"answerString": "a"}, {"valueString": "a"}, True),
        ("string", "=", {"answerString": "a"}, {"valueString": "b"}, False),
        ("choice", "=", {"answerCoding": {"system": "urn:c", "code": "a"}},
         {"valueCoding": {"system": "urn:c", "code": "a", "display": "A"}}, True),
        ("choice", "=", {"answerCoding": {"system": "urn:c", "code": "a"}},
         {"valueCoding": {"system": "urn:d", "code": "a"}}, False),
        ("choice", "=", {"answerCoding": {"code": "a"}},
         {"valueCoding": {"system": "urn:d", "code": "a"}}, True),
        ("choice", "!=", {"answerCoding": {"code": "a"}},
         {"valueCoding": {"system": "urn:d", "code": "b"}}, True),
        ("reference", "=", {"answerReference": {"reference": "Patient/1"}},
         {"valueReference": {"reference": "Patient/1"}}, True),
        ("quantity", ">", {"answerQuantity": {"value": 1, "system": UCUM, "code": "kg"}},
         {"valueQuantity": {"value": 1500, "system": UCUM, "code": "g"}}, True),
        ("quantity", ">", {"answerQuantity": {"value": 2, "system": UCUM, "code": "kg"}},
         {"valueQuantity": {"value": 1500, "system": UCUM, "code": "g"}}, False),
        ("quantity", ">", {"answerQuantity": {"value": 2, "system": UCUM, "code": "kg"}},
         {"valueQuantity": {"value": 1500, "system": UCUM, "code": "m"}}, None),
        ("boolean", ">", {"answerBoolean": True}, {"valueBoolean": True}, None),
        ("boolean", "~", {"answerBoolean": True}, {"valueBoolean": True}, None),
        ("boolean", "=", {}, {"valueBoolean": True}, None),
        ("boolean", "exists", {"answerBoolean": True}, {"valueBoolean": False}, True),
        ("boolean", "exists", {"answerBoolean": False}, {"valueBoolean": False}, False),
        ("boolean", "exists", {"answerString": "x"}, {"valueBoolean": False}, None),
    ],
)  # fmt: skip
def test_operators(
    type_: str, operator: str, expected: Any, answer: Any, enabled: bool | None
) -> None:
    """Danger: a question left out, or asked, against what the form says."""
    assert verdict(type_, operator, expected, answer) is enabled


def test_no_answer_meets_no_condition_but_absence() -> None:
    """Danger: what follows a yes required of those who did not answer."""
    assert verdict("boolean", "=", {"answerBoolean": True}) is False
    assert verdict("boolean", "!=", {"answerBoolean": True}) is False
    assert verdict("boolean", "exists", {"answerBoolean": False}) is True


def test_one_of_several_answers_is_enough() -> None:
    """Danger: only the first answer looked at."""
    answers = [{"valueInteger": value} for value in (1, 2, 9)]
    assert verdict("integer", ">", {"answerInteger": 5}, *answers) is True


@pytest.mark.parametrize(
    ("behavior", "values", "enabled"),
    [("all", (True, True), True), ("all", (True, False), False), ("any", (True, False), True),
     ("any", (False, False), False), ("other", (True, True), None)],
)  # fmt: skip
def test_several_conditions(behavior: str, values: Any, enabled: bool | None) -> None:
    """Danger: "and" read as "or"."""
    links = ("a", "b")
    conditions = [{"question": x, "operator": "=", "answerBoolean": True} for x in links]
    asked = form(
        *(question(x, "boolean") for x in links),
        question("c", "string", required=True, enableWhen=conditions, enableBehavior=behavior),
    )
    first = [given(x, {"valueBoolean": v}) for x, v in zip(links, values, strict=True)]
    assert found(asked, response(*first)) == ([ASKED] if enabled else [])
    refused = [("error", "not-enabled", ".item[2]")] if enabled is False else []
    assert found(asked, response(*first, given("c", X))) == refused


def test_each_repetition_of_a_group_decides_for_itself() -> None:
    """Danger: the treatment of one line of a form that depends on the answer in another."""
    condition = {"question": "taken", "operator": "=", "answerBoolean": True}
    group = question("drug", "group", question("taken", "boolean"),
                     question("dose", "string", required=True, enableWhen=[condition]),
                     repeats=True)  # fmt: skip
    yes, no = given("taken", {"valueBoolean": True}), given("taken", {"valueBoolean": False})
    groups = [given("drug", item=items) for items in (
        [yes, given("dose", X)], [no], [no, given("dose", X)], [yes])]  # fmt: skip
    assert found(form(group), response(*groups)) == [
        ("error", "not-enabled", ".item[2].item[1]"),
        ("error", "required", ".item[3]"),
    ]


def test_what_is_within_an_answer_may_depend_on_it() -> None:
    """Danger: the answer above not seen from within."""
    condition = {"question": "smoker", "operator": "=", "answerBoolean": True}
    inner = question("packs", "string", required=True, enableWhen=[condition])
    asked = form(question("smoker", "boolean", inner))
    yes, no = {"valueBoolean": True}, {"valueBoolean": False}
    assert found(asked, response(given("smoker", yes))) == [
        ("error", "required", ".item[0].answer[0]")
    ]
    assert found(asked, response(given("smoker", no))) == []


def test_an_answer_within_another_counts() -> None:
    """Danger: a condition on a question that is nested in an answer never met."""
    condition = {"question": "inner", "operator": "exists", "answerBoolean": True}
    asked = form(
        question("outer", "boolean", question("inner", "string")),
        question("last", "string", required=True, enableWhen=[condition]),
    )
    outer = given("outer", {"valueBoolean": True, "item": [given("inner", X)]})
    assert found(asked, response(outer)) == [ASKED]


def test_an_expression_decides_nothing() -> None:
    """Danger: answers required or refused by an expression that was not evaluated."""
    url = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression"
    expression = {"url": url, "valueExpression": {"expression": "false"}}
    asked = form(question("q", "string", required=True, extension=[expression]))
    assert found(asked, response()) == []
    assert found(asked, response(given("q", X))) == []
