"""Whether an item is enabled: enableWhen (R4 §5.3.4, Questionnaire.item.enableWhen).

The answers that count are those within the nearest item that holds both the question asked about
and the one it depends on: in a group that repeats, those of the same repetition.
"""

from collections.abc import Callable
from typing import Final

from hygie.fhir.validate.questionnaires.comparing import compare
from hygie.fhir.validate.questionnaires.form import Condition, Form, Question
from hygie.fhir.validate.questionnaires.reading import key_of
from hygie.fhir.validate.questionnaires.tree import Given, Tree
from hygie.fhir.validate.reading import Value, chosen
from hygie.limits import MAX_QUESTIONS_CHECKED

OPERATORS: Final[dict[str, Callable[[int], bool]]] = {
    "=": lambda order: order == 0,
    "!=": lambda order: order != 0,
    ">": lambda order: order > 0,
    "<": lambda order: order < 0,
    ">=": lambda order: order >= 0,
    "<=": lambda order: order <= 0,
}
EQUALITY: Final = frozenset({"=", "!="})
UNORDERED: Final = frozenset({"boolean", "Coding", "Reference"})
Known = bool | None
"""None: it cannot be told."""


class Enabling:
    """Answers for one response; what a condition comes to is worked out once for each place."""

    def __init__(self, form: Form, tree: Tree) -> None:
        self._form = form
        self._tree = tree
        self._met: dict[tuple[int, int], Known] = {}
        """Condition, rank of the item whose answers count -> whether it is met."""
        self._read = 0

    def enabled(self, question: Question, above: Given) -> Known:
        """Whether an item is enabled where it stands, or would stand: within `above`."""
        if question.by_expression:
            return None
        conditions = question.conditions
        if not conditions:
            return True
        known = [self._is_met(condition, question, above) for condition in conditions]
        behavior = question.item.get("enableBehavior")
        if len(known) == 1 or behavior == "any":
            return _any(known)
        return _all(known) if behavior == "all" else None

    def _is_met(self, condition: Condition, question: Question, above: Given) -> Known:
        target = self._form.by_link.get(condition.question)
        if target is None or question.parent is None:
            return None
        common = self._form.common(question.parent, target)
        scope = above
        while scope.question is not common and scope.above:
            scope = scope.above
        key = (id(condition), scope.order)
        if key not in self._met:
            self._met[key] = self._weigh(condition, target, scope)
        return self._met[key]

    def _weigh(self, condition: Condition, target: Question, scope: Given) -> Known:
        given = self._tree.within(scope, target.link_id)
        self._read += len(given)
        if self._read > MAX_QUESTIONS_CHECKED:
            return None
        values = (chosen(answer, "value") for item in given for _, answer in item.answers)
        return is_met(condition, [value for value in values if value])


def is_met(condition: Condition, answers: list[Value]) -> Known:
    """Whether one of the answers meets a condition; `exists` is about there being any."""
    if condition.answer is None:
        return None
    if condition.operator == "exists":
        expected = condition.answer[1]
        return bool(answers) is expected if isinstance(expected, bool) else None
    return _any([_meets(answer, condition.operator, condition.answer) for answer in answers])


def _meets(answer: Value, operator: str, expected: Value) -> Known:
    holds = OPERATORS.get(operator)
    if holds is None:
        return None
    if answer[0] == expected[0] and answer[0] in UNORDERED:
        return holds(0 if _is_same(answer, expected) else 1) if operator in EQUALITY else None
    order = compare(answer, expected)
    return None if order is None else holds(order)


def _is_same(answer: Value, expected: Value) -> bool:
    """A coding expected without a system is met whatever the answer's."""
    if answer[0] == "Coding" and isinstance(expected[1], dict) and "system" not in expected[1]:
        return isinstance(answer[1], dict) and answer[1].get("code") == expected[1].get("code")
    return key_of(answer) == key_of(expected)


def _any(known: list[Known]) -> Known:
    return True if True in known else None if None in known else False


def _all(known: list[Known]) -> Known:
    return False if False in known else None if None in known else True
