"""What a password must be: 80 bits of entropy (CNIL, délibération 2022-100, July 2022). Pure."""

import re
import unicodedata

from hygie.access.common import is_common
from hygie.access.phrases import (
    BAD_PASSWORD,
    COMMON_PASSWORD,
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
DISTINCT_CHARACTERS = 8
NAME_CHARACTERS = 3
"""Shorter account names stand in ordinary words."""


def normalize_password(password: str) -> str:
    """One form for what different keyboards type for the same password (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, account: str) -> None:
    """Raises `Refused` ("access.password") with what is missing. `account`: normalised name."""
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


def is_strong(password: str) -> bool:
    """Whether one of the CNIL's three examples is met."""
    words = {word for word in re.findall(r"\w+", password.casefold()) if len(word) > 1}
    if len(words) >= PHRASE_WORDS:
        return True
    plain = all(any(test(c) for c in password) for test in (str.islower, str.isupper, str.isdigit))
    special = any(not c.isalnum() for c in password)
    return plain and len(password) >= (MIXED_CHARACTERS if special else PLAIN_CHARACTERS)
