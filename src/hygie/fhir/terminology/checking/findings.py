"""What is found while a code is checked: issues, in order, each once; and systems not known."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from hygie.fhir.terminology.checking.sentence import Sentence
from hygie.fhir.terminology.reading import Json
from hygie.fhir.terminology.refusals import TX_ISSUE
from hygie.refusal import Category, Issue, Language, Refusal, Refused, Severity

MESSAGE_ID: Final = "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id"


class Finding(NamedTuple):
    """One sentence said of a place."""

    severity: Severity
    sentence: Sentence
    place: str
    """FHIRPath within what is checked: `Coding.display`; "" for the whole."""
    text: str
    is_told: bool
    """Whether it is part of `message`, which tells in one text what the answer rests on."""


class Findings:
    """Of one request. Errors are always told; other findings where they bear on the answer."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._found: dict[Finding, tuple[int, int]] = {}
        """When each was first said, and last."""
        self._said = 0
        self._unknown: dict[str, int] = {}
        """Canonicals of systems that are not known, and when each was met."""

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    @property
    def unknown(self) -> Iterator[str]:
        """Canonicals of systems that are not known, in the order met."""
        return iter(self._unknown)

    @property
    def has_errors(self) -> bool:
        return any(each.severity == "error" for each in self._found)

    def say(
        self,
        severity: Severity,
        sentence: Sentence,
        place: str = "",
        *,
        told: bool = False,
        **details: str,
    ) -> None:
        template = sentence.phrase.fr if self.language == "fr" else sentence.phrase.en
        text = template.format_map(details)
        is_told = told or severity == "error"
        finding = Finding(severity, sentence, place, text, is_told)
        first, _ = self._found.get(finding, (self._said, 0))
        self._found[finding] = first, self._said
        self._said += 1

    def lack(self, canonical: str) -> None:
        """A system, or a version of one, is not known."""
        self._unknown.setdefault(canonical, self._said)

    def mark(self) -> int:
        """A place in what was found, for `forget`."""
        return self._said

    def forget(self, start: int, end: int) -> None:
        """Takes back what was said between two marks, and neither before nor since."""
        self._found = {
            found: (first, last)
            for found, (first, last) in self._found.items()
            if first < start or last >= end
        }
        for canonical in [name for name, met in self._unknown.items() if start <= met < end]:
            del self._unknown[canonical]

    def excuse(
        self, errors: Sequence[Sentence], place: str, instead: Sentence, **details: str
    ) -> None:
        """Makes errors of one place a warning, in another sentence."""
        excused = [found for found in self if found.sentence in errors and found.place == place]
        for found in excused:
            del self._found[found]
            self.say("warning", instead, place, told=True, **details)

    def message(self) -> str:
        """All that is told, in one text whose order does not depend on that of the checks."""
        return "; ".join(sorted({each.text for each in self._found if each.is_told}))

    def outcome(self) -> Json:
        """As an OperationOutcome."""
        return {"resourceType": "OperationOutcome", "issue": [_issue(f) for f in self._found]}


def refusal(
    sentence: Sentence, category: Category = Category.UNPROCESSABLE, **details: str
) -> Refused:
    """What cannot be checked at all, ready to raise."""
    issue = Issue(
        code=sentence.code,
        rule=f"terminology.{sentence.kind or sentence.code}",
        phrase=sentence.phrase,
        details=details,
        kind=(TX_ISSUE, sentence.kind) if sentence.kind else None,
    )
    return Refused(Refusal(category, (issue,)))


def outcome_of(refused: Refused, language: Language) -> Json:
    """A refusal as an answer among others."""
    issues = [
        _rendered(issue.severity, issue.code, issue.kind, issue.text(language), issue.location)
        for issue in refused.refusal.issues
    ]
    return {"resourceType": "OperationOutcome", "issue": issues}


def _issue(found: Finding) -> Json:
    sentence = found.sentence
    kind = (TX_ISSUE, sentence.kind)
    rendered = _rendered(found.severity, sentence.code, kind, found.text, found.place)
    return {"extension": [{"url": MESSAGE_ID, "valueString": sentence.name}], **rendered}


def _rendered(
    severity: Severity, code: str, kind: tuple[str, str] | None, text: str, place: str
) -> Json:
    details: Json = {"text": text}
    if kind is not None:
        details = {"coding": [{"system": kind[0], "code": kind[1]}], **details}
    rendered: Json = {"severity": severity, "code": code, "details": details}
    return {**rendered, "expression": [place]} if place else rendered
