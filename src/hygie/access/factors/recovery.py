"""Codes to come in with when nothing else is left: each once. Pure.

Of 120 random bits, so that a plain digest of them is enough (ASVS 5.0, 6.5.2).
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from typing import Final

CODES: Final = 10
ALPHABET: Final = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"
"""32 letters and digits, without I, L, O and U (Crockford)."""
GROUPS: Final = 6
GROUP: Final = 4
_READ_AS: Final = str.maketrans("OIL", "011")


def new_codes() -> tuple[str, ...]:
    """To be shown once."""
    return tuple(new_code() for _ in range(CODES))


def new_code() -> str:
    """120 random bits, in six groups of four."""
    return "-".join(_group() for _ in range(GROUPS))


def digest(typed: str) -> bytes | None:
    """What is kept of a code; None when it cannot be one. O is read as 0, I and L as 1."""
    if len(typed) > 4 * GROUPS * GROUP:
        return None
    code = re.sub(r"[\s-]", "", typed).upper().translate(_READ_AS)
    if len(code) != GROUPS * GROUP or not set(code) <= set(ALPHABET):
        return None
    return hashlib.sha256(code.encode()).digest()


def without(left: Sequence[bytes], typed: str) -> tuple[bytes, ...] | None:
    """The codes that are left once this one was used; None when it is none of them."""
    given = digest(typed)
    if given is None or given not in left:
        return None
    return tuple(one for one in left if one != given)


def _group() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(GROUP))
