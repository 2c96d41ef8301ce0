"""A provider's word that a session there has ended (OpenID Connect Back-Channel Logout 1.0)."""

from datetime import datetime
from typing import Final, NamedTuple

from hygie.access.federation.declaration import Provider
from hygie.access.federation.identity_token import Claims, instant_of
from hygie.access.federation.outcome import invalid
from hygie.limits.federation import LOGOUT_TOKEN_SECONDS, SKEW_SECONDS

KIND: Final = "logout+jwt"
"""`typ` of such a token."""
EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"


class Told(NamedTuple):
    """Whose sessions end: of a person, of one session there, or both."""

    subject: str
    session: str
    number: str
    """Of this word: it is said once."""


def check_logout(provider: Provider, claims: Claims, now: datetime) -> Told:
    """§2.6, once the token is known to come from the provider. Raises `Refused`."""
    issued, expires, instant = instant_of(claims, "iat"), instant_of(claims, "exp"), now.timestamp()
    if issued is None or not -SKEW_SECONDS <= instant - issued < LOGOUT_TOKEN_SECONDS:
        raise invalid(provider, "logout-time")
    if expires is not None and instant >= expires + SKEW_SECONDS:
        raise invalid(provider, "logout-time")
    events = claims.get("events")
    if not isinstance(events, dict) or EVENT not in events or "nonce" in claims:
        raise invalid(provider, "logout-event")
    subject, session, number = (claims.get(name, "") for name in ("sub", "sid", "jti"))
    texts = all(isinstance(one, str) for one in (subject, session, number))
    if not texts or not number or not (subject or session):
        raise invalid(provider, "logout-subject")
    return Told(subject, session, number)
