"""What goes wrong, as values.

An `Issue` is one problem: where, what, and what to do, in French and in English.
A `Refusal` is the answer to a request that cannot be served: its category and its issues.
`Refused` carries a refusal out of a transaction, so that leaving it rolls everything back.
Any other exception is a bug or broken infrastructure.

One place turns a refusal into HTTP and FHIR: `hygie.fhir.outcome` and `hygie.api.errors`.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Literal, NamedTuple

import msgspec

Language = Literal["fr", "en"]
Severity = Literal["fatal", "error", "warning", "information"]


class Phrase(NamedTuple):
    """A sentence in both languages; `{name}` marks what the issue fills in."""

    fr: str
    en: str


class Category(Enum):
    """Kinds of refusal, each with the HTTP status that says it (RFC 9110, FHIR R4 §3.1.0)."""

    INVALID = 400
    UNAUTHENTICATED = 401
    FORBIDDEN = 403
    NOT_FOUND = 404
    METHOD = 405
    NOT_ACCEPTABLE = 406
    CONFLICT = 409
    GONE = 410
    PRECONDITION = 412
    TOO_LARGE = 413
    MEDIA_TYPE = 415
    UNPROCESSABLE = 422
    TOO_MANY = 429
    UNSUPPORTED = 501
    BUSY = 503


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """One problem, with its place.

    `code` is a FHIR issue type (value set issue-type); `rule` is Hygie's own stable name for the
    rule that was broken ("structure.unknown-element"); `location` is a FHIRPath, or a place in an
    HL7 v2 message ("PID-3[2].1"), or empty when the whole is meant.
    `details` never holds health data beyond a bounded excerpt of the value at fault, and is shown
    only to whoever sent or may read that value: it never goes to logs or metrics.
    """

    severity: Severity = "error"
    code: str
    rule: str
    phrase: Phrase
    location: str = ""
    source: str = ""
    """Of a rule of a profile: the profile and its version, `https://…/fr-core-patient|2.2.0`."""
    details: Mapping[str, str] = msgspec.field(default_factory=dict)
    kind: tuple[str, str] | None = None
    """System and code that others know this kind of problem by, where a specification names one:
    shown in place of the rule; both empty where it says that nothing is shown."""

    def text(self, language: Language) -> str:
        template = self.phrase.fr if language == "fr" else self.phrase.en
        return template.format_map(self.details) if self.details else template


class Refusal(msgspec.Struct, frozen=True):
    """A request that cannot be served, and why."""

    category: Category
    issues: tuple[Issue, ...]


class Refused(Exception):  # noqa: N818 - it is an outcome, not an error
    """Unwinds to the door that can answer; its text never shows health data."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.category.name}: {', '.join(i.rule for i in refusal.issues)}")
        self.refusal = refusal


def refuse(
    category: Category,
    rule: str,
    phrase: Phrase,
    *,
    code: str = "processing",
    location: str = "",
    **details: str,
) -> Refused:
    """A refusal of a single issue, ready to raise."""
    issue = Issue(code=code, rule=rule, phrase=phrase, location=location, details=details)
    return Refused(Refusal(category, (issue,)))


def has_errors(issues: Sequence[Issue]) -> bool:
    return any(issue.severity in ("error", "fatal") for issue in issues)
