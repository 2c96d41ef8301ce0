"""The reference validator's own cases: what it reports, and how far Hygie's issues agree.

A case is validated by itself and, where it names one, with a profile: two *runs*. Of a run is asked
  - whether both find an error, or neither does;
  - which of the reference's error places are found. *Strictly*: an error of ours stands at the same
    place; *leniently*: or at its direct parent or a direct child (what is missing is reported
    at the parent by one, at the element by the other), `value.ofType(T)` being one step, or at
    the array of an item and the reverse.
Places are compared without comments (`/*Patient/1*/`), filters (`[url='…']`) and schemes of XML
(`/f:Bundle`), each place once a run.

    python -m tests.fhir.validate.validator_suite [WORD …]   lists the runs that disagree
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hygie.fhir.formats import read_resources
from hygie.fhir.packages import Definition, Library, Manifest, base_library
from hygie.fhir.policy.standards import telling_validator
from hygie.limits import MAX_BUNDLE_BYTES
from hygie.refusal import Issue

SHARED = Path(os.environ.get("HYGIE_SHARED", Path(__file__).parents[3].parent / "shared"))
FOLDER = SHARED / "suites" / "validator-r4"
ERRORS = ("error", "fatal")
NOISE = re.compile(r"/\*.*?\*/|\[url=[^\]]*\]|\bf:")
LAST_INDEX = re.compile(r"\[[0-9]+\]$")
Json = dict[str, Any]


class NotReadError(Exception):
    """The file is in a format that is not read, or is not there."""


@dataclass(frozen=True)
class Run:
    case: str
    module: str
    file: str
    profile: str
    """A file of the suite, or the canonical of a profile, or empty."""
    beside: tuple[str, ...]
    """Files of conformance resources that are known too."""
    packages: tuple[tuple[str, str], ...]
    """Name and version of those that the reference had loaded, none of which is here."""
    errors: tuple[tuple[str, str], ...]
    """What the reference reports: place and sentence."""

    def __str__(self) -> str:
        return f"{self.case} with {self.profile}" if self.profile else self.case


@dataclass
class Answer:
    run: Run
    issues: list[Issue] = field(default_factory=list)
    unread: bool = False
    crash: str = ""

    @property
    def errors(self) -> list[Issue]:
        return [issue for issue in self.issues if issue.severity in ERRORS]

    @property
    def agrees(self) -> bool:
        return not (self.unread or self.crash) and bool(self.errors) == bool(self.run.errors)

    @property
    def wanted(self) -> set[str]:
        return {place for place, _ in self.run.errors}

    def found(self, *, lenient: bool) -> set[str]:
        """The reference's places where we report an error as well."""
        ours = {normal(issue.location) for issue in self.errors}
        return {p for p in self.wanted if p in ours or (lenient and any(near(p, o) for o in ours))}


def near(one: str, other: str) -> bool:
    """Whether one is the direct parent of the other, or an array and the other its item."""
    return one in (parent(other), array(other)) or other in (parent(one), array(one))


def array(item: str) -> str:
    """`Patient.name` of `Patient.name[0]`; what is no item is its own."""
    return LAST_INDEX.sub("", item)


def parent(place: str) -> str:
    above, _, name = place.rpartition(".")
    return above.rpartition(".")[0] if name.startswith("ofType(") else above


def normal(place: str) -> str:
    """As places are compared; `$` and what is not in the resource are its root, empty."""
    plain = NOISE.sub("", place).strip("/").replace("/", ".").removesuffix(".")
    return "" if plain in ("$", "(document)") else plain


# --- the manifest -------------------------------------------------------------------------
def runs() -> list[Run]:
    """All of them; none when the suite is not there."""
    manifest = FOLDER / "manifest.json"
    return list(_runs(json.loads(manifest.read_bytes()))) if manifest.is_file() else []


def _runs(manifest: Json) -> Iterator[Run]:
    for case in manifest["cases"]:
        beside = (*case.get("supporting", ()), *case.get("profiles", ()))
        yield _run(case, case, "", beside)
        if profile := case.get("profile"):
            more = (*beside, *profile.get("supporting", ()))
            yield _run(case, profile, profile["source"], more)


def _run(case: Json, reported: Json, profile: str, beside: tuple[str, ...]) -> Run:
    errors = tuple(
        (normal(next(iter(issue.get("expression", ())), "$")), issue["details"]["text"])
        for issue in reported.get("issues", ())
        if issue["severity"] in ERRORS
    )
    packages = tuple(_name_and_version(name) for name in case.get("packages", ()))
    return Run(case["name"], case["module"], case["file"], profile, beside, packages, errors)


def _name_and_version(package: str) -> tuple[str, str]:
    name, _, version = package.rpartition("/")[2].removesuffix(".tgz").partition("#")
    return name, version


# --- ours ---------------------------------------------------------------------------------
def answer(run: Run) -> Answer:
    """What we report; never raises, whatever the case."""
    try:
        return Answer(run, _validated(run))
    except NotReadError:
        return Answer(run, unread=True)
    except Exception as crash:  # counted, whatever it is
        return Answer(run, crash=f"{type(crash).__name__}: {crash}")


def _validated(run: Run) -> list[Issue]:
    validator = telling_validator(library(run))
    profiles = [canonical(run.profile)] if run.profile else []
    issues: list[Issue] = []
    for resource, found in read(run.file):
        issues += found if resource is None else [*found, *validator.validate(resource, profiles)]
    return issues


def library(run: Run) -> Library:
    """R4's own definitions, those that the case brings, and the names of packages we lack."""
    known = base_library().copy()
    known.know(Manifest("case", "1.0", dependencies=dict(run.packages)))
    for name in (*run.beside, run.profile):
        for resource, _ in read(name) if name and (FOLDER / name).is_file() else ():
            if resource is not None and resource.get("url"):
                known.add(Definition(resource))
    return known


def canonical(profile: str) -> str:
    """The canonical that is named, or that of the file that is."""
    if not (FOLDER / profile).is_file():
        return profile
    return next((str(r["url"]) for r, _ in read(profile) if r is not None and "url" in r), profile)


def read(name: str) -> Iterator[tuple[Json | None, list[Issue]]]:
    """The resources of a file of the suite, each with what is wrong with its text."""
    path = FOLDER / name
    if not path.is_file() or path.suffix == ".txt":  # one the suite lacks; a SMART health card
        raise NotReadError(name)
    for _, resource, issues in read_resources(path.read_bytes(), name, limit=MAX_BUNDLE_BYTES):
        yield resource, issues


# --- the table ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Table:
    answers: list[Answer]

    @property
    def agreement(self) -> float:
        return sum(a.agrees for a in self.answers) / len(self.answers)

    def share(self, *, lenient: bool) -> float:
        wanted = sum(len(a.wanted) for a in self.answers)
        return sum(len(a.found(lenient=lenient)) for a in self.answers) / max(wanted, 1)

    @property
    def crashes(self) -> list[str]:
        return [f"{a.run}: {a.crash}" for a in self.answers if a.crash]

    def line(self, label: str) -> str:
        total, agreed = len(self.answers), sum(a.agrees for a in self.answers)
        unread = sum(a.unread for a in self.answers)
        return (
            f"validator-r4: {label:16} {agreed:3}/{total:3} agree ({self.agreement:.1%})"
            f"; error places {self.share(lenient=False):.1%} strictly,"
            f" {self.share(lenient=True):.1%} leniently"
            f"; {unread} not read; {len(self.crashes)} crashes"
        )

    def lines(self) -> list[str]:
        """The whole, then the runs without and with a profile."""
        alone = Table([a for a in self.answers if not a.run.profile])
        profiled = Table([a for a in self.answers if a.run.profile])
        labels = (("all runs", self), ("by themselves", alone), ("with a profile", profiled))
        return [table.line(label) for label, table in labels]


def main(words: list[str]) -> None:
    """Prints each run that disagrees, or that misses a place, then the table."""
    answers = [answer(run) for run in runs()]
    for given in answers:
        missed = given.wanted - given.found(lenient=True)
        named = not words or any(w in (str(given.run), given.run.module) for w in words)
        if named and (not given.agrees or missed or words):
            _print(given, missed)
    for line in Table(answers).lines():
        sys.stdout.write(line + "\n")


def _print(given: Answer, missed: set[str]) -> None:
    said = given.crash or ("not read" if given.unread else "")
    verdict = "agrees" if given.agrees else "DISAGREES"
    lines = [f"{verdict} {given.run.module}: {given.run} ({given.run.file}) {said}"]
    for place, text in given.run.errors:
        lines.append(f"  {'missed' if place in missed else 'found '} {place}: {text[:200]}")
    lines += [f"  ours   {i.rule} {i.location}: {i.text('en')[:160]}" for i in given.errors]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
