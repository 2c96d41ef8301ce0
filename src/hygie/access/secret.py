"""Secrets handed out: 256 random bits, of which only the SHA-256 is kept.

At this entropy a fast hash cannot be reversed. A look-up by digest leaks no useful timing: who
asks does not choose the digest.
"""

import hashlib
import secrets

PREFIX = "hygie_"
"""Lets scanners recognise a secret that was left in a file."""
BYTES = 32
LENGTH = len(PREFIX) + 43


def new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(BYTES)


def digest(secret: str) -> bytes | None:
    """What is kept of the secret; None when it cannot be one of ours."""
    if len(secret) != LENGTH or not secret.isascii() or not secret.startswith(PREFIX):
        return None
    return hashlib.sha256(secret.encode()).digest()
