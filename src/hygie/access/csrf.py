"""Proof that a form comes from a page of the same session.

The key is the session token itself: a secret of 256 bits that only this browser holds. Each proof
has a nonce of its own, so that none stands twice in compressed pages (the BREACH attack).
"""

import base64
import hashlib
import hmac
import secrets

NONCE_BYTES = 16


def csrf(session_token: str) -> str:
    """A proof for one page, good for as long as the session."""
    return _proof(session_token, secrets.token_bytes(NONCE_BYTES))


def check_csrf(session_token: str, given: str) -> bool:
    """Whether `given` was made for this session. Constant time; False for anything malformed."""
    try:
        nonce = base64.urlsafe_b64decode(given.encode("ascii"))[:NONCE_BYTES]
    except ValueError:
        return False
    expected = _proof(session_token, nonce)
    return bool(session_token) and hmac.compare_digest(expected.encode(), given.encode())


def _proof(session_token: str, nonce: bytes) -> str:
    mac = hmac.digest(session_token.encode(), b"hygie csrf" + nonce, hashlib.sha256)
    return base64.urlsafe_b64encode(nonce + mac).decode()
