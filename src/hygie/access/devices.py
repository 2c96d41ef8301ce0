"""Browsers that somebody signed in with, known again by a sealed cookie.

The device cookies of OWASP: under an attack, who comes back to a browser that the house knows is
let in before strangers, and guesses from elsewhere do not count against them. It proves nothing
else.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from hygie.access.sealing import hand_out, take_back
from hygie.limits import SIGN_IN_FAMILIAR_DAYS
from hygie.trace import Sealer

KNOWN: Final = timedelta(days=SIGN_IN_FAMILIAR_DAYS)
PURPOSE: Final = "access.device"
MAX_CHARACTERS: Final = 400


class _Device(msgspec.Struct, frozen=True):
    id: str
    since: datetime


class Devices:
    """Makes device cookies, and reads them."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def issue(self, known: str, now: datetime) -> str:
        """The cookie of a browser that somebody has signed in with: the same device as before, if
        it was `known` by an id."""
        device = _Device(known or secrets.token_hex(16), now.astimezone(UTC))
        return hand_out(self._sealer, PURPOSE, device)

    def read(self, cookie: str, now: datetime) -> str:
        """The device's id; empty when the cookie is not of our making, or too old."""
        if not cookie or len(cookie) > MAX_CHARACTERS:
            return ""
        device = take_back(self._sealer, PURPOSE, cookie, _Device)
        return device.id if device and now - device.since < KNOWN else ""
