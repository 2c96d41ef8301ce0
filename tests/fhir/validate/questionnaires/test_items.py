"""Which items a response may hold, where, and how many (R4 §5.4.4)."""

from typing import Any

import pytest
from tests.fhir.validate.questionnaires.forms import (
    extension,
    form,
    found,
    given,
    question,
    response,
)

NAME = question("name", "string", text="Nom")
YES = {"valueBoolean": True}
NO = {"valueBoolean": False}
SMITH = {"valueString": "Faure"}
NESTED = form(
    question("group", "group", question("inner", "string", required=True), text="Groupe"),
    question("smoker", "boolean", question("packs", "integer", required=True)),
)


def test_a_faithful_response() -> None:
    """Danger: what the questionnaire asks for, refused."""
    answered = response(
        given("group", item=[given("inner", SMITH)]),
        given("smoker", {**YES, "item": [given("packs", {"valueInteger": 1})]}),
    )
    assert found(NESTED, answered) == []


def test_an_unknown_question() -> None:
    """Danger: answers that no form asked for, filed unseen."""
    issues = found(form(NAME), response(given("name", SMITH), given("other", SMITH)))
    assert issues == [("error", "link-id", "")]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([given("inner", SMITH)], [("error", "place", "")]),
        (
            [given("smoker", YES, item=[given("packs", {"valueInteger": 1})])],
            [("error", "item-place", ".item[0]"), ("error", "required", ".item[0].answer[0]")],
        ),
        (
            [given("group", {"item": [given("inner", SMITH)]})],
            [("error", "group-answer", ".item[0]"), ("error", "required", ".item[0]")],
        ),
        (
            [given("smoker", {**YES, "item": [given("packs", {"valueInteger": 1})]}),
             given("group", item=[given("inner", SMITH)])],
            [("error", "order", "")],
        ),
    ],
)  # fmt: skip
def test_what_is_out_of_place(items: Any, expected: Any) -> None:
    """Danger: an answer read as that of another group, or lost, for where it stands."""
    assert found(NESTED, response(*items)) == expected


def test_a_text_to_read_is_not_answered() -> None:
    """Danger: data hidden in an item that no screen shows."""
    notice = form(question("notice", "display"))
    answered = response(given("notice", SMITH, item=[given("notice")]))
    rules = {rule for _, rule, _ in found(notice, answered)}
    assert rules == {"display-answer", "display-item"}


def test_an_abstract_question_is_not_answered() -> None:
    """Danger: an answer to a question that has none of its own (type `question`)."""
    issues = found(form(question("q", "question")), response(given("q", SMITH)))
    assert issues == [("error", "group-answer", ".item[0]")]


@pytest.mark.parametrize(
    ("status", "severity"),
    [("completed", "error"), ("amended", "error"), ("in-progress", "warning"),
     ("stopped", "warning"), ("entered-in-error", "warning")],
)  # fmt: skip
def test_required(status: str, severity: str) -> None:
    """Danger: a complete form without its answers; one being filled in, refused."""
    asked = form({**NAME, "required": True})
    assert found(asked, response(status=status)) == [(severity, "required", "")]
    here = [(severity, "required", ".item[0]")]
    assert found(asked, response(given("name"), status=status)) == here


def test_what_an_absent_group_requires_is_not_required() -> None:
    """Danger: an optional part of a form made obligatory by what it holds."""
    assert found(NESTED, response()) == []


def test_an_empty_required_group() -> None:
    """Danger: a part of a form that is there, and empty."""
    group = form(question("group", "group", NAME, required=True))
    assert found(group, response(given("group"))) == [("error", "group-empty", ".item[0]")]


def test_repeats() -> None:
    """Danger: two answers where software reads one."""
    assert found(form(NAME), response(given("name", SMITH, SMITH))) == [
        ("error", "repeats", ".item[0]")
    ]
    twice = response(given("name", SMITH), given("name", SMITH))
    assert found(form(NAME), twice) == [("error", "repeats", "")]
    repeating = form({**NAME, "repeats": True})
    assert found(repeating, response(given("name", SMITH, SMITH))) == []
    assert found(repeating, twice) == [("warning", "repeated-item", "")]
    groups = form(question("group", "group", NAME, repeats=True))
    group = given("group", item=[given("name", SMITH)])
    assert found(groups, response(group, group)) == []


def test_numbers_of_occurrences() -> None:
    """Danger: too few or too many occurrences of what repeats, groups and answers."""
    bounds = [extension("questionnaire-minOccurs", valueInteger=2),
              extension("questionnaire-maxOccurs", valueInteger=3)]  # fmt: skip
    asked = form({**NAME, "repeats": True, "extension": bounds})
    assert found(asked, response(given("name", SMITH))) == [("error", "minimum-occurs", ".item[0]")]
    assert found(asked, response(given("name", *[SMITH] * 2))) == []
    assert found(asked, response(given("name", *[SMITH] * 3))) == []
    assert found(asked, response(given("name", *[SMITH] * 4))) == [
        ("error", "maximum-occurs", ".item[0]")
    ]
    group = given("group", item=[given("name", SMITH)])
    groups = form(question("group", "group", NAME, repeats=True, extension=bounds))
    assert found(groups, response(*[group] * 4)) == [("error", "maximum-occurs", "")]


def test_texts() -> None:
    """Danger: an answer shown under another question than the one that was asked."""
    english = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": "Surname"}]
    translated = {"extension": [extension("translation", extension=english)]}
    asked = form({**NAME, "_text": translated})
    assert found(asked, response(given("name", SMITH, text="Nom"))) == []
    assert found(asked, response(given("name", SMITH, text="Surname"))) == []
    assert found(asked, response(given("name", SMITH, text="Prénom"))) == [
        ("error", "text", ".item[0]")
    ]
