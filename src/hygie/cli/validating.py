"""Running `hygie validate`: over files, to outcomes and reports, in bounded memory."""

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from hygie import __version__
from hygie.cli.progress import progress_bar
from hygie.fhir.codec import Resource
from hygie.fhir.packages import base_library
from hygie.fhir.policy import Policy, judge, required
from hygie.fhir.policy.standards import telling_validator
from hygie.files import size_of, walk, write_whole
from hygie.insight.quality.discretion import Discretion
from hygie.insight.quality.guides import with_guides
from hygie.insight.quality.installed import load_library
from hygie.insight.quality.outcomes import Findings, outcome_of
from hygie.insight.quality.policies import PolicyFile
from hygie.insight.quality.reading import read_file
from hygie.insight.quality.report import Asked, Report, Totals, read_report
from hygie.insight.quality.tally import Tally
from hygie.insight.quality.trend import trend_of
from hygie.limits import MAX_BASELINE_BYTES
from hygie.nomenclature.layer import Books
from hygie.refusal import Issue, Language

TAKEN: Final = frozenset({".json", ".xml", ".ndjson", ".jsonl"})
"""Endings of what is taken from folders; a file that is named is always taken."""


class Options(NamedTuple):
    """What was asked for besides the files."""

    profiles: tuple[str, ...] = ()
    packages: tuple[Path, ...] = ()
    data: Path | None = None
    source: str = ""
    baseline: Path | None = None
    reports: tuple[Path, ...] = ()
    no_excerpts: bool = False
    language: Language = "fr"


class Chosen(NamedTuple):
    paths: list[Path]
    passed_over: int
    """Files of folders that are no FHIR by their names."""


def taken(given: Sequence[Path]) -> Chosen:
    """Files, and the FHIR files of folders, in order."""
    named = set(given)
    found = list(walk(given))
    paths = [path for path in found if path.suffix.lower() in TAKEN or path in named]
    return Chosen(paths, len(found) - len(paths))


def names_of(paths: Sequence[Path]) -> list[str]:
    """As a report names them: without the folders that all are in, which say nothing of them."""
    base = os.path.commonpath([path.absolute().parent for path in paths]) if paths else ""
    return [str(path.absolute().relative_to(base)) for path in paths]


class Run:
    """One run of the command. Raises `Refused` when what it is to apply cannot be read."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._baseline = None if options.baseline is None else _earlier(options.baseline)
        known = base_library() if options.data is None else load_library(options.data)
        self.guides = with_guides(known, options.packages)
        books = None if options.data is None else Books(options.data)
        self._validator = telling_validator(self.guides.library, books)
        self._policy = Policy() if options.data is None else PolicyFile(options.data).load()
        self._now = datetime.now().astimezone()
        self.tally = Tally(Discretion(options.language, not options.no_excerpts))
        self.failed = False

    def outcomes(self, paths: Sequence[Path]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The outcome of each file as soon as it is read, with the file's name."""
        sizes = list(map(size_of, paths))
        done, total, names = 0, sum(sizes), names_of(paths)
        with progress_bar("Validation") as progress:
            for path, name, size in zip(paths, names, sizes, strict=True):
                yield str(path), self._file(path, name, size)
                done += size
                if progress is not None:
                    progress(done, total)

    def _file(self, path: Path, name: str, size: int) -> dict[str, Any]:
        findings = Findings()
        self.tally.begin(name, size)
        for line, resource, found in read_file(path):
            issues = self._judged([*found, *self._check(resource)])
            findings.add(line, issues)
            self.tally.count(line, resource, issues)
        self.tally.end()
        self.failed |= findings.failed
        return outcome_of(findings.kept(), self._options.language)

    def _check(self, resource: Resource | None) -> Iterable[Issue]:
        if resource is None:
            return ()
        source, kind = self._options.source, str(resource["resourceType"])
        asked = (*self._options.profiles, *required(self._policy, source, kind))
        return self._validator.validate(resource, asked, self._now.date())

    def _judged(self, issues: Sequence[Issue]) -> Sequence[Issue]:
        if not issues:
            return issues
        verdict = judge(self._policy, issues, self._options.source, self._now.date())
        self.tally.silenced += len(verdict.silenced)
        return verdict.issues

    def report(self) -> Report:
        rules, options = self.tally.rules(), self._options
        return Report(
            made_at=self._now.isoformat(timespec="seconds"),
            hygie=__version__,
            language=options.language,
            asked=Asked(
                source=options.source, profiles=options.profiles,
                packages=self.guides.names,
                excerpts=not options.no_excerpts,
            ),
            totals=self.tally.totals(), rules=rules, types=self.tally.types(),
            profiles=self.tally.profiles(), files=self.tally.worst_files(),
            trend=None if self._baseline is None else trend_of(self._baseline, rules),
        )  # fmt: skip

    def write_reports(self) -> None:
        """Each whole or not at all, for its owner alone: they hold excerpts."""
        report = self.report() if self._options.reports else None
        for path in self._options.reports:
            if report is not None:
                write_whole(path, _written(report, path))


def _written(report: Report, path: Path) -> bytes:
    if path.suffix.lower() == ".json":
        encoded: bytes = msgspec.json.format(msgspec.json.encode(report), indent=1)
        return encoded + b"\n"
    from hygie.insight.quality.page import page_of  # noqa: PLC0415 - loads templates: when asked

    return page_of(report).encode()


def _earlier(path: Path) -> Report:
    with path.open("rb") as file:
        return read_report(file.read(MAX_BASELINE_BYTES + 1))


def totals_line(totals: Totals, passed_over: int, *, english: bool) -> str:
    """What came of it, for whoever looks at a terminal."""
    return _in_english(totals, passed_over) if english else _in_french(totals, passed_over)


def _in_english(totals: Totals, passed_over: int) -> str:
    def said(number: int, noun: str) -> str:
        return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

    line = (
        f"{said(totals.files, 'file')}, {said(totals.resources, 'resource')}: "
        f"{said(totals.errors, 'error')} in {said(totals.failing_resources, 'resource')}, "
        f"{said(totals.warnings, 'warning')}."
    )
    return f"{line} {said(passed_over, 'file')} passed over." if passed_over else line


def _in_french(totals: Totals, passed_over: int) -> str:
    def said(number: int, noun: str) -> str:  # 0 and 1 are singular
        return f"{number} {noun}s" if number > 1 else f"{number} {noun}"

    line = (
        f"{said(totals.files, 'fichier')}, {said(totals.resources, 'ressource')} : "
        f"{said(totals.errors, 'erreur')} dans {said(totals.failing_resources, 'ressource')}, "
        f"{said(totals.warnings, 'avertissement')}."
    )
    others = f" Laissé de côté : {said(passed_over, 'fichier')} d’un autre genre."
    return line + others if passed_over else line
