"""An attachment as an answer: its kind of content and its size (mimeType, maxSize)."""

from typing import Final

from hygie.fhir.validate.questionnaires import phrases
from hygie.fhir.validate.questionnaires.answer import Answer
from hygie.fhir.validate.questionnaires.bounds import CORE
from hygie.fhir.validate.questionnaires.comparing import number
from hygie.fhir.validate.reading import Json, text
from hygie.fhir.validate.report import Report, excerpt

MIME_TYPE: Final = CORE + "mimeType"
MAX_SIZE: Final = CORE + "maxSize"


def check_attachment(answer: Answer, report: Report) -> None:
    """The places are those of the answer: the questionnaire speaks of it as a whole."""
    if not isinstance(answer.value, dict):
        return
    allowed = [text(value) for _, value in answer.question.limits(MIME_TYPE)]
    stated = text(answer.value.get("contentType"))
    if allowed and not any(_is_kind(stated, kind) for kind in allowed):
        details = {"stated": excerpt(stated or "?"), "limit": excerpt(", ".join(allowed))}
        rule, phrase = "content-type", phrases.CONTENT_TYPE
        answer.say("error", report, "value", rule, phrase, answer.place, **details)
    _check_size(answer, report)


def _check_size(answer: Answer, report: Report) -> None:
    """The bound is taken in bytes, as forms in use and the reference validator do."""
    size = _size(answer.value)
    for _, value in answer.question.limits(MAX_SIZE):
        limit = number(value)
        if limit is not None and size is not None and size > limit:
            details = {"size": str(size), "limit": f"{limit:f}"}
            rule, phrase = "size", phrases.TOO_BIG
            answer.say("error", report, "too-long", rule, phrase, answer.place, **details)


def _size(attachment: Json) -> int | None:
    """Bytes of the content that is here; else what it says of itself."""
    data = attachment.get("data")
    if isinstance(data, str):
        letters = len(data) - sum(data.count(space) for space in " \t\r\n")
        return letters * 3 // 4 - data.rstrip().count("=", -4)
    size = attachment.get("size")
    return size if isinstance(size, int) and not isinstance(size, bool) else None


def _is_kind(stated: str, kind: str) -> bool:
    """`image/*` and `image/` stand for all images; parameters after `;` do not count."""
    plain = stated.partition(";")[0].strip().lower()
    wanted = kind.strip().lower().removesuffix("*")
    return bool(plain) and (plain == wanted or (wanted.endswith("/") and plain.startswith(wanted)))
