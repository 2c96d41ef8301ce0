"""Questionnaires and responses of any shape: nothing is raised, and time grows with the size."""

import time
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from tests.fhir.validate.questionnaires.forms import (
    extension,
    form,
    form_issues,
    found,
    given,
    issues,
    question,
    response,
)

NAMES = ["linkId", "type", "item", "answer", "enableWhen", "question", "operator", "answerOption",
         "answerBoolean", "answerValueSet", "valueString", "valueCoding", "valueQuantity", "url",
         "valueInteger", "extension", "required", "repeats", "maxLength", "initial", "text",
         "_text", "derivedFrom", "_derivedFrom", "contained", "effectivePeriod", "authored",
         "valueReference", "valueAttachment", "valueDate", "answerQuantity", "system", "code",
         "value", "reference", "data", "status"]  # fmt: skip
TEXTS = ["q", "group", "choice", "quantity", "string", "exists", "=", "#v", "2020", "display",
         "boolean", "date", "reference", "attachment", "open-choice", ""]  # fmt: skip
URLS = ["minValue", "maxValue", "regex", "minLength", "maxDecimalPlaces", "mimeType", "maxSize",
        "questionnaire-unitOption", "questionnaire-minOccurs", "translation"]  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.decimals(allow_nan=True)
    | st.sampled_from(TEXTS) | st.sampled_from([extension(url)["url"] for url in URLS])
)  # fmt: skip
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
    ),
    max_leaves=12,
)
MEMBERS = st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=8)


SOUND_FORM = form(
    question("q", "group", question("n", "quantity", extension=[
        extension("minValue", valueQuantity={"value": 1, "system": "u", "code": "g"}),
        extension("questionnaire-unitOption", valueCoding={"code": "g"})]),
        text="Q", _text={"extension": [extension("translation", extension=[
            {"url": "content", "valueString": "x"}])]}, repeats=True),
    question("s", "string", required=True, maxLength=3, answerValueSet="#v", enableWhen=[
        {"question": "n", "operator": ">", "answerQuantity": {"value": 1, "code": "g"}}],
        extension=[extension("regex", valueString="a"), extension("minLength", valueInteger=1)]),
    question("c", "choice", answerOption=[
        {"valueCoding": {"code": "a"}, "extension": [
            extension("questionnaire-optionExclusive", valueBoolean=True)]}]),
    question("d", "date", question("a", "attachment", extension=[
        extension("mimeType", valueCode="a/b"), extension("maxSize", valueDecimal=1)]),
        question("r", "reference", extension=[
            extension("questionnaire-referenceResource", valueCode="Patient")]),
        initial=[{"valueDate": "2020"}], extension=[extension("minValue", valueDate="2020")]),
    id="here", status="draft", derivedFrom=["urn:x"], _derivedFrom=[{"extension": [
        extension("questionnaire-derivationType", valueCoding={"code": "extends"})]}],
    effectivePeriod={"start": "2020"},
    contained=[{"resourceType": "ValueSet", "id": "v", "compose": {"include": [
        {"system": "u", "concept": [{"code": "a"}]}]}}],
)  # fmt: skip
SOUND_ANSWER = response(
    given("q", text="Q", item=[given("n", {"valueQuantity": {"value": 2, "code": "g"}})]),
    given("s", {"valueString": "a"}),
    given("c", {"valueCoding": {"code": "a"}}),
    given("d", {"valueDate": "2020", "item": [
        given("a", {"valueAttachment": {"contentType": "a/b", "data": "AAAA"}}),
        given("r", {"valueReference": {"reference": "Patient/1"}})]}),
    authored="2020-01-01", questionnaire="#here",
)  # fmt: skip
SOUND = {**SOUND_ANSWER, "contained": [SOUND_FORM]}


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a resource."""
    members = value.items() if isinstance(value, dict) else (
        enumerate(value) if isinstance(value, list) else ())  # fmt: skip
    return [path, *(deep for key, inner in members for deep in paths(inner, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = replaced(value[path[0]], path[1:], by)
    return copied


PLACES = [path for path in paths(SOUND) if len(path) > 0 and path != ("resourceType",)]


@settings(max_examples=200, deadline=None)
@for_all(st.sampled_from(PLACES), ANYTHING)
def test_anything_anywhere(path: Any, by: Any) -> None:
    """Danger: a resource that brings the validator down, and all that comes after it."""
    changed = replaced(SOUND, path, by)
    issues(None, changed)
    if isinstance(changed["contained"], list) and changed["contained"]:
        asked = changed["contained"][0]
        if isinstance(asked, dict) and isinstance(asked.get("resourceType"), str):
            form_issues(asked, SOUND_FORM)


@settings(max_examples=50, deadline=None)
@for_all(MEMBERS, MEMBERS)
def test_anything_at_all(questionnaire: Any, answered: Any) -> None:
    """Danger: the same, of what is nothing like a questionnaire."""
    asked = {**questionnaire, "resourceType": "Questionnaire", "id": "here"}
    contained = {**answered, "resourceType": "QuestionnaireResponse", "questionnaire": "#here"}
    issues(None, {**contained, "contained": [asked]})
    form_issues(asked, SOUND_FORM)


def test_deep_nesting() -> None:
    """Danger: a stack that overflows."""
    item, answered = question("0", "group"), given("0")
    for depth in range(1, 500):
        item, answered = question(str(depth), "group", item), given(str(depth), item=[answered])
    assert found(form(item), response(answered)) == []
    assert form_issues(form(item)) == []


@pytest.mark.parametrize("copies", [2, 5000])
def test_duplicate_link_ids(copies: int) -> None:
    """Danger: a form whose items cannot be told apart: the first counts, nothing is raised."""
    asked = form(*[question("q", "boolean")] * copies)
    assert found(asked, response(given("q", {"valueBoolean": True}))) == []


def seconds(questionnaire: Any, answered: Any) -> float:
    start = time.process_time()
    issues(questionnaire, answered)
    return time.process_time() - start


def large(size: int) -> tuple[Any, Any]:
    """A form of as many questions and answers, each conditional, with as many options."""
    condition = {"question": "0", "operator": "exists", "answerBoolean": True}
    options = [{"valueString": str(n)} for n in range(size)]
    asked = form(
        question("0", "string"),
        question("many", "choice", answerOption=options, repeats=True),
        *(question(str(n), "string", required=True, enableWhen=[condition])
          for n in range(1, size)),
    )  # fmt: skip
    many = given("many", *({"valueString": str(n)} for n in range(size)))
    items = (given(str(n), {"valueString": "x"}) for n in range(1, size))
    return asked, response(given("0", {"valueString": "x"}), many, *items)


def test_time_grows_with_the_size() -> None:
    """Danger: a form of 5,000 answers that stops the server."""
    assert issues(*large(10)) == []
    small, big = min(seconds(*large(200)) for _ in range(3)), seconds(*large(6000))
    assert big < 200 * small + 0.1  # 30 times the size: 900 times the time if it were squared


def test_work_is_bounded_whatever_the_questionnaire() -> None:
    """Danger: a form sent with its answers, made to be looked at without end."""
    condition = {"question": "none", "operator": "=", "answerBoolean": True}
    inner = [question(str(n), "string", required=True, enableWhen=[condition])
             for n in range(2000)]  # fmt: skip
    asked = form(question("group", "group", *inner, repeats=True))
    answered = response(*[given("group", item=[given("0")])] * 2000)
    start = time.process_time()
    rules = {rule for _, rule, _ in found(asked, answered)}
    assert "too-costly" in rules
    assert time.process_time() - start < 20
