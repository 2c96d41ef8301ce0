"""A reference as an answer: the types of resources that the question allows (referenceResource)."""

from typing import Final

from hygie.fhir.definitions import r4
from hygie.fhir.validate.questionnaires import phrases
from hygie.fhir.validate.questionnaires.answer import Answer
from hygie.fhir.validate.questionnaires.bounds import CORE
from hygie.fhir.validate.reading import text
from hygie.fhir.validate.references.resolution import type_of
from hygie.fhir.validate.report import Report, excerpt

ALLOWED: Final = CORE + "questionnaire-referenceResource"


def check_reference(answer: Answer, report: Report) -> None:
    """A reference by identifier alone, or whose type cannot be known here, is not judged."""
    if not isinstance(answer.value, dict):
        return
    reference = text(answer.value.get("reference"))
    found = type_of(reference, report) or text(answer.value.get("type"))
    allowed = sorted({text(value) for _, value in answer.question.limits(ALLOWED)})
    if allowed and found and found not in allowed:
        details = {"referred": excerpt(found), "limit": excerpt(", ".join(allowed))}
        answer.refuse(report, "value", "reference-type", phrases.OTHER_TARGET, **details)
    elif allowed and reference and not found:
        rule, phrase = "reference-unknown", phrases.UNKNOWN_TARGET
        details = {"limit": excerpt(", ".join(allowed))}
        answer.say("warning", report, "value", rule, phrase, answer.where, **details)
    elif not allowed and reference.startswith("http") and found and not r4().is_resource(found):
        details = {"referred": excerpt(found)}
        answer.refuse(report, "value", "reference-type", phrases.NO_SUCH_TARGET, **details)
