"""The faults found in one expression: all of them, up to a bound."""

from collections.abc import Iterable
from typing import Final

from hygie.fhir.path.check import phrases
from hygie.fhir.path.places import visible
from hygie.refusal import Category, Issue, Phrase, Refusal, Refused

MAX_FINDINGS: Final = 50
_SHOWN: Final = 80
"""Characters of a name that a finding repeats."""


class Findings:
    """A list one can go back in: what is found in a part that does not count is forgotten."""

    def __init__(self) -> None:
        self._issues: list[Issue] = []

    def add(self, rule: str, phrase: Phrase, position: int, **details: str) -> None:
        """Positions are counted from 0 here, from 1 for the reader."""
        shown = {name: visible(detail[:_SHOWN]) for name, detail in details.items()}
        issue = Issue(
            code="invalid",
            rule=f"fhirpath.{rule}",
            phrase=phrase,
            details={"position": str(position + 1), **shown},
        )
        if len(self._issues) <= MAX_FINDINGS and issue not in self._issues:
            self._issues.append(issue)

    def mark(self) -> int:
        return len(self._issues)

    def forget(self, start: int, end: int | None = None) -> None:
        """Those found between two marks."""
        del self._issues[start:end]

    def issues(self) -> tuple[Issue, ...]:
        """In the order of the text, the last one saying whether there were more."""
        found = sorted(self._issues[:MAX_FINDINGS], key=lambda i: int(i.details["position"]))
        if len(self._issues) > MAX_FINDINGS:
            found.append(Issue(code="too-costly", rule="fhirpath.more", phrase=phrases.MORE))
        return tuple(found)


def refused(issues: Iterable[Issue]) -> Refused:
    return Refused(Refusal(Category.INVALID, tuple(issues)))
