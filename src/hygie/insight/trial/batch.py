"""Expressions and resources by the line: `hygie fhirpath --batch`."""

from datetime import datetime
from typing import Any

from hygie.deadline import deadline
from hygie.fhir.codec import decode_any
from hygie.fhir.codec.reading import require_resource
from hygie.fhir.path.items import to_json
from hygie.insight.trial.evaluation import evaluate
from hygie.insight.trial.phrases import BATCH_LINE, BROKEN, LINE_TOO_LONG
from hygie.limits import EXPRESSION_SECONDS, MAX_LINE_BYTES
from hygie.lines import Line
from hygie.refusal import Category, Language, Refused, refuse

Json = dict[str, Any]


def answer(line: Line, now: datetime, language: Language, *, strict: bool = False) -> Json:
    """`{"result": […]}`, or `{"error": "…"}` in a sentence. Never raises: a line that breaks
    something down is told from those around it."""
    try:
        with deadline(EXPRESSION_SECONDS):
            return {"result": _result(line, now, strict=strict)}
    except Refused as refused:
        return {"error": " ".join(issue.text(language) for issue in refused.refusal.issues)}
    except Exception:
        return {"error": BROKEN.fr if language == "fr" else BROKEN.en}


def _result(line: Line, now: datetime, *, strict: bool) -> list[Any]:
    if line.raw is None:
        sizes = {"size": str(line.size), "limit": str(MAX_LINE_BYTES)}
        raise refuse(Category.TOO_LARGE, "fhirpath.line-size", LINE_TOO_LONG, **sizes)
    asked = decode_any(line.raw, limit=MAX_LINE_BYTES)
    expression = asked.get("expression") if isinstance(asked, dict) else None
    if not isinstance(expression, str):
        raise refuse(Category.INVALID, "fhirpath.batch-line", BATCH_LINE)
    resource = asked.get("resource")
    subject = None if resource is None else require_resource(resource)
    told_strict = strict or asked.get("strict") is True
    return to_json(evaluate(expression, subject, now, strict=told_strict))
