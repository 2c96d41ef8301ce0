"""Passwords that many people have, and words that everybody here has in mind: what whoever guesses
tries first. Pure.

The list is zxcvbn's, 30,000 of those found in leaks, by how common they are. Few of them are long
enough for us; so a common one with ornaments around ("Motdepasse2026!") is common too.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from zxcvbn.frequency_lists import FREQUENCY_LISTS

OURS: Final = frozenset({
    "hygie", "hopital", "clinique", "infirmiere", "infirmier", "medecin", "docteur", "patient",
    "sante", "urgences", "bloc", "chu",
})  # fmt: skip
"""Of any house; each adds its own (`HYGIE_PASSWORD_WORDS`)."""
SHORTEST: Final = 3
"""Shorter words of a house stand in ordinary ones."""
WORDS_OF_FIGURES: Final = 5
"""Shorter ones that end in figures stand at the head of many a password."""
_AS_LETTERS: Final = str.maketrans("0134578@$!", "oieastbasi")
_ORNAMENTS: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def is_common(password: str) -> bool:
    """Whether it is one of them: as it is, without accents, ornaments, or digits for letters."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", password.casefold()) if ord(c) < 128)
    core = _ORNAMENTS.sub("", bare)
    spelled = _ORNAMENTS.sub("", bare.rstrip("0123456789!?.*-_ ")).translate(_AS_LETTERS)
    joined = re.sub(r"[^a-z]", "", core)
    return any(one in _common() for one in (bare, core, spelled, joined, *_begun(bare)))


def _begun(bare: str) -> Iterator[str]:
    """What stands before each of its last ornaments: "abc123" of "Abc123-2026!"."""
    ornaments = re.search(r"[\W\d_]*$", bare)
    start = ornaments.start() if ornaments else len(bare)
    yield from (bare[:end] for end in range(max(start, WORDS_OF_FIGURES), len(bare)))


def without_house(password: str, words: Iterable[str] = ()) -> str:
    """What is left of it, folded, without the words of the house: those give nothing to guess."""
    left = _folded(password)
    every = {_folded(word.strip()) for word in (*OURS, *words)}
    for word in sorted(every, key=len, reverse=True):
        if len(word) >= SHORTEST:
            left = left.replace(word, "")
    return left


def _folded(text: str) -> str:
    """Small letters without accents, digits that stand for letters as those."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(_AS_LETTERS)


@cache
def _common() -> frozenset[str]:
    return OURS | frozenset(FREQUENCY_LISTS["passwords"])
