"""What a browser carries to a provider and back, sealed: it ties the answer to who asked.

Nothing is kept on the server for a browser that leaves: strangers who leave a million times cost no
row. What comes back is opened once (`links`).
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

import msgspec

from hygie.access.sealing import hand_out, take_back
from hygie.limits.federation import ERRAND_MINUTES, SKEW_SECONDS
from hygie.trace import Sealer

LIFETIME: Final = timedelta(minutes=ERRAND_MINUTES)
SKEW: Final = timedelta(seconds=SKEW_SECONDS)
PURPOSE: Final = "access.errand"


class Errand(msgspec.Struct, frozen=True):
    """One leave for one provider."""

    provider: str
    state: str
    nonce: str
    verifier: str
    """Of PKCE: what the code is worth nothing without."""
    left: datetime
    previous: str = ""
    """The session that this browser had: it ends when another begins."""
    shared: bool = False
    """Whether several people use this workstation."""
    account: str = ""
    """Who, being signed in, asked that this provider's identity be linked to their account."""

    @property
    def challenge(self) -> str:
        """RFC 7636, §4.2, method S256."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def is_of(self, provider: str, state: str, now: datetime) -> bool:
        """Whether this is the answer that is waited for, of that provider, still in time."""
        same = hmac.compare_digest(self.state.encode(), state.encode("utf-8", "replace"))
        return same and self.provider == provider and -SKEW <= now - self.left < LIFETIME


def new_errand(
    provider: str, now: datetime, *, previous: str = "", shared: bool = False, account: str = ""
) -> Errand:
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Errand(provider, state, nonce, verifier, now, previous, shared, account)


def sealed(sealer: Sealer, errand: Errand) -> str:
    """As a cookie."""
    return hand_out(sealer, PURPOSE, errand)


def opened(sealer: Sealer, cookie: str) -> Errand | None:
    """None when it was not sealed here."""
    return take_back(sealer, PURPOSE, cookie, Errand)
