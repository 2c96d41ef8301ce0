"""The OperationOutcome of one file, whatever the file holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from hygie.fhir.outcome import operation_outcome
from hygie.insight.quality import phrases
from hygie.limits import MAX_ISSUES
from hygie.refusal import Issue, Language, has_errors

LINE: Final = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line"
"""Extension: the line of an NDJSON file."""


class Found(NamedTuple):
    rank: int
    line: int
    issue: Issue


@dataclass(slots=True)
class Findings:
    """The issues of one file, in order: so many errors at most, and as many others."""

    errors: list[Found] = field(default_factory=list)
    others: list[Found] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, issues: Iterable[Issue]) -> None:
        for issue in issues:
            kept = self.errors if has_errors((issue,)) else self.others
            if len(kept) < MAX_ISSUES:
                kept.append(Found(self.count, line, issue))
            self.count += 1

    @property
    def failed(self) -> bool:
        return bool(self.errors)

    def kept(self) -> list[Found]:
        """In the order found; a last one says how many there are besides."""
        kept = sorted((*self.errors, *self.others))
        if left := self.count - len(kept):
            more = Issue(
                severity="information", code="too-costly", rule="file.more", phrase=phrases.MORE,
                details={"count": str(left), "limit": str(MAX_ISSUES)},
            )  # fmt: skip
            kept.append(Found(self.count, 0, more))
        return kept


def outcome_of(found: list[Found], language: Language) -> dict[str, Any]:
    """R4 §2.36; issues of NDJSON bear their line in an extension."""
    outcome = operation_outcome([one.issue for one in found], language)
    for one, rendered in zip(found, outcome["issue"], strict=False):
        if one.line:
            line = {"url": LINE, "valueInteger": one.line}
            rendered["extension"] = [*rendered.get("extension", ()), line]
    return outcome
