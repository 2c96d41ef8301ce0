"""The least and the greatest value of an answer, and its decimals (extensions of R4's items)."""

from decimal import Decimal
from typing import Final

from hygie.fhir.validate.questionnaires import phrases
from hygie.fhir.validate.questionnaires.answer import Answer
from hygie.fhir.validate.questionnaires.comparing import compare, number
from hygie.fhir.validate.questionnaires.reading import shown
from hygie.fhir.validate.report import Report

CORE: Final = "http://hl7.org/fhir/StructureDefinition/"
MINIMUM: Final = CORE + "minValue"
MAXIMUM: Final = CORE + "maxValue"
LEAST_OFTEN: Final = CORE + "questionnaire-minOccurs"
MOST_OFTEN: Final = CORE + "questionnaire-maxOccurs"
DECIMALS: Final = CORE + "maxDecimalPlaces"


def check_bounds(answer: Answer, report: Report) -> None:
    """Numbers, dates and times; a bound of another kind is the questionnaire's fault."""
    for url, side, rule, phrase in (
        (MINIMUM, -1, "minimum", phrases.TOO_SMALL),
        (MAXIMUM, 1, "maximum", phrases.TOO_LARGE),
    ):
        for bound in answer.question.limits(url):
            if compare((answer.type, answer.value), bound) == side:
                answer.refuse(report, "value", rule, phrase, limit=shown(bound[1]))


def check_decimals(answer: Answer, report: Report) -> None:
    """Digits after the point, those written: 1.50 has two."""
    value = answer.value.get("value") if isinstance(answer.value, dict) else answer.value
    limit, exact = answer.question.whole(DECIMALS), number(value)
    if limit is not None and exact is not None and _decimals(exact) > limit:
        answer.refuse(report, "value", "decimal-places", phrases.TOO_PRECISE, limit=str(limit))


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
