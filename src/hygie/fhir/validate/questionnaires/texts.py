"""A text as an answer: its length, its lines, its format (minLength, maxLength, regex)."""

from typing import Final

from hygie.fhir.path.library.patterns import matches_full
from hygie.fhir.validate.context import Membership
from hygie.fhir.validate.questionnaires import phrases
from hygie.fhir.validate.questionnaires.answer import Answer
from hygie.fhir.validate.questionnaires.bounds import CORE
from hygie.fhir.validate.questionnaires.value_sets import membership
from hygie.fhir.validate.reading import text
from hygie.fhir.validate.report import Report, excerpt
from hygie.refusal import Refused

MIN_LENGTH: Final = CORE + "minLength"
PATTERN: Final = CORE + "regex"
ENTRY_FORMAT: Final = CORE + "entryFormat"


def check_text(answer: Answer, report: Report) -> None:
    if not isinstance(answer.value, str):
        return
    _check_length(answer, report)
    _check_pattern(answer, report)
    if answer.question.type == "string" and ("\n" in answer.value or "\r" in answer.value):
        rule, phrase = "lines", phrases.SEVERAL_LINES
        answer.say("warning", report, "value", rule, phrase, answer.where)


def _check_length(answer: Answer, report: Report) -> None:
    size = len(answer.value)
    least, most = answer.question.whole(MIN_LENGTH), answer.question.item.get("maxLength")
    if least is not None and size < least:
        details = {"size": str(size), "limit": str(least)}
        answer.refuse(report, "value", "minimum-length", phrases.TOO_SHORT, **details)
    if isinstance(most, int) and size > most:
        details = {"size": str(size), "limit": str(most)}
        answer.refuse(report, "too-long", "maximum-length", phrases.TOO_LONG, **details)


def _check_pattern(answer: Answer, report: Report) -> None:
    """Matched in time that grows only with the text; what RE2 cannot read is not checked."""
    for _, pattern in answer.question.limits(PATTERN):
        try:
            fits = matches_full(answer.value, text(pattern))
        except Refused:  # the questionnaire's check says so
            continue
        if not fits:
            formats = [text(v) for _, v in answer.question.limits(ENTRY_FORMAT)] or [text(pattern)]
            details = {"expected": excerpt(formats[0])}
            answer.refuse(report, "value", "format", phrases.OTHER_FORMAT, **details)


def check_code(answer: Answer, report: Report) -> None:
    """A text question may draw its answers from a value set: they are its codes."""
    canonical = text(answer.question.item.get("answerValueSet"))
    if not canonical or not isinstance(answer.value, str):
        return
    known = membership(canonical, {"code": answer.value}, answer.form, report.context)
    details = {"value_set": excerpt(canonical)}
    if known is Membership.OUT:
        answer.refuse(report, "code-invalid", "value-set", phrases.NOT_IN_SET, **details)
    elif known is Membership.UNKNOWN:
        rule, phrase = "value-set-unknown", phrases.UNKNOWN_SET
        answer.say("warning", report, "not-found", rule, phrase, answer.where, **details)
