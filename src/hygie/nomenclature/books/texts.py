"""Words as a book files and finds them."""

import re
from typing import Final

from hygie.fhir.terminology.word_index import words_of
from hygie.limits.nomenclatures import MAX_SEARCH_WORDS

_ELISION: Final = re.compile(r"\b(?:[cdjlmnst]|qu)['’](?=\w)", re.IGNORECASE)
_EMPTY: Final = frozenset({"à"})
_ARTICLES: Final = frozenset({
    "au", "aux", "de", "des", "du", "en", "et", "la", "le", "les", "ou", "par", "sur", "un", "une",
    "and", "by", "for", "in", "of", "on", "or", "the", "to", "with",
})  # fmt: skip
"""Words that join others: whoever looks for a label writes them another way, or not at all. Single
letters are none: vitamine D, hépatite A. Nor are « sans » and « avec », which tell acts apart."""


def squeezed(code: str) -> str:
    """Letters and digits of a code: I21.0 is also written I210."""
    return "".join(words_of(code))


class Wanted:
    """A text that concepts are looked for by."""

    def __init__(self, text: str) -> None:
        self.all = words_of(text)
        plain = _ELISION.sub(" ", text.casefold())
        kept = [w for part in plain.split() if part not in _EMPTY for w in words_of(part)]
        telling = [word for word in kept if word not in _ARTICLES]
        self.words = list(dict.fromkeys(telling or self.all))[:MAX_SEARCH_WORDS]
        """Those that a concept must have, or a word that begins like them."""
        self.whole = " ".join(self.all)
        self.code = "" if len(text.split()) > 1 else squeezed(text)
        """What it may be the beginning of, when it looks like a code."""
