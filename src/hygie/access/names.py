"""Names of accounts and machine clients: one spelling for each, and no look-alikes. Pure.

Two names that read alike must not be two accounts. So a name is NFKC and case folded, and made of
the letters of French and its neighbours: no other alphabet, nothing invisible, no stray accent.
"""

import re
import unicodedata

from hygie.access.phrases import BAD_NAME
from hygie.limits import MAX_NAME_CHARACTERS
from hygie.refusal import Category, refuse

FIRST = "a-z0-9àáâãäåçèéêëìíîïñòóôõöùúûüýÿ"
NAME = re.compile(f"[{FIRST}][{FIRST}._@-]{{0,{MAX_NAME_CHARACTERS - 1}}}")


def normalize_name(text: str) -> str:
    """The one spelling of a name. Raises `Refused` ("access.name") when it cannot be a name."""
    if len(text) <= MAX_NAME_CHARACTERS:
        name = _fold(text.strip())
        if NAME.fullmatch(name):
            return name
    raise refuse(
        Category.INVALID, "access.name", BAD_NAME, code="value", limit=str(MAX_NAME_CHARACTERS)
    )


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded)
