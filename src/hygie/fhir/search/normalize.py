"""Text as searches compare it: without case, accents, hyphens, apostrophes or doubled spaces."""

import re
import unicodedata
from typing import Final

_LETTERS: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ı": "i"})
_SEPARATORS: Final = re.compile(r"[\s\-‐-―'`´ʹʼ‘’‛′_.,;]+")


def normalize(text: str) -> str:
    """The comparable form of a text; idempotent.

    Case folded, combining marks removed, ligatures opened; hyphens, apostrophes and other
    punctuation of names are spaces, spaces are single: "Jean-Éric  D’Œuf" is "jean eric d oeuf".
    """
    if text.isascii():
        folded = text.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
        marks_gone = "".join(c for c in decomposed if not unicodedata.combining(c))
        folded = marks_gone.translate(_LETTERS)
    return _SEPARATORS.sub(" ", folded).strip()
