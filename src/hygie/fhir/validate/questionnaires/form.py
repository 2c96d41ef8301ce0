"""A questionnaire as responses are checked against it: compiled once, its items found by linkId.

R4 §5.3 (questionnaire.html). Items that are not objects are left out: the structure's check has
reported them. Of two items with one linkId (que-2), the first of a level counts.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

from hygie.fhir.validate.questionnaires.reading import extension_values, key_of
from hygie.fhir.validate.reading import Json, Value, chosen, objects, text
from hygie.fhir.validate.report import excerpt

TRANSLATION: Final = "http://hl7.org/fhir/StructureDefinition/translation"
EXPRESSIONS: Final = (
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression",
    "http://phr.kanta.fi/StructureDefinition/fiphr-ext-questionnaire-enablewhen",
)
"""Extensions that say with an expression when an item is enabled."""
COMPILED: Final = 256
"""Questionnaires kept compiled: those that a hospital has in use."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One `enableWhen`."""

    question: str
    operator: str
    answer: Value | None


class Question:
    """An item of a questionnaire: a question, a group or a text; the root stands for all items."""

    def __init__(self, item: Json, parent: "Question | None" = None, index: int = 0) -> None:
        self.item = item
        self.index = index
        """In its array."""
        self.parent = parent
        self.position = len(parent.children) if parent else 0
        """Among the items beside it that are objects."""
        self.depth: int = parent.depth + 1 if parent else 0
        self.children: list[Question] = []
        self.by_link: dict[str, Question] = {}
        """Of the items directly within this one."""
        self.link_id = text(item.get("linkId"))
        self.type = text(item.get("type")) if parent else "group"
        self.required = item.get("required") is True
        self.repeats = item.get("repeats") is True

    @property
    def label(self) -> str:
        """How a sentence names the item: its text and its linkId."""
        words = text(self.item.get("text"))
        return f"{excerpt(words)} ({excerpt(self.link_id)})" if words else excerpt(self.link_id)

    @cached_property
    def texts(self) -> frozenset[str]:
        """Its text and the translations of it."""
        found = {text(self.item.get("text"))}
        for _, extension in objects(_extensions(self.item.get("_text"))):
            if extension.get("url") == TRANSLATION:
                found |= {text(value) for _, value in extension_values(extension, "content")}
        return frozenset(found)

    @cached_property
    def required_children(self) -> tuple["Question", ...]:
        return tuple(child for child in self.children if child.required)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        return tuple(
            Condition(text(w.get("question")), text(w.get("operator")), chosen(w, "answer"))
            for _, w in objects(self.item.get("enableWhen"))
        )

    @cached_property
    def by_expression(self) -> bool:
        """Whether an expression says when it is enabled."""
        return any(self.limits(url) for url in EXPRESSIONS)

    @cached_property
    def options(self) -> tuple[Json, ...]:
        return tuple(option for _, option in objects(self.item.get("answerOption")))

    @cached_property
    def option_keys(self) -> Mapping[Hashable, Json]:
        """What its options are compared by -> the option."""
        values = ((chosen(option, "value"), option) for option in self.options)
        return {key_of(value): option for value, option in values if value}

    @cached_property
    def option_types(self) -> frozenset[str]:
        values = (chosen(option, "value") for option in self.options)
        return frozenset(value[0] for value in values if value)

    def limits(self, url: str) -> list[Value]:
        """The values of its extensions of one kind."""
        return self._limits.get(url, [])

    def whole(self, url: str) -> int | None:
        """The whole number that an extension states."""
        for _, value in self.limits(url):
            if isinstance(value, int) and not isinstance(value, bool):
                return value
        return None

    @cached_property
    def _limits(self) -> dict[str, list[Value]]:
        found: dict[str, list[Value]] = {}
        for _, extension in objects(self.item.get("extension")):
            if value := chosen(extension, "value"):
                found.setdefault(text(extension.get("url")), []).append(value)
        return found


@dataclass(eq=False, slots=True)
class Form:
    """A questionnaire, compiled."""

    resource: Json
    package: str
    holder: Json
    """The resource among whose contained resources `#id` is looked for."""
    root: Question
    by_link: dict[str, Question]

    def common(self, one: Question, other: Question) -> Question:
        """The nearest item that both are in, or are; the root if no other."""
        while one is not other:
            if one.depth < other.depth:
                one, other = other, one
            if one.parent is None:
                break
            one = one.parent
        return one


def compiled(resource: Json, package: str, container: Json | None = None) -> Form:
    """The form of a questionnaire; `container` is the resource that contains it, if one does."""
    root = Question({})
    form = Form(resource, package, container or resource, root, {})
    waiting: list[tuple[Question, Any]] = [(root, resource.get("item"))]
    while waiting:
        parent, items = waiting.pop()
        for index, item in objects(items):
            question = Question(item, parent, index)
            parent.children.append(question)
            parent.by_link.setdefault(question.link_id, question)
            form.by_link.setdefault(question.link_id, question)
        waiting.extend((child, child.item.get("item")) for child in reversed(parent.children))
    return form


class _Same:
    """A resource, equal to itself only: resources cannot be hashed, and need not be compared."""

    def __init__(self, resource: Json) -> None:
        self.resource = resource

    def __hash__(self) -> int:
        return id(self.resource)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.resource is self.resource


def kept(resource: Json, package: str) -> Form:
    """The form of a questionnaire that is a definition, compiled the first time it is met."""
    return _kept(_Same(resource), package)


@lru_cache(maxsize=COMPILED)
def _kept(same: _Same, package: str) -> Form:
    return compiled(same.resource, package)


def _extensions(element: Any) -> Any:
    return element.get("extension") if isinstance(element, dict) else None
