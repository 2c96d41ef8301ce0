"""A Questionnaire beyond its structure and its invariants: can it be answered as it is meant?

R4 §5.3 (questionnaire.html). What makes a question impossible is an error; what makes it
doubtful, a warning.
"""

from collections.abc import Iterator
from typing import Final

from hygie.fhir.validate.context import Membership
from hygie.fhir.validate.questionnaires import form_phrases as phrases
from hygie.fhir.validate.questionnaires.answers import KINDS
from hygie.fhir.validate.questionnaires.conditions import check_conditions
from hygie.fhir.validate.questionnaires.derivation import Derivations
from hygie.fhir.validate.questionnaires.form import Form, Question, compiled
from hygie.fhir.validate.questionnaires.limits import check_limits
from hygie.fhir.validate.questionnaires.reading import shown
from hygie.fhir.validate.questionnaires.value_sets import membership
from hygie.fhir.validate.reading import Json, chosen, objects, text
from hygie.fhir.validate.report import Place, Report, excerpt

OPTION_TYPES: Final = {
    "dateTime": frozenset({"date"}),
    "decimal": frozenset({"decimal", "integer"}),
}
"""Where options are of other types than answers: `answerOption` has no dateTime, no decimal."""


def check_questionnaire(value: Json, place: Place, report: Report) -> None:
    """A questionnaire whose structure has been checked."""
    form = compiled(value, "")
    places = dict(_places(form.root, place))
    ranks = {question: rank for rank, question in enumerate(places)}
    derivations = Derivations(value, place, report)
    for question, where in places.items():
        if question is form.root:
            continue
        check_conditions(question, form, ranks, where, report)
        check_limits(question, where, report)
        _check_options(question, where, report)
        _check_initial(question, form, where, report)
        derivations.check(question, where)


def _places(root: Question, place: Place) -> Iterator[tuple[Question, Place]]:
    """Every item with its place, in document order."""
    waiting = [(root, place)]
    while waiting:
        question, where = waiting.pop()
        yield question, where
        waiting.extend((c, (where, "item", c.index)) for c in reversed(question.children))


def _check_options(question: Question, place: Place, report: Report) -> None:
    """Of a question that is no choice; R4: "the data type of the value must agree"."""
    kind = KINDS.get(question.type)
    if kind is None or question.type in ("choice", "open-choice", "quantity"):
        return
    expected = OPTION_TYPES.get(question.type, kind.types)
    for index, option in objects(question.item.get("answerOption")):
        found = chosen(option, "value")
        if found and found[0] not in expected:
            where = ((place, "answerOption", index), f"value.ofType({found[0]})", -1)
            details = _details(question, found[0], expected)
            rule = "questionnaire.option-type"
            report.add("value", rule, phrases.OPTION_TYPE, where, **details)


def _check_initial(question: Question, form: Form, place: Place, report: Report) -> None:
    kind = KINDS.get(question.type)
    for index, initial in objects(question.item.get("initial")):
        found = chosen(initial, "value")
        if kind is None or found is None:  # of groups and texts, que-8 speaks
            continue
        where = ((place, "initial", index), f"value.ofType({found[0]})", -1)
        if found[0] not in kind.types:
            details = _details(question, found[0], kind.types)
            rule = "questionnaire.initial-type"
            report.add("value", rule, phrases.INITIAL_TYPE, where, **details)
        elif found[0] == "Coding" and isinstance(found[1], dict):
            _check_initial_coding(question, form, found[1], where, report)


def _check_initial_coding(
    question: Question, form: Form, coding: Json, place: Place, report: Report
) -> None:
    canonical = text(question.item.get("answerValueSet"))
    if canonical and membership(canonical, coding, form, report.context) is Membership.OUT:
        details = {"question": question.label, "found": shown(coding),
                   "value_set": excerpt(canonical)}  # fmt: skip
        rule, phrase = "questionnaire.initial-value", phrases.INITIAL_NOT_IN_SET
        report.say("warning", "code-invalid", rule, phrase, place, **details)


def _details(question: Question, type_: str, expected: frozenset[str]) -> dict[str, str]:
    names = ", ".join(sorted(expected))
    return {"question": question.label, "type": type_, "expected": names}
