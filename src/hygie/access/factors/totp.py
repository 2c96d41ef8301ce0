"""Codes of six digits that change every thirty seconds (RFC 6238). Pure.

A code is taken once. What is remembered is which steps were used, not the latest one alone: a
clock that was wrong for a while, and set right, neither opens the used ones again nor keeps the
owner out.
"""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pyotp import HOTP, TOTP, random_base32

PERIOD_SECONDS: Final = 30
DIGITS: Final = 6
DRIFT: Final = (0, -1, 1)
"""Steps before and after ours that are taken: clocks of telephones differ by less."""
SECRET_CHARACTERS: Final = 32
"""Of base32: 160 bits (RFC 4226 §4)."""
STEPS_REMEMBERED: Final = 32


def new_secret() -> str:
    return random_base32(SECRET_CHARACTERS)


def address(secret: str, account: str) -> str:
    """What a QR code tells an application (`otpauth://`)."""
    return TOTP(secret).provisioning_uri(name=account, issuer_name="Hygie")


def matched(secret: str, typed: str, used: Sequence[int], now: datetime) -> int | None:
    """The step whose code was typed; None when there is none, or it was used before."""
    code = re.sub(r"[\s.-]", "", typed)
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", code):
        return None
    present = int(now.timestamp()) // PERIOD_SECONDS
    hotp = HOTP(secret)
    found = None
    for drift in DRIFT:
        step = max(0, present + drift)
        if hmac.compare_digest(hotp.at(step), code) and found is None and step not in used:
            found = step
    return found


def remembered(used: Sequence[int], step: int) -> tuple[int, ...]:
    """The steps used, with this one."""
    return (*used[-(STEPS_REMEMBERED - 1) :], step)
