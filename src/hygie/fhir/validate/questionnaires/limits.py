"""The limits that an item sets: whether an answer can be within them."""

from typing import Final

from hygie.fhir.path.library.patterns import matches_full
from hygie.fhir.validate.questionnaires import bounds
from hygie.fhir.validate.questionnaires import form_phrases as phrases
from hygie.fhir.validate.questionnaires.answers import KINDS
from hygie.fhir.validate.questionnaires.comparing import compare
from hygie.fhir.validate.questionnaires.form import Question
from hygie.fhir.validate.questionnaires.quantities import SDC
from hygie.fhir.validate.questionnaires.reading import shown
from hygie.fhir.validate.questionnaires.texts import MIN_LENGTH, PATTERN
from hygie.fhir.validate.reading import Value, text
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.refusal import Refused

VALUE_BOUNDS: Final = (
    (bounds.MINIMUM, bounds.MAXIMUM),
    (SDC + "minQuantity", SDC + "maxQuantity"),
)
SAMPLES: Final = {"date": "2020-01-01", "dateTime": "2020-01-01", "time": "00:00:00",
                  "integer": 0, "decimal": 0}  # fmt: skip
"""A value of each type that has bounds, to see whether a bound compares with it."""


def check_limits(question: Question, place: Place, report: Report) -> None:
    """A limit that nothing can meet is a warning: no response is wrong yet."""
    for least, most in VALUE_BOUNDS:
        _check_pair(question, question.limits(least), question.limits(most), place, report)
    _check_wholes(question, question.whole(MIN_LENGTH), _length(question), place, report)
    most_often = question.whole(bounds.MOST_OFTEN)
    _check_wholes(question, question.whole(bounds.LEAST_OFTEN), most_often, place, report)
    if most_often and most_often > 1 and not question.repeats:
        details = {"question": question.label, "maximum": str(most_often)}
        rule, phrase = "questionnaire.occurs-once", phrases.OCCURS_ONCE
        report.say("warning", "business-rule", rule, phrase, place, **details)
    _check_bound_types(question, place, report)
    _check_patterns(question, place, report)


def _check_pair(
    question: Question, least: list[Value], most: list[Value], place: Place, report: Report
) -> None:
    for minimum, maximum in zip(least, most, strict=False):
        if compare(minimum, maximum) == 1:
            details = {"minimum": shown(minimum[1]), "maximum": shown(maximum[1])}
            rule, phrase = "questionnaire.bounds", phrases.CROSSED
            details["question"] = question.label
            report.say("warning", "business-rule", rule, phrase, place, **details)


def _check_wholes(
    question: Question, least: int | None, most: int | None, place: Place, report: Report
) -> None:
    if least is not None and most is not None:
        pair = [("integer", least)], [("integer", most)]
        _check_pair(question, *pair, place, report)


def _length(question: Question) -> int | None:
    length = question.item.get("maxLength")
    return length if isinstance(length, int) and not isinstance(length, bool) else None


def _check_bound_types(question: Question, place: Place, report: Report) -> None:
    sample = SAMPLES.get(question.type)
    if sample is None:
        return
    for type_, value in question.limits(bounds.MINIMUM) + question.limits(bounds.MAXIMUM):
        if compare((question.type, sample), (type_, value)) is None:
            expected = ", ".join(KINDS[question.type].types)
            details = {"question": question.label, "type": type_, "expected": expected}
            rule, phrase = "questionnaire.bound-type", phrases.BOUND_TYPE
            report.say("warning", "value", rule, phrase, place, **details)


def _check_patterns(question: Question, place: Place, report: Report) -> None:
    for _, pattern in question.limits(PATTERN):
        try:
            matches_full("", text(pattern))
        except Refused as refused:
            reason = refused.refusal.issues[0].details.get("reason", "")
            details = {"question": question.label, "reason": excerpt(reason)}
            rule, phrase = "questionnaire.pattern", phrases.PATTERN
            report.say("warning", "not-supported", rule, phrase, place, **details)
