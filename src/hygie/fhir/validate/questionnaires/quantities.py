"""A quantity as an answer: its bounds, its decimals, its unit (SDC, and extensions of R4)."""

from typing import Any, Final

from hygie.fhir.validate.context import Membership
from hygie.fhir.validate.questionnaires import phrases
from hygie.fhir.validate.questionnaires.answer import Answer
from hygie.fhir.validate.questionnaires.bounds import CORE, MAXIMUM, MINIMUM, check_decimals
from hygie.fhir.validate.questionnaires.comparing import compare_quantities, unit
from hygie.fhir.validate.questionnaires.reading import shown
from hygie.fhir.validate.questionnaires.value_sets import membership
from hygie.fhir.validate.reading import Json, text
from hygie.fhir.validate.report import Report, excerpt

SDC: Final = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
UNIT_OPTION: Final = CORE + "questionnaire-unitOption"
UNIT_SET: Final = CORE + "questionnaire-unitValueSet"


def check_quantity(answer: Answer, report: Report) -> None:
    if not isinstance(answer.value, dict):
        return
    _check_bounds(answer, report)
    check_decimals(answer, report)
    _check_unit_options(answer, report)
    _check_unit_set(answer, report)


def _check_bounds(answer: Answer, report: Report) -> None:
    for urls, side, rule, phrase in (
        ((SDC + "minQuantity", MINIMUM), -1, "minimum", phrases.TOO_SMALL),
        ((SDC + "maxQuantity", MAXIMUM), 1, "maximum", phrases.TOO_LARGE),
    ):
        for _, bound in (value for url in urls for value in answer.question.limits(url)):
            if isinstance(bound, dict):
                _check_bound(answer, bound, side, (rule, phrase), report)


def _check_bound(answer: Answer, bound: Json, side: int, said: Any, report: Report) -> None:
    """Without a formal unit on both sides, nothing is compared: "Kg" may be anything."""
    limit = shown(bound)
    if not (unit(answer.value)[0] and unit(bound)[0]):
        rule, phrase = "unit-informal", phrases.INFORMAL_UNIT
        answer.refuse(report, "value", rule, phrase, limit=limit)
        return
    order = compare_quantities(answer.value, bound)
    if order is None and "value" in answer.value:
        rule, phrase = "unit-incomparable", phrases.INCOMPARABLE
        answer.refuse(report, "value", rule, phrase, limit=limit)
    elif order == side:
        answer.refuse(report, "value", *said, limit=limit)


def _check_unit_options(answer: Answer, report: Report) -> None:
    allowed = [value for _, value in answer.question.limits(UNIT_OPTION) if isinstance(value, dict)]
    if allowed and not any(_is_unit(answer.value, option) for option in allowed):
        names = excerpt(", ".join(shown(option) for option in allowed))
        answer.refuse(report, "code-invalid", "unit", phrases.OTHER_UNIT, limit=names)


def _is_unit(quantity: Json, option: Json) -> bool:
    """By system and code; by its text where the option has no code."""
    if text(option.get("code")):
        return all(option.get(part) == quantity.get(part) for part in ("system", "code"))
    return option.get("display") == quantity.get("unit")


def _check_unit_set(answer: Answer, report: Report) -> None:
    for _, canonical in answer.question.limits(UNIT_SET):
        coding = {part: answer.value.get(part) for part in ("system", "code")}
        known = membership(text(canonical), coding, answer.form, report.context)
        details = {"value_set": excerpt(canonical)}
        if known is Membership.OUT:
            answer.refuse(report, "code-invalid", "unit", phrases.UNIT_NOT_IN_SET, **details)
        elif known is Membership.UNKNOWN:
            rule, phrase = "value-set-unknown", phrases.UNKNOWN_SET
            answer.say("warning", report, "not-found", rule, phrase, answer.where, **details)
