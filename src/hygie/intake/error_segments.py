"""ERR: what is wrong, where, in which words (v2.5 §2.15.5; before 2.5, ERR-1 alone). Pure."""

from collections.abc import Sequence
from typing import Final

from hygie.hl7v2.delimiters import Delimiters
from hygie.hl7v2.escapes import escape
from hygie.intake.heading import Heading
from hygie.refusal import Issue

MAX_ERRORS: Final = 10
_SENTENCE_CHARACTERS: Final = 240
_SEVERITIES: Final = {"fatal": "F", "error": "E", "warning": "W", "information": "I"}
_CODES: Final = {
    "hl7.segment-missing": ("100", "Segment sequence error"),
    "hl7.field-missing": ("101", "Required field missing"),
    "hl7.time": ("102", "Data type error"),
    "result.number": ("102", "Data type error"),
    "person.sex": ("103", "Table value not found"),
    "result.status": ("103", "Table value not found"),
    "event.unknown": ("201", "Unsupported event code"),
    "event.not-allowed": ("201", "Unsupported event code"),
    "event.acknowledgement": ("200", "Unsupported message type"),
    "hl7.version": ("203", "Unsupported version id"),
    "merge.unknown-patient": ("204", "Unknown key identifier"),
    "movement.unknown": ("204", "Unknown key identifier"),
    "document.unknown": ("204", "Unknown key identifier"),
    "intake.control-id-reused": ("205", "Duplicate key identifier"),
    "intake.received": ("0", "Message accepted"),
}
"""Rule -> HL7 table 0357."""
_OTHER: Final = ("207", "Application internal error")


def errors(issues: Sequence[Issue], heading: Heading) -> list[list[str]]:
    """A segment for each issue, as fields. Before version 2.5 an ERR has no severity: only what is
    wrong is told, and in one segment."""
    delimiters = heading.delimiters
    told = issues[:MAX_ERRORS]
    if heading.version >= (2, 5):
        return [_err(issue, delimiters) for issue in told]
    wrong = [_located(issue, delimiters) for issue in told if issue.severity in ("error", "fatal")]
    return [["ERR", delimiters.repetition.join(wrong)]] if wrong else []


def _err(issue: Issue, delimiters: Delimiters) -> list[str]:
    join = delimiters.component.join
    code = join((*_CODES.get(issue.rule, _OTHER), "HL70357"))
    sentence = escape(issue.text("fr")[:_SENTENCE_CHARACTERS], delimiters)
    place = join(_place(issue.location))
    return ["ERR", "", place, code, _SEVERITIES[issue.severity], "", "", "", sentence]


def _located(issue: Issue, delimiters: Delimiters) -> str:
    """ELD: segment, its rank, field, and the error as subcomponents (v2.3.1 §2.24.4)."""
    code = delimiters.subcomponent.join((*_CODES.get(issue.rule, _OTHER), "HL70357"))
    place = [*_place(issue.location)[:3], "", "", ""][:3]
    return delimiters.component.join((*place, code))


def _place(location: str) -> list[str]:
    """ERL: segment, its rank, field, repetition, component ("PID-3[2].1": PID, 1, 3, 2, 1)."""
    segment, _, rest = location.partition("-")
    name, _, rank = segment.partition("[")
    if len(name) != 3 or not name.isupper():
        return []
    field, _, component = rest.partition(".")
    number, _, repetition = field.partition("[")
    parts = [name, rank.rstrip("]") or "1", number, repetition.rstrip("]"), component]
    while parts and not parts[-1]:
        parts.pop()
    return parts
