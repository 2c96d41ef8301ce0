"""Words as `_text` and `_content` compare them: normalised, reduced to their stems.

A record is in French or in English, or in both, and does not say which: a word is reduced by the
rules of French, then of English, then of French again (Snowball). Words that French inflects alike
always meet; English ones nearly always.
"""

import re
from functools import lru_cache
from itertools import islice
from typing import Final

import Stemmer

from hygie.fhir.search.normalize import normalize
from hygie.limits import MAX_WORD_CHARACTERS, MAX_WORDS

_WORD: Final = re.compile(r"[^\W_]{2,}")
_SHORT_TEXT: Final = 64
"""Characters of a text that is kept once worked out: the display of a code, which comes again."""
_FRENCH: Final = Stemmer.Stemmer("french", 0)
_ENGLISH: Final = Stemmer.Stemmer("english", 0)
STOP_WORDS: Final = frozenset({
    "ai", "ainsi", "alors", "an", "and", "are", "as", "at", "au", "aussi", "autre", "aux", "avait",
    "avec", "avoir", "be", "been", "but", "by", "ce", "cela", "ces", "cet", "cette", "ceux", "chez",
    "comme", "dans", "de", "des", "dont", "du", "elle", "elles", "en", "entre", "est", "et",
    "etait", "ete", "etre", "eu", "for", "from", "had", "has", "have", "he", "her", "his", "il",
    "ils", "in", "is", "it", "its", "je", "la", "le", "les", "leur", "leurs", "lui", "ma", "mais",
    "me", "mes", "moi", "mon", "ne", "no", "nos", "not", "notre", "nous", "of", "on", "ont", "or",
    "ou", "par", "pas", "pour", "qu", "que", "qui", "sa", "sans", "se", "ses", "she", "si", "son",
    "sont", "sous", "sur", "ta", "te", "tes", "that", "the", "their", "there", "these", "they",
    "this", "to", "toi", "ton", "tres", "tu", "un", "une", "us", "vos", "votre", "vous", "was",
    "we", "were", "which", "who", "will", "with", "you", "your",
})  # fmt: skip
"""What is in every text, and finds nothing."""


def words(text: str) -> frozenset[str]:
    """The stems of a text's words, without stop words and single letters.

    A word is a run of letters and digits; of a long one, the first MAX_WORD_CHARACTERS count; of a
    long text, the first MAX_WORDS words.
    """
    return _short(text) if len(text) <= _SHORT_TEXT else _words(text)


def _words(text: str) -> frozenset[str]:
    stems = dict.fromkeys(map(_stem, _WORD.findall(normalize(text))))
    return frozenset(islice(filter(None, stems), MAX_WORDS))


_short = lru_cache(maxsize=32_768)(_words)


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """The stem of a normalised word; "" for a stop word."""
    if word in STOP_WORDS:
        return ""
    stem = _FRENCH.stemWord(word[:MAX_WORD_CHARACTERS])
    return str(_FRENCH.stemWord(_ENGLISH.stemWord(stem)))
