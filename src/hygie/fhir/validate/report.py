"""The problems found in one resource, each with its place.

Generated code passes places around as small linked tuples; they become FHIRPath text only when a
problem is reported, so that a valid resource pays almost nothing for them.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from hygie.fhir.validate import context, phrases
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.references.surroundings import NOTHING
from hygie.limits import MAX_ISSUES
from hygie.refusal import Issue, Phrase, Severity

Place = tuple[Any, str, int]
"""(the place of the parent or None, element name, index in its array or -1)."""

NOWHERE: Final[Place] = (None, "", -1)
IDENTIFIER: Final = re.compile(
    r"[A-Za-z_][A-Za-z0-9_]{0,63}(?:\.ofType\([A-Za-z0-9]+\))?", re.ASCII
)
EXCERPT_CHARACTERS: Final = 64


class EnoughIssuesError(Exception):
    """Unwinds a validation that has reported as many problems as it may."""


class Report:
    """Collects the issues of one validation."""

    __slots__ = (
        "asked", "context", "environment", "errors", "home", "ids", "issues", "kept", "others",
        "resource", "root", "source", "surroundings", "today", "told",
    )  # fmt: skip

    def __init__(self, known: Context = context.NOTHING) -> None:
        self.issues: list[Issue] = []
        self.errors = 0
        self.others = 0
        """Warnings and information, those left out included."""
        self.context = known
        self.environment = known.environment
        self.surroundings = NOTHING
        self.resource: dict[str, Any] = {}
        """The resource that holds what is being checked: FHIRPath's %resource."""
        self.home: Place = NOWHERE
        """The place of `resource`."""
        self.ids: set[str] | None = None
        """Of the elements of that resource, as far as they have been met."""
        self.root: Any = None
        """What validation began with: a resource, or the bundle of several."""
        self.asked: Sequence[str] = ()
        """Profiles that the root is checked against besides those that it follows by itself."""
        self.today: date | None = None
        """The day of the validation, where it was handed in: nothing here reads a clock."""
        self.source = ""
        """The profile whose rules are being checked: its canonical with its version."""
        self.told: set[tuple[str, str]] = set()
        """What is said once a validation, however often it is met: ("binding", value set)."""
        self.kept: dict[str, Any] = {}
        """What a check works out once a validation, by the name of the check."""

    def add(self, code: str, rule: str, phrase: Phrase, place: Place, **details: str) -> None:
        """Adds an error. Raises `EnoughIssuesError` after `MAX_ISSUES`, with a last issue."""
        self.say("error", code, rule, phrase, place, **details)

    def say(
        self,
        severity: Severity,
        code: str,
        rule: str,
        phrase: Phrase,
        place: Place,
        /,
        **details: str,
    ) -> None:
        """Adds an issue of any severity: of warnings and information, `MAX_ISSUES` together."""
        if severity in ("information", "warning"):
            self.others += 1
            if self.others > MAX_ISSUES:
                self._leave_out()
                return
        else:
            self.errors += 1
            if self.errors > MAX_ISSUES:
                self._leave_out()
                raise EnoughIssuesError
        self.issues.append(
            Issue(
                severity=severity,
                code=code,
                rule=rule,
                phrase=phrase,
                location=located(place),
                source=self.source,
                details=details,
            )
        )

    def _leave_out(self) -> None:
        """Says once that there is more. Warnings without end must not hide the error after them."""
        if ("structure.more", "") in self.told:
            return
        self.told.add(("structure.more", ""))
        more = Issue(
            severity="information",
            code="too-costly",
            rule="structure.more",
            phrase=phrases.MORE,
            details={"limit": str(MAX_ISSUES)},
        )
        self.issues.append(more)


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
    if short.isprintable():
        return short
    return "".join(c if c.isprintable() else "�" for c in short)
