"""What a password must be: 80 bits of entropy (CNIL, délibération 2022-100, July 2022). Pure.

No kind of character is demanded (ASVS 5.0, 6.2.5): whoever takes fewer kinds takes more of them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import pairwise
from math import log2
from typing import Final

from hygie.access.common import is_common, without_house
from hygie.access.phrases import (
    BAD_PASSWORD,
    COMMON_PASSWORD,
    HOUSE_PASSWORD,
    NAME_IN_PASSWORD,
    REPEATED_PASSWORD,
    WEAK_PASSWORD,
)
from hygie.limits import MAX_PASSWORD_CHARACTERS
from hygie.refusal import Category, refuse

MIXED_CHARACTERS = 12
"""With lower case, upper case, digits and special characters."""
PLAIN_CHARACTERS = 14
"""With lower case, upper case and digits."""
PHRASE_WORDS = 7
BITS = 80
"""Of those that are neither: as many as log2(kinds)·length gives (CNIL, the same)."""
KINDS: Final[tuple[tuple[Callable[[str], bool], int], ...]] = (
    (str.islower, 26), (str.isupper, 26), (str.isdigit, 10), (lambda c: not c.isalnum(), 33),
)  # fmt: skip
OTHER_LETTERS = 26
"""Of scripts without upper and lower case."""
DISTINCT_CHARACTERS = 8
NAME_CHARACTERS = 3
"""Shorter account names stand in ordinary words."""


def normalize_password(password: str) -> str:
    """One form for what different keyboards type for the same password (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, account: str, words: Iterable[str] = ()) -> None:
    """Raises `Refused` ("access.password") with what is missing. `account`: normalised name;
    `words`: of the house, which everybody would try."""
    password = normalize_password(password)
    if len(password) > MAX_PASSWORD_CHARACTERS or not password.isprintable():
        raise refuse(
            Category.INVALID, "access.password", BAD_PASSWORD, limit=str(MAX_PASSWORD_CHARACTERS)
        )
    if not is_strong(password):
        raise refuse(Category.INVALID, "access.password", WEAK_PASSWORD)
    if len(set(password)) < DISTINCT_CHARACTERS:
        raise refuse(
            Category.INVALID, "access.password", REPEATED_PASSWORD, least=str(DISTINCT_CHARACTERS)
        )
    if len(account) >= NAME_CHARACTERS and account in password.casefold():
        raise refuse(Category.INVALID, "access.password", NAME_IN_PASSWORD)
    if is_common(password):
        raise refuse(Category.INVALID, "access.password", COMMON_PASSWORD)
    if len(without_house(password, words)) < MIXED_CHARACTERS:
        raise refuse(Category.INVALID, "access.password", HOUSE_PASSWORD)


def is_strong(password: str) -> bool:
    """Whether one of the CNIL's three examples is met, or as much by length alone."""
    words = {word for word in re.findall(r"\w+", password.casefold()) if len(word) > 1}
    if len(words) >= PHRASE_WORDS:
        return True
    plain = all(any(test(c) for c in password) for test in (str.islower, str.isupper, str.isdigit))
    special = any(not c.isalnum() for c in password)
    if plain and len(password) >= (MIXED_CHARACTERS if special else PLAIN_CHARACTERS):
        return True
    return _bits(password) >= BITS


def _bits(password: str) -> float:
    """As if drawn by lot from its kinds of characters; what only follows the one before ("abc",
    "aaa"), and words said twice, count for nothing."""
    once = "".join(dict.fromkeys(password.split()))
    steps = [ord(after) - ord(before) for before, after in pairwise(once)]
    told = len(once) - sum(a == b and abs(a) < 2 for a, b in pairwise(steps))
    kinds = sum(size for is_kind, size in KINDS if any(map(is_kind, once)))
    return told * log2(kinds or OTHER_LETTERS) if once else 0.0
