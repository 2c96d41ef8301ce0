"""When each part of a resource was last said, so that a late word does not undo a later one.

Kept as extensions of the resource, one for each moment: `at`, `by` (whose word it is, where several
have one), `of` (names of the parts, which hold no blank).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from hygie.fhir.french.facts import instant

Json = dict[str, Any]

WORD: Final = "urn:hygie:word"
"""Extension of Patient, DiagnosticReport, DocumentReference, and of what a FHIR message says."""


class Word(NamedTuple):
    """Who spoke, and when (FHIR instant)."""

    at: str
    by: str = ""

    @property
    def moment(self) -> datetime:
        return instant(self.at)


Words = Mapping[str, Word]
"""The last word on each part, by its name."""


def read_words(resource: Json) -> dict[str, Word]:
    """Empty when nobody has kept them."""
    found: dict[str, Word] = {}
    for extension in resource.get("extension", ()):
        if extension.get("url") == WORD:
            parts = {part["url"]: part for part in extension["extension"]}
            word = Word(parts["at"]["valueInstant"], parts.get("by", {}).get("valueString", ""))
            found |= dict.fromkeys(parts["of"]["valueString"].split(), word)
    return found


def is_late(words: Words, name: str, word: Word) -> bool:
    """True when the same one has said this part later. At one time, what comes last holds."""
    held = words.get(name)
    return held is not None and held.by == word.by and held.moment > word.moment


def with_words(resource: Json, words: Words) -> Json:
    """The resource with these words kept in it, in place of those it had."""
    others = [one for one in resource.get("extension", ()) if one.get("url") != WORD]
    spoken: dict[Word, list[str]] = {}
    for name in sorted(words):
        spoken.setdefault(words[name], []).append(name)
    extensions = [*(_extension(word, spoken[word]) for word in sorted(spoken)), *others]
    return {**resource, "extension": extensions} if extensions else resource


def _extension(word: Word, names: Iterable[str]) -> Json:
    by = [{"url": "by", "valueString": word.by}] if word.by else []
    at, of = {"url": "at", "valueInstant": word.at}, {"url": "of", "valueString": " ".join(names)}
    return {"url": WORD, "extension": [at, *by, of]}
