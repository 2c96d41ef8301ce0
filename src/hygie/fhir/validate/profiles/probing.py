"""Whether a check finds an error, without a word: for discriminators and targets."""

from typing import Any

from hygie.fhir.validate.report import Place, Report
from hygie.refusal import Phrase, Severity


class FaultFoundError(Exception):
    """Unwinds a probe at its first error."""


class Probe(Report):
    """A report in the same surroundings as another, that stops at the first error."""

    __slots__ = ()

    def __init__(self, report: Report) -> None:
        for name in Report.__slots__:
            setattr(self, name, getattr(report, name))
        self.issues, self.told = [], set()

    def say(
        self,
        severity: Severity,
        _code: str,
        _rule: str,
        _phrase: Phrase,
        _place: Place,
        /,
        **_details: str,
    ) -> None:
        if severity in ("error", "fatal"):
            raise FaultFoundError


def passes(check: Any, value: Any, sibling: Any, report: Report) -> bool:
    """Whether a check of this room finds no error in a value."""
    try:
        check(value, sibling, NOWHERE, Probe(report))
    except FaultFoundError:
        return False
    return True


NOWHERE: Place = (None, "Resource", -1)
