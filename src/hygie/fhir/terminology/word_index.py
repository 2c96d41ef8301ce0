"""Concepts by the words of their texts, as a person types them: beginnings, no accents."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from hygie.fhir.search.normalize import normalize
from hygie.fhir.terminology.code_system import Concept

LAST: Final = "\U0010ffff"
"""After any letter: the end of the words that begin with a text."""
_WORD: Final = re.compile(r"[^\W_]+")
Rank = tuple[int, int]
"""How far a concept is from what was typed: less is nearer. Then, the shorter text first."""


class WordIndex:
    """Of the concepts of one system. Made in one pass; some 30 µs for each concept."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._codes: list[str] = []
        self._texts: list[tuple[str, ...]] = []
        self._places: dict[str, list[int]] = {}
        for place, concept in enumerate(concepts):
            texts = texts_of(concept)
            self._codes.append(concept.code)
            self._texts.append(texts)
            for word in {word for text in texts for word in text.split()}:
                self._places.setdefault(word, []).append(place)
        self._words = sorted(self._places)

    def search(self, text: str) -> Iterator[str]:
        """The codes that have every word of a text; those that are most like it first.

        A text without a word is in none.
        """
        wanted = words_of(text)
        if not wanted:
            return iter(())
        found = self._beginning(wanted[0])
        for word in wanted[1:]:
            found &= self._beginning(word)
        ranked = sorted((_rank(self._texts[place], wanted), place) for place in found)
        return (self._codes[place] for _, place in ranked)

    def _beginning(self, word: str) -> set[int]:
        """The places of texts with a word that begins like this."""
        first, end = (bisect_left(self._words, text) for text in (word, word + LAST))
        return {place for each in self._words[first:end] for place in self._places[each]}


def words_of(text: str) -> list[str]:
    """The words of a text, in its order, without case or accents."""
    return _WORD.findall(normalize(text))


def texts_of(concept: Concept) -> tuple[str, ...]:
    """What a concept is found by: its code, display and designations, in comparable form."""
    return tuple(" ".join(words_of(text)) for text in (concept.code, *concept.displays()))


def rank_among(text: str, texts: Sequence[str]) -> Rank | None:
    """How near texts in comparable form are to what was typed; None when a word is in none."""
    wanted = words_of(text)
    words = {word for each in texts for word in each.split()}
    if not wanted or not all(any(word.startswith(one) for word in words) for one in wanted):
        return None
    return _rank(texts, wanted)


def likeness(text: str, whole: str, wanted: Sequence[str]) -> Rank:
    """How near one text in comparable form is to the words wanted, `whole` being all of them."""
    if text == whole:
        return 0, 0
    if text.startswith(whole):
        return 1, len(text)
    words = text.split()
    if all(word in words for word in wanted):
        return 2, len(text)
    missing = not all(any(each.startswith(word) for each in words) for word in wanted)
    return 4 if missing else 3, len(text)


def _rank(texts: Sequence[str], wanted: Sequence[str]) -> Rank:
    whole = " ".join(wanted)
    return min(likeness(text, whole, wanted) for text in texts)
