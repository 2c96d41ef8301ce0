"""What a report may quote of what was received: bounded pieces of values, or nothing of them."""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from hygie.fhir.definitions import r4
from hygie.insight.quality.subjects import Subject
from hygie.limits import MAX_REPORT_NAME_CHARACTERS
from hygie.refusal import Issue, Language

_OF_DEFINITIONS: Final = frozenset({
    "allowed", "count", "codes", "element", "expected", "expected_en", "expected_fr", "expression",
    "high", "human", "key", "kind", "limit", "low", "max", "maximum", "min", "minimum", "package",
    "path", "profile", "reason", "reason_en", "reason_fr", "set", "size", "slice", "slices",
    "source", "strength", "target", "targets", "type", "types", "value_set", "version",
})  # fmt: skip
"""Details of issues that come from a specification, a profile or a measure, never from a value.
What is not listed here may hold a piece of a value."""
_UNKNOWN: Final = "structure.unknown-element"
_OTHER_TYPE: Final = "structure.resource-type"
_DEFINITION: Final = re.compile(
    r"https?://[^/?#@\s]+/[^?#@\s]*StructureDefinition/[A-Za-z0-9\-.|]+"
)
"""What is so written names a definition, and nobody."""
_QUOTED: Final = re.compile(r"`[^`]*`")
HIDDEN: Final = "…"


class Discretion(msgspec.Struct, frozen=True):
    """With `excerpts`, what identifies is bounded; without, nothing that was received is told:
    no value, no id, no name of a file or of an unknown element. Files are then numbered in the
    order of reading, which is alphabetical."""

    language: Language = "fr"
    excerpts: bool = True
    plain_names: bool = False
    """Whether names of files say nothing of anybody, and are told in any case."""

    def text(self, issue: Issue) -> str:
        if self.excerpts or not issue.details:
            return issue.text(self.language)
        details = _Hiding({n: issue.details[n] for n in issue.details.keys() & _OF_DEFINITIONS})
        return msgspec.structs.replace(issue, details=details).text(self.language)

    def place(self, issue: Issue) -> str:
        """Of what a type does not have, the name is one that was received."""
        if self.excerpts:
            return issue.location
        if issue.rule == _OTHER_TYPE and issue.location.isalnum():
            return HIDDEN
        place = _QUOTED.sub(HIDDEN, issue.location)
        if issue.rule == _UNKNOWN:
            place = f"{place.rpartition('.')[0]}.{HIDDEN}"
        return place

    def file(self, name: str, rank: int) -> str:
        if self.excerpts or self.plain_names:
            return self.name(name)
        return f"fichier {rank}" if self.language == "fr" else f"file {rank}"

    def resource(self, subject: Subject) -> str:
        if not self.excerpts:
            return subject.type if r4().is_resource(subject.type) else ""
        return self.name(f"{subject.type}/{subject.id}" if subject.id else subject.type)

    def profile(self, claimed: str) -> str:
        """One that a resource says it conforms to: any text may stand there."""
        told = self.excerpts or _DEFINITION.fullmatch(claimed)
        return self.name(claimed) if told else HIDDEN

    def name(self, text: str) -> str:
        """Bounded and printable."""
        limit = MAX_REPORT_NAME_CHARACTERS
        short = text if len(text) <= limit else text[:limit] + HIDDEN
        return "".join(c if c.isprintable() else "�" for c in short)


class _Hiding(dict[str, str]):
    """What is not told is an ellipsis, in the sentence too."""

    def __init__(self, told: Mapping[str, str]) -> None:
        super().__init__(told)

    def __missing__(self, _: str) -> str:
        return HIDDEN

    def __bool__(self) -> bool:
        return True
