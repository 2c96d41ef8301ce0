"""The conditions of enableWhen: what they depend on, and whether they can be met."""

from collections.abc import Mapping
from typing import Final

from hygie.fhir.validate.questionnaires import form_phrases as phrases
from hygie.fhir.validate.questionnaires.answers import KINDS
from hygie.fhir.validate.questionnaires.comparing import MOMENTS, NUMBERS, TEXTS
from hygie.fhir.validate.questionnaires.enabling import EQUALITY, UNORDERED
from hygie.fhir.validate.questionnaires.form import Condition, Form, Question
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.refusal import Phrase, Severity

ALIKE: Final = (NUMBERS, MOMENTS, TEXTS)
"""Types whose values can be compared with one another."""


def check_conditions(
    question: Question, form: Form, ranks: Mapping[Question, int], place: Place, report: Report
) -> None:
    """The places are those of the item: its conditions decide together."""
    if question.by_expression:
        details = {"question": question.label}
        rule, phrase = "questionnaire.expression", phrases.BY_EXPRESSION
        report.say("information", "not-supported", rule, phrase, place, **details)
    for condition in question.conditions:
        target = form.by_link.get(condition.question)
        if not condition.question:  # the structure's check has said so
            continue
        fault = _fault(question, target, ranks)
        if fault:
            severity, rule, phrase = fault
            name = target.label if target else excerpt(condition.question)
            details = {"question": question.label, "target": name}
            report.say(severity, "business-rule", rule, phrase, place, **details)
        if target and target is not question:
            _check_answer(question, condition, target, place, report)


def _fault(
    question: Question, target: Question | None, ranks: Mapping[Question, int]
) -> tuple[Severity, str, Phrase] | None:
    if target is None:
        return "error", "questionnaire.condition-unknown", phrases.NO_TARGET
    if target is question:
        return "error", "questionnaire.condition-itself", phrases.ITSELF
    if _is_within(target, question):
        return "error", "questionnaire.condition-inner", phrases.INNER
    if ranks[target] > ranks[question]:
        return "warning", "questionnaire.condition-order", phrases.LATER
    return None


def _is_within(inner: Question, outer: Question) -> bool:
    above = inner.parent
    while above and above is not outer:
        above = above.parent
    return above is outer


def _check_answer(
    question: Question, condition: Condition, target: Question, place: Place, report: Report
) -> None:
    """`exists` is about there being an answer, whatever its type (que-7)."""
    details = {"question": question.label, "target": target.label, "type": target.type}
    kind = KINDS.get(target.type)
    if kind is None:
        if target.type in ("group", "display", "question"):
            rule, phrase = "questionnaire.condition-unanswered", phrases.NEVER_ANSWERED
            report.say("warning", "business-rule", rule, phrase, place, **details)
        return
    if condition.operator == "exists" or condition.answer is None:
        return
    details["type"] = condition.answer[0]
    if not any(_alike(condition.answer[0], type_) for type_ in kind.types):
        details["expected"] = ", ".join(sorted(kind.types))
        rule, phrase = "questionnaire.condition-type", phrases.CONDITION_TYPE
        report.say("warning", "value", rule, phrase, place, **details)
    elif condition.answer[0] in UNORDERED and condition.operator not in EQUALITY:
        details["found"] = excerpt(condition.operator)
        rule, phrase = "questionnaire.condition-order-of", phrases.CONDITION_ORDER
        report.say("warning", "value", rule, phrase, place, **details)


def _alike(one: str, other: str) -> bool:
    return one == other or any(one in types and other in types for types in ALIKE)
