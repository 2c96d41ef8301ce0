"""Counts what validation finds, as it finds it: memory does not grow with what is read."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from hygie.fhir.codec import Resource
from hygie.fhir.definitions import r4
from hygie.insight.quality.discretion import Discretion
from hygie.insight.quality.parts import Group, Ruling
from hygie.insight.quality.report import FileCount, GroupCount, RuleCount, Totals
from hygie.insight.quality.subjects import Subject, rank_of, subjects_of
from hygie.limits import MAX_REPORT_FILES, MAX_REPORT_NAMES
from hygie.refusal import Issue, Severity

RANKS: Final[dict[Severity, int]] = {"fatal": 0, "error": 1, "warning": 2, "information": 3}
OTHERS: Final = "…"
"""Names the sum of what is beyond a limit."""
UNREAD: Final = Subject("", "", ())


@dataclass(slots=True)
class _File:
    """The one being read."""

    name: str
    rank: int
    resources: int = 0
    errors: int = 0
    warnings: int = 0


@dataclass(slots=True)
class Tally:
    """One for each report. Begin a file, count what it holds, end it."""

    discretion: Discretion
    files: int = 0
    failing_files: int = 0
    resources: int = 0
    failing: int = 0
    silenced: int = 0
    bytes: int = 0
    severities: dict[Severity, int] = field(default_factory=lambda: dict.fromkeys(RANKS, 0))
    _rules: dict[tuple[Severity, str], Ruling] = field(default_factory=dict)
    _types: dict[str, Group] = field(default_factory=dict)
    _profiles: dict[str, Group] = field(default_factory=dict)
    _worst: list[tuple[int, int, int, FileCount]] = field(default_factory=list)
    _file: _File = field(default_factory=lambda: _File("", 0))

    def begin(self, name: str, size: int) -> None:
        self.files += 1
        self.bytes += size
        self._file = _File(name, self.files)

    def count(self, line: int, resource: Resource | None, issues: Sequence[Issue]) -> None:
        """What was found at one place of the file; `resource` is None if it cannot be read."""
        subjects = [UNREAD] if resource is None else subjects_of(resource)
        found: dict[int, list[Issue]] = {}
        for issue in issues:
            rank = rank_of(issue.location)
            found.setdefault(rank if rank < len(subjects) else 0, []).append(issue)
        for rank, subject in enumerate(subjects):
            self._subject(line, rank, subject, found.get(rank, ()))
        self._file.resources += len(subjects)
        self.resources += len(subjects)

    def end(self) -> None:
        file = self._file
        self.failing_files += file.errors > 0
        if not file.errors and not file.warnings:
            return
        counted = FileCount(
            name=self.discretion.file(file.name, file.rank), resources=file.resources,
            errors=file.errors, warnings=file.warnings,
        )  # fmt: skip
        entry = (file.errors, file.warnings, -file.rank, counted)
        if len(self._worst) < MAX_REPORT_FILES:
            heapq.heappush(self._worst, entry)
        else:
            heapq.heappushpop(self._worst, entry)

    def _subject(self, line: int, rank: int, subject: Subject, issues: Sequence[Issue]) -> None:
        errors = sum(RANKS[issue.severity] <= RANKS["error"] for issue in issues)
        warnings = sum(issue.severity == "warning" for issue in issues)
        self.failing += errors > 0
        self._file.errors += errors
        self._file.warnings += warnings
        type_ = subject.type if r4().is_resource(subject.type) else "?"
        _group(self._types, type_).add(errors, warnings)
        for url in subject.profiles:
            _group(self._profiles, self.discretion.profile(url)).add(errors, warnings)
        for issue in issues:
            self.severities[issue.severity] += 1
            where = (self._file.rank, line, rank)
            self._ruling(issue).add(issue, self._file.name, where, subject, self.discretion)

    def _ruling(self, issue: Issue) -> Ruling:
        key = issue.severity, issue.rule
        if key not in self._rules and len(self._rules) >= MAX_REPORT_NAMES:
            key = issue.severity, OTHERS
        found = self._rules.get(key)
        if found is None:
            found = self._rules[key] = Ruling(key[1], issue.severity, issue.code)
        return found

    # --- what was counted ---------------------------------------------------------------
    def totals(self) -> Totals:
        return Totals(
            files=self.files, failing_files=self.failing_files, resources=self.resources,
            failing_resources=self.failing, silenced=self.silenced, bytes=self.bytes,
            errors=self.severities["fatal"] + self.severities["error"],
            warnings=self.severities["warning"], information=self.severities["information"],
        )  # fmt: skip

    def rules(self) -> tuple[RuleCount, ...]:
        found = (ruling.counted() for ruling in self._rules.values())
        return tuple(sorted(found, key=lambda r: (RANKS[r.severity], -r.count, r.rule)))

    def types(self) -> tuple[GroupCount, ...]:
        return _ranked(self._types)

    def profiles(self) -> tuple[GroupCount, ...]:
        return _ranked(self._profiles)

    def worst_files(self) -> tuple[FileCount, ...]:
        return tuple(entry[3] for entry in sorted(self._worst, reverse=True))


def _group(groups: dict[str, Group], name: str) -> Group:
    if name not in groups and len(groups) >= MAX_REPORT_NAMES:
        name = OTHERS
    return groups.setdefault(name, Group(name))


def _ranked(groups: dict[str, Group]) -> tuple[GroupCount, ...]:
    found = (group.counted() for group in groups.values())
    return tuple(sorted(found, key=lambda g: (-g.errors, -g.resources, g.name)))
