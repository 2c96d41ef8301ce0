"""The report on what was validated: what its JSON holds, and its page shows."""

from typing import Final, Literal

import msgspec

from hygie.insight.quality import phrases
from hygie.limits import MAX_BASELINE_BYTES
from hygie.refusal import Category, Language, Severity, refuse

FORMAT: Final = "hygie-quality-report"
Movement = Literal["new", "gone", "more", "fewer", "same"]


class _Part(msgspec.Struct, frozen=True, rename="camel"):
    """Members of the JSON are in camel case, as FHIR's are."""


class Example(_Part, frozen=True, kw_only=True):
    file: str
    line: int = 0
    """Of a file of lines, from 1; 0 of others."""
    resource: str = ""
    """`Patient/12`, or the type alone."""
    place: str = ""
    text: str


class RuleCount(_Part, frozen=True, kw_only=True):
    """One rule, at one severity."""

    rule: str
    severity: Severity
    code: str
    count: int
    files: int
    resources: int
    sources: tuple[str, ...] = ()
    """Profiles that the rule comes from: canonical and version."""
    examples: tuple[Example, ...] = ()


class GroupCount(_Part, frozen=True, kw_only=True):
    """Resources of one type, or that claim one profile."""

    name: str
    resources: int
    failing: int
    """With at least one error."""
    errors: int
    warnings: int


class FileCount(_Part, frozen=True, kw_only=True):
    name: str
    resources: int
    errors: int
    warnings: int


class Totals(_Part, frozen=True, kw_only=True):
    files: int = 0
    failing_files: int = 0
    resources: int = 0
    """Entries of bundles included."""
    failing_resources: int = 0
    errors: int = 0
    """Fatal ones included."""
    warnings: int = 0
    information: int = 0
    silenced: int = 0
    """Left out by the silences of the policy: counted nowhere else."""
    bytes: int = 0


class Change(_Part, frozen=True, kw_only=True):
    """What became of one rule at one severity since the earlier report."""

    rule: str
    severity: Severity
    before: int
    now: int
    movement: Movement


class Trend(_Part, frozen=True, kw_only=True):
    since: str
    """When the earlier report was made."""
    before: Totals
    changes: tuple[Change, ...]


class Asked(_Part, frozen=True, kw_only=True):
    """What was asked for: enough to do it again."""

    source: str = ""
    profiles: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    """`hl7.fhir.fr.core#2.2.0`, or the name of the file given."""
    excerpts: bool = True
    """Whether examples quote what was received."""


class Report(_Part, frozen=True, kw_only=True):
    format: Literal["hygie-quality-report"] = "hygie-quality-report"
    version: Literal[1] = 1
    made_at: str
    """Instant, with its offset."""
    hygie: str
    language: Language
    asked: Asked
    totals: Totals
    rules: tuple[RuleCount, ...] = ()
    """Errors first, then the most frequent."""
    types: tuple[GroupCount, ...] = ()
    profiles: tuple[GroupCount, ...] = ()
    files: tuple[FileCount, ...] = ()
    """Those with problems, the worst first; the worst `MAX_REPORT_FILES` only."""
    trend: Trend | None = None


def read_report(raw: bytes) -> Report:
    """An earlier report. Raises `Refused` when it is none, or of another version."""
    if len(raw) > MAX_BASELINE_BYTES:
        raise _no_report(f"{len(raw)} > {MAX_BASELINE_BYTES}")
    try:
        return msgspec.json.decode(raw, type=Report)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _no_report(str(error)) from None


def _no_report(reason: str) -> Exception:
    return refuse(Category.INVALID, "report.unreadable", phrases.NOT_A_REPORT, reason=reason)
