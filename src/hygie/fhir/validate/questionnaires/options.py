"""An answer among those that the question offers (R4, Questionnaire.item.answerOption)."""

from typing import Final

from hygie.fhir.validate.context import Membership
from hygie.fhir.validate.questionnaires import phrases
from hygie.fhir.validate.questionnaires.answer import Answer
from hygie.fhir.validate.questionnaires.bounds import CORE
from hygie.fhir.validate.questionnaires.reading import extension_values, key_of, shown
from hygie.fhir.validate.questionnaires.texts import check_text
from hygie.fhir.validate.questionnaires.value_sets import membership
from hygie.fhir.validate.reading import Json, chosen, text
from hygie.fhir.validate.report import Report, excerpt

EXCLUSIVE: Final = CORE + "questionnaire-optionExclusive"
SHOWN: Final = 8


def check_listed(answer: Answer, report: Report) -> None:
    """A question of another type than choice, whose answers are listed."""
    question = answer.question
    if question.options and not _offered(answer):
        answer.refuse(report, "code-invalid", "option", phrases.NOT_OFFERED, limit=_listed(answer))


def check_choice(answer: Answer, report: Report) -> None:
    """The places are those of the answer: any of its types may be what is wrong."""
    question = answer.question
    if answer.type == "string" and question.type == "open-choice":
        _check_free_text(answer, report)
    elif question.options:
        _check_option(answer, report)
    elif canonical := text(question.item.get("answerValueSet")):
        _check_in_set(answer, canonical, report)
    else:
        rule, phrase = "no-options", phrases.NO_OPTIONS
        answer.say("information", report, "incomplete", rule, phrase, answer.place)


def _check_option(answer: Answer, report: Report) -> None:
    question = answer.question
    option = _offered(answer)
    if answer.type not in question.option_types:
        details = {"limit": _listed(answer)}
        rule, phrase = "option-type", phrases.NO_OPTION_OF_TYPE
        answer.say("error", report, "value", rule, phrase, answer.place, **details)
    elif option is None:
        details = {"limit": _listed(answer)}
        rule, phrase = "option", phrases.NOT_OFFERED
        answer.say("error", report, "code-invalid", rule, phrase, answer.place, **details)
    elif answer.count > 1 and ("boolean", True) in extension_values(option, EXCLUSIVE):
        rule, phrase = "exclusive", phrases.EXCLUSIVE
        answer.say("error", report, "business-rule", rule, phrase, answer.place)


def _offered(answer: Answer) -> Json | None:
    """The option that is the answer. A dateTime may be offered as a date."""
    keys = answer.question.option_keys
    type_ = "date" if answer.type == "dateTime" else answer.type
    return keys.get(key_of((type_, answer.value)))


def _check_free_text(answer: Answer, report: Report) -> None:
    """In an open choice a text is allowed; one that is an option in disguise is worth saying."""
    check_text(answer, report)
    words = text(answer.value).casefold()
    codings = (value for o in answer.question.options if (value := chosen(o, "value")))
    names = (c.get(part) for _, c in codings if isinstance(c, dict) for part in ("display", "code"))
    if any(text(name).casefold() == words for name in names if name):
        rule, phrase = "option-as-text", phrases.OPTION_AS_TEXT
        answer.say("warning", report, "code-invalid", rule, phrase, answer.where)


def _check_in_set(answer: Answer, canonical: str, report: Report) -> None:
    details = {"value_set": excerpt(canonical)}
    if answer.type != "Coding" or not isinstance(answer.value, dict):
        rule, phrase = "option-type", phrases.CODING_EXPECTED
        answer.say("warning", report, "value", rule, phrase, answer.place, **details)
        return
    known = membership(canonical, answer.value, answer.form, report.context)
    if known is Membership.OUT:
        rule, phrase = "value-set", phrases.NOT_IN_SET
        answer.say("error", report, "code-invalid", rule, phrase, answer.place, **details)
    elif known is Membership.UNKNOWN:
        rule, phrase = "value-set-unknown", phrases.UNKNOWN_SET
        answer.say("warning", report, "not-found", rule, phrase, answer.place, **details)


def _listed(answer: Answer) -> str:
    """The first options, as a sentence shows them."""
    values = [value for o in answer.question.options[:SHOWN] if (value := chosen(o, "value"))]
    names = ", ".join(shown(value) for _, value in values)
    return names if len(answer.question.options) <= SHOWN else f"{names}, …"
