"""The problems found in one resource, each with its place.

Generated code passes places around as small linked tuples; they become FHIRPath text only when a
problem is reported, so that a valid resource pays almost nothing for them.
"""

import re
from typing import Any, Final

from hygie.fhir.validate import phrases
from hygie.fhir.validate.surroundings import NOTHING
from hygie.limits import MAX_ISSUES
from hygie.refusal import Issue, Phrase

Place = tuple[Any, str, int]
"""(the place of the parent or None, element name, index in its array or -1)."""

IDENTIFIER: Final = re.compile(
    r"[A-Za-z_][A-Za-z0-9_]{0,63}(?:\.ofType\([A-Za-z0-9]+\))?", re.ASCII
)
EXCERPT_CHARACTERS: Final = 64


class EnoughIssuesError(Exception):
    """Unwinds a validation that has reported as many problems as it may."""


class Report:
    """Collects the issues of one validation."""

    __slots__ = ("issues", "surroundings")

    def __init__(self) -> None:
        self.issues: list[Issue] = []
        self.surroundings = NOTHING

    def add(self, code: str, rule: str, phrase: Phrase, place: Place, **details: str) -> None:
        """Adds an error. Raises `EnoughIssuesError` after `MAX_ISSUES`, with a last issue."""
        if len(self.issues) >= MAX_ISSUES:
            self._close()
        self.issues.append(
            Issue(code=code, rule=rule, phrase=phrase, location=located(place), details=details)
        )

    def _close(self) -> None:
        more = Issue(
            severity="information",
            code="too-costly",
            rule="structure.more",
            phrase=phrases.MORE,
            details={"limit": str(MAX_ISSUES)},
        )
        self.issues.append(more)
        raise EnoughIssuesError


def located(place: Place) -> str:
    """The place as FHIRPath: `Patient.name[0].given[1]`, `Observation.value.ofType(Quantity)`."""
    steps: list[str] = []
    step: Place | None = place
    while step is not None:
        parent, name, index = step
        shown = name if IDENTIFIER.fullmatch(name) else f"`{excerpt(name).replace('`', '')}`"
        steps.append(shown if index < 0 else f"{shown}[{index}]")
        step = parent
    return ".".join(reversed(steps))


def excerpt(value: object) -> str:
    """A bounded, printable piece of a value, for the person who sent it."""
    text = str(value)
    short = text if len(text) <= EXCERPT_CHARACTERS else text[:EXCERPT_CHARACTERS] + "…"
    return "".join(c if c.isprintable() else "�" for c in short)
