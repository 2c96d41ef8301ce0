"""What a tally keeps of one rule, and of one group of resources."""

from dataclasses import dataclass, field

from hygie.insight.quality.discretion import Discretion
from hygie.insight.quality.report import Example, GroupCount, RuleCount
from hygie.insight.quality.subjects import Subject
from hygie.limits import MAX_REPORT_EXAMPLES, MAX_REPORT_NAMES
from hygie.refusal import Issue, Severity

Where = tuple[int, int, int]
"""Rank of the file, line, rank of the resource in the bundle."""


@dataclass(slots=True)
class Ruling:
    """One rule at one severity."""

    rule: str
    severity: Severity
    code: str
    count: int = 0
    files: int = 0
    resources: int = 0
    last: Where = (0, 0, 0)
    sources: set[str] = field(default_factory=set)
    examples: list[Example] = field(default_factory=list)

    def add(
        self, issue: Issue, file: str, where: Where, subject: Subject, discretion: Discretion
    ) -> None:
        """Examples come from different resources, so that they tell more."""
        self.count += 1
        if issue.source and len(self.sources) < MAX_REPORT_NAMES:
            self.sources.add(discretion.name(issue.source))
        if where == self.last:
            return
        self.files += where[0] != self.last[0]
        self.resources += 1
        self.last = where
        if len(self.examples) < MAX_REPORT_EXAMPLES:
            self.examples.append(
                Example(
                    file=discretion.file(file, where[0]),
                    line=where[1],
                    resource=discretion.resource(subject),
                    place=discretion.place(issue),
                    text=discretion.text(issue),
                )
            )

    def counted(self) -> RuleCount:
        return RuleCount(
            rule=self.rule, severity=self.severity, code=self.code, count=self.count,
            files=self.files, resources=self.resources, sources=tuple(sorted(self.sources)),
            examples=tuple(self.examples),
        )  # fmt: skip


@dataclass(slots=True)
class Group:
    """Resources of one type, or that claim one profile."""

    name: str
    resources: int = 0
    failing: int = 0
    errors: int = 0
    warnings: int = 0

    def add(self, errors: int, warnings: int) -> None:
        self.resources += 1
        self.failing += errors > 0
        self.errors += errors
        self.warnings += warnings

    def counted(self) -> GroupCount:
        return GroupCount(
            name=self.name, resources=self.resources, failing=self.failing,
            errors=self.errors, warnings=self.warnings,
        )  # fmt: skip
