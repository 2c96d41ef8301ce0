"""What somebody is asked to prove: on the way in, to go on, before their factors change. Pure."""

from datetime import datetime, timedelta
from typing import Final

from hygie.access.factors.proofs import Answer, Code, Password, Proof
from hygie.access.model import Session
from hygie.access.signing import Found
from hygie.limits import STEP_UP_MINUTES

Ways = tuple[type[Proof], ...]
"""Any of them; empty: none."""
FRESH: Final = timedelta(minutes=STEP_UP_MINUTES)
SECOND: Final = frozenset({"otp", "hwk", "recovery"})
"""Methods (RFC 8176, and our own word for codes that serve once) of second factors."""
WHOLE: Final = "mfa"
"""Of what proves two factors by itself: a passkey that verified who uses it, some providers."""


def asked(session: Session, found: Found, now: datetime) -> Ways:
    """What this session may be proven by now, the best first; nothing when it is to set up a
    factor, or only who vouched for its owner can tell that it is still them."""
    factors, password = _of(found)
    if session.stage == "second":
        return factors
    if session.stage == "locked":
        return factors[:1] + (password or factors[1:])
    if session.stage == "in":
        return wanting(session, found, now) or factors or password
    return ()


def wanting(session: Session, found: Found, now: datetime) -> Ways:
    """What lacks of all that signing in asks, as proven lately; empty: nothing does. The second
    factor comes first: who only overheard a password is stopped there (ASVS 5.0, 7.5.1)."""
    factors, password = _of(found)
    lately = {method for method, at in session.shown.items() if now - at <= FRESH}
    if WHOLE in lately:
        return ()
    if factors and not lately & SECOND:
        return factors
    return () if lately - SECOND else password


def _of(found: Found) -> tuple[Ways, Ways]:
    """The account's ways: second factors, password."""
    profile = found[1]
    return (Answer, Code) if profile.second == "set" else (), (
        (Password,) if profile.password else ()
    )
