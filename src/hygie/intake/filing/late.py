"""Results and documents that come after newer ones of themselves: what stands is not turned back.

A report keeps when it was last said (MSH-7), and when each of its results was; OBR-22 (`issued`)
tells too, where both the old and the new have one.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from hygie.fhir.french.facts import instant
from hygie.fhir.french.words import Word, Words, is_late, read_words, with_words
from hygie.hl7v2.message import Segment
from hygie.intake.filing.work import Work
from hygie.intake.mapping import phrases
from hygie.refusal import Issue, Phrase
from hygie.store.contract import Resource

_SELF: Final = "self"


class Told(msgspec.Struct, frozen=True):
    """A report as it is to be written, and those of its observations that are."""

    report: Resource
    observations: list[Resource]
    late: bool
    """True when something of it was said later already."""


def timely(
    stored: Resource | None, report: Resource, observations: Sequence[Resource], said: str
) -> Told:
    """The report laid over the stored one, or under it when that is newer, with the observations
    that nobody has said later. Results are told apart: a newer report may have held only some."""
    words, word = read_words(stored or {}), Word(said)
    behind = _issued_before(report, stored or {})
    late = _outdated(words, _SELF, word, behind=behind)
    kept = [one for one in observations if not _outdated(words, one["id"], word, behind=behind)]
    names = [one["id"] for one in kept] + ([] if late else [_SELF])
    laid = {**report, **(stored or {})} if late else {**(stored or {}), **report}
    extension = [*(stored or {}).get("extension", []), *report.get("extension", [])]
    laid |= {"extension": [one for n, one in enumerate(extension) if one not in extension[:n]]}
    told = with_words(laid, words | dict.fromkeys(names, word))
    return Told(told, kept, late or len(kept) < len(observations))


def _outdated(words: Words, name: str, word: Word, *, behind: bool) -> bool:
    return name in words and (behind or is_late(words, name, word))


def _issued_before(report: Resource, stored: Resource) -> bool:
    issued, held = report.get("issued"), stored.get("issued")
    return bool(issued and held and instant(issued) < instant(held))


def document_is_late(work: Work, stored: Resource | None, said: str, place: str) -> bool:
    """True, and told of, when the stored one was said later: a replacement or deletion that came
    first stays."""
    if not is_late(read_words(stored or {}), _SELF, Word(said)):
        return False
    work.warnings.append(warning("document.late", phrases.DOCUMENT_LATE, place))
    return True


def dated(document: Resource, said: str) -> Resource:
    """The document with when it was said."""
    return with_words(document, {_SELF: Word(said)}) if said else document


def warn_of_results(work: Work, obr: Segment) -> None:
    work.warnings.append(warning("result.late", phrases.RESULT_LATE, obr.where))


def warning(rule: str, phrase: Phrase, place: str) -> Issue:
    return Issue(severity="warning", code="business-rule", rule=rule, phrase=phrase, location=place)
