"""Applications to set up: sealed for the session that asked, and kept once a code was shown."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from hygie.access.factors import totp
from hygie.access.phrases import BAD_OFFER
from hygie.access.sealing import hand_out, take_back
from hygie.limits import SIGN_IN_MINUTES
from hygie.refusal import Category, refuse
from hygie.trace import Sealer

LASTS: Final = timedelta(minutes=SIGN_IN_MINUTES)


class Offer(msgspec.Struct, frozen=True):
    """An application to set up."""

    secret: str
    """In base32, to be typed."""
    address: str
    """The same as a QR code holds it."""
    ticket: str
    """Sealed, for the form that confirms it."""


class _Ticket(msgspec.Struct, frozen=True):
    secret: str
    expires: datetime


class Offers:
    """Makes offers, and takes them back."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def new(self, token: str, account: str, now: datetime) -> Offer:
        """A new secret, for this session alone."""
        secret = totp.new_secret()
        ticket = _Ticket(secret, (now + LASTS).astimezone(UTC))
        carried = hand_out(self._sealer, _purpose(token), ticket)
        return Offer(secret, totp.address(secret, account), carried)

    def again(self, token: str, account: str, ticket: str, now: datetime) -> Offer:
        """The same offer, after a code that was not right. Raises `Refused`."""
        secret = self.secret(token, ticket, now)
        return Offer(secret, totp.address(secret, account), ticket)

    def secret(self, token: str, ticket: str, now: datetime) -> str:
        """Raises `Refused` when it was not offered to this session, or too long ago."""
        offered = take_back(self._sealer, _purpose(token), ticket, _Ticket)
        if offered is None or now >= offered.expires:
            raise refuse(Category.INVALID, "access.offer", BAD_OFFER)
        return offered.secret


def _purpose(token: str) -> str:
    return f"access.offer:{hashlib.sha256(token.encode()).hexdigest()}"
