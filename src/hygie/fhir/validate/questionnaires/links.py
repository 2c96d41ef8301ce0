"""A reference as an answer: the types of resources that the question allows (referenceResource)."""

import re
from typing import Final

from hygie.fhir.definitions import r4
from hygie.fhir.validate.questionnaires import phrases
from hygie.fhir.validate.questionnaires.answer import Answer
from hygie.fhir.validate.questionnaires.bounds import CORE
from hygie.fhir.validate.questionnaires.reading import text
from hygie.fhir.validate.report import Report, excerpt

ALLOWED: Final = CORE + "questionnaire-referenceResource"
RESTFUL: Final = re.compile(
    r"(?:https?://\S+/)?([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?",
    re.ASCII,
)


def check_reference(answer: Answer, report: Report) -> None:
    """A reference by identifier alone, or whose type cannot be known here, is not judged."""
    if not isinstance(answer.value, dict):
        return
    reference = text(answer.value.get("reference"))
    found = _type_of(reference, report) or text(answer.value.get("type"))
    allowed = sorted({text(value) for _, value in answer.question.limits(ALLOWED)})
    if allowed and found and found not in allowed:
        details = {"target": excerpt(found), "limit": excerpt(", ".join(allowed))}
        answer.refuse(report, "value", "reference-type", phrases.OTHER_TARGET, **details)
    elif allowed and reference and not found:
        rule, phrase = "reference-unknown", phrases.UNKNOWN_TARGET
        details = {"limit": excerpt(", ".join(allowed))}
        answer.say("warning", report, "value", rule, phrase, answer.where, **details)
    elif not allowed and reference.startswith("http") and found and not r4().is_resource(found):
        details = {"target": excerpt(found)}
        answer.refuse(report, "value", "reference-type", phrases.NO_SUCH_TARGET, **details)


def _type_of(reference: str, report: Report) -> str:
    """From its text, the resources contained here, or the bundle around; "" when not known."""
    surroundings = report.surroundings
    if reference.startswith("#"):
        return surroundings.contained.get(reference[1:], "")
    if reference in surroundings.bundled:
        return surroundings.bundled[reference]
    found = RESTFUL.fullmatch(reference)
    return found[1] if found else ""
