"""Responses made from random questionnaires: none is refused, and one fault is found as itself."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from tests.fhir.validate.questionnaires.forms import extension, form, found, question, response

Place = tuple[Any, ...]
Sample = tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]
"""Members of a question, answers that it takes, answers that it does not."""

RED, BLUE = ({"valueCoding": {"system": "urn:c", "code": code}} for code in ("red", "blue"))
SAMPLES: dict[str, Sample] = {
    "boolean": ({}, [{"valueBoolean": True}], [{"valueInteger": 1}]),
    "integer": ({"extension": [extension("minValue", valueInteger=0)]},
                [{"valueInteger": 0}, {"valueInteger": 7}], [{"valueInteger": -1}]),
    "date": ({"extension": [extension("maxValue", valueDate="2030")]},
             [{"valueDate": "2026-03"}], [{"valueDate": "2031"}, {"valueString": "2026"}]),
    "string": ({"maxLength": 3}, [{"valueString": "é"}], [{"valueString": "abcd"}]),
    "url": ({}, [{"valueUri": "urn:x"}], [{"valueString": "urn:x"}]),
    "choice": ({"answerOption": [RED]}, [RED], [BLUE, {"valueString": "red"}]),
    "open-choice": ({"answerOption": [RED]}, [RED, {"valueString": "mauve"}], [BLUE]),
    "reference": ({}, [{"valueReference": {"reference": "Patient/1"}}], [RED]),
}  # fmt: skip


@st.composite
def forms(draw: Any) -> list[dict[str, Any]]:
    """The items of a questionnaire, with all that was drawn at random."""
    names = iter(range(1000))

    def items(depth: int) -> list[dict[str, Any]]:
        return [item(depth) for _ in range(draw(st.integers(1, 3)))]

    def item(depth: int) -> dict[str, Any]:
        type_ = draw(st.sampled_from([*SAMPLES, "display"] + ["group"] * (2 * (depth < 3))))
        members = dict(SAMPLES[type_][0]) if type_ in SAMPLES else {}
        if type_ != "display":
            members |= {"required": draw(st.booleans()), "repeats": draw(st.booleans())}
        inner = type_ == "group" or (type_ in SAMPLES and depth < 3 and draw(st.booleans()))
        nested = items(depth + 1) if inner else []
        return question(f"l{next(names)}", type_, *nested, text=f"Q {type_}", **members)

    return items(0)


def answered(questions: list[dict[str, Any]], draw: Any) -> list[dict[str, Any]]:
    """Items that answer what is required, and some of what is not."""
    given = []
    for asked in questions:
        if asked.get("required") or draw(st.booleans()):
            count = draw(st.integers(1, 2)) if asked.get("repeats") else 1
            given.extend(_items(asked, count, draw))
    return given


def _items(asked: dict[str, Any], count: int, draw: Any) -> Iterator[dict[str, Any]]:
    plain = {"linkId": asked["linkId"], "text": asked["text"]}
    if asked["type"] == "display":
        yield plain
    elif asked["type"] == "group":
        for _ in range(count):
            nested = answered(asked["item"], draw)
            if nested or not asked["required"]:  # one that is required is never empty
                yield {**plain, "item": nested} if nested else dict(plain)
            else:
                yield {**plain, "item": list(_items(asked["item"][0], 1, draw))}
    else:
        values = [draw(st.sampled_from(SAMPLES[asked["type"]][1])) for _ in range(count)]
        answers = [dict(value) for value in values]
        for answer in answers:
            if nested := answered(asked.get("item", []), draw):
                answer["item"] = nested
        yield {**plain, "answer": answers}


@settings(max_examples=150, deadline=None)
@for_all(st.data())
def test_faithful_responses(data: Any) -> None:
    """Danger: answers given as the form asks, refused."""
    questions = data.draw(forms())
    assert found(form(*questions), response(*answered(questions, data.draw))) == []


# --- one fault --------------------------------------------------------------------------------
Items = Iterator[tuple[str, dict[str, Any], dict[str, Any], list[dict[str, Any]], int]]


def walk(place: str, questions: list[dict[str, Any]], items: list[dict[str, Any]]) -> Items:
    """Place, item, its question, and where it stands, of every item of a faithful response."""
    by_link = {asked["linkId"]: asked for asked in questions}
    for index, item in enumerate(items):
        where, asked = f"{place}.item[{index}]", by_link[item["linkId"]]
        yield where, item, asked, items, index
        yield from walk(where, asked.get("item", []), item.get("item", []))
        for number, answer in enumerate(item.get("answer", [])):
            inner = f"{where}.answer[{number}]"
            yield from walk(inner, asked.get("item", []), answer.get("item", []))


Fault = Callable[[str, dict[str, Any], dict[str, Any], list[dict[str, Any]], int, Any],
                 tuple[str, str] | None]  # fmt: skip
"""Puts a fault in an item; its rule and place, or None where it cannot be put there."""


def other_link(place: str, item: Any, asked: Any, beside: Any, index: int, draw: Any) -> Any:
    beside.insert(index, {"linkId": "none"})
    return "link-id", parent(place)


def other_text(place: str, item: Any, asked: Any, beside: Any, index: int, draw: Any) -> Any:
    item["text"] = "autre"
    return "text", place


def no_answer(place: str, item: Any, asked: Any, beside: Any, index: int, draw: Any) -> Any:
    if not (asked.get("required") and item.pop("answer", None)):
        return None
    return "required", place


def absent(place: str, item: Any, asked: Any, beside: Any, index: int, draw: Any) -> Any:
    same = [i for i in beside if i["linkId"] == item["linkId"]]
    if not asked.get("required") or len(same) > 1 or len(beside) == 1:
        return None
    del beside[index]
    return "required", parent(place)


def wrong_answer(place: str, item: Any, asked: Any, beside: Any, index: int, draw: Any) -> Any:
    if asked["type"] not in SAMPLES:
        return None
    number = draw(st.integers(0, len(item["answer"]) - 1))
    nested = item["answer"][number].get("item")
    wrong = dict(draw(st.sampled_from(SAMPLES[asked["type"]][2])))
    item["answer"][number] = wrong if nested is None else {**wrong, "item": nested}
    return "", f"{place}.answer[{number}]"


def second_answer(place: str, item: Any, asked: Any, beside: Any, index: int, draw: Any) -> Any:
    if asked["type"] not in SAMPLES or asked.get("repeats"):
        return None
    item["answer"].append(copy.deepcopy(item["answer"][0]))
    return "repeats", place


def out_of_order(place: str, item: Any, asked: Any, beside: Any, index: int, draw: Any) -> Any:
    if index == 0 or beside[index - 1]["linkId"] == item["linkId"]:
        return None
    if index > 1 and beside[index - 2]["linkId"] == beside[index - 1]["linkId"]:
        return None  # the repetitions of the other would be out of order too
    if index + 1 < len(beside) and beside[index + 1]["linkId"] == item["linkId"]:
        return None
    beside[index - 1], beside[index] = beside[index], beside[index - 1]
    return "order", parent(place)


def parent(place: str) -> str:
    return place.rpartition(".item[")[0]


FAULTS: tuple[Fault, ...] = (
    other_link, other_text, no_answer, absent, wrong_answer, second_answer, out_of_order,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@for_all(st.data())
def test_one_fault(data: Any) -> None:
    """Danger: a fault not seen, seen elsewhere, or hidden among others that it does not make."""
    questions = data.draw(forms())
    items = answered(questions, data.draw)
    places = list(walk("", questions, items))
    if not places:
        return
    place, item, asked, beside, index = data.draw(st.sampled_from(places))
    fault = data.draw(st.sampled_from(FAULTS))
    expected = fault(place, item, asked, beside, index, data.draw)
    if expected is None:
        return
    rule, where = expected
    [(severity, found_rule, found_place)] = found(form(*questions), response(*items))
    assert severity == "error"
    assert rule in ("", found_rule)
    assert found_place == where or (not rule and found_place.startswith(where + ".value.ofType("))
