"""A response as a tree of items, each with the question that it answers; read without recursion.

Nesting follows the questionnaire: within the item of a group stand the items of the group; within
each answer to a question, those of the question (R4 §5.4.4).
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any

from hygie.fhir.validate.questionnaires.form import Form, Question
from hygie.fhir.validate.reading import Json, objects, text
from hygie.fhir.validate.report import Place


@dataclass(eq=False, slots=True)
class Given:
    """An item of a response; the first stands for the response itself."""

    value: Json
    place: Place
    question: Question
    above: "Given | None" = None
    misplaced: bool = False
    order: int = 0
    """Its rank in the document."""
    last: int = 0
    """The rank of the last item within it; its own when there is none."""
    levels: list["Level"] = field(default_factory=list)

    @property
    def answers(self) -> list[tuple[int, Json]]:
        return list(objects(self.value.get("answer")))


@dataclass(eq=False, slots=True)
class Level:
    """Where items of one question or group stand: the response, a group, or an answer."""

    place: Place
    given: Given
    """The item that this is, or whose answer this is."""
    items: list[Given] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """The linkIds of items that the questionnaire does not have."""


@dataclass(eq=False, slots=True)
class Tree:
    items: list[Given]
    """In document order."""
    by_link: dict[str, list[Given]]
    """The same by linkId, in the same order."""

    def within(self, given: Given, link_id: str) -> list[Given]:
        """The items of a linkId in an item, itself among them."""
        items = self.by_link.get(link_id, [])
        first = bisect_left(items, given.order, key=_order)
        return items[first : bisect_left(items, given.last + 1, key=_order)]


def read(response: Json, form: Form, place: Place) -> Tree:
    """The tree of a response. Items that the questionnaire does not have are not entered."""
    tree = Tree([], {})
    waiting = [Given(response, place, form.root)]
    while waiting:
        given = waiting.pop()
        given.order = given.last = len(tree.items)
        tree.items.append(given)
        tree.by_link.setdefault(given.question.link_id, []).append(given)
        given.levels = [_level(value, where, given, form) for where, value in _levels(given)]
        waiting.extend(item for level in reversed(given.levels) for item in reversed(level.items))
    for given in reversed(tree.items):
        if given.above:
            given.above.last = max(given.above.last, given.last)
    return tree


def _levels(given: Given) -> list[tuple[Place, Json]]:
    if given.question.type == "group":
        return [(given.place, given.value)]
    return [((given.place, "answer", index), answer) for index, answer in given.answers]


def _level(value: Json, place: Place, given: Given, form: Form) -> Level:
    level = Level(place, given)
    for index, item in objects(value.get("item")):
        link_id, where = text(item.get("linkId")), (place, "item", index)
        question = given.question.by_link.get(link_id)
        if here := question or form.by_link.get(link_id):
            level.items.append(Given(item, where, here, given, misplaced=question is None))
        elif link_id:  # without one, the structure's check has said so
            level.unknown.append(link_id)
    return level


def _order(given: Given) -> Any:
    return given.order
