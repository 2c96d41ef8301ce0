"""Signed notifications: who receives one can tell that it is ours, whole, and of now.

Standard Webhooks 1.0: HMAC-SHA256 over identifier, time and body, with a secret of the subscriber.
"""

import binascii
import hashlib
import hmac
from base64 import b64decode, b64encode
from typing import Final

from hygie.exchange.subscriptions.channels import Header
from hygie.exchange.subscriptions.channels.phrases import SECRET, wrong

ID: Final = "webhook-id"
"""The same for every attempt at one notification, if who sends says so."""
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
PREFIX: Final = "whsec_"
SIZES: Final = range(24, 65)
"""Bytes of a secret, by Standard Webhooks."""


def key_of(secret: str) -> bytes:
    """Raises `Refused` when `secret` is none. It is never repeated in what is said."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or len(key) not in SIZES:
        raise wrong("secret", SECRET, "channel")
    return key


def signed(key: bytes, identifier: str, seconds: int, body: bytes) -> tuple[Header, ...]:
    """The three headers of a notification sent `seconds` after 1970."""
    text = b"%b.%d.%b" % (identifier.encode(), seconds, body)
    proof = b64encode(hmac.digest(key, text, "sha256")).decode()
    return (ID, identifier), (TIMESTAMP, str(seconds)), (SIGNATURE, f"v1,{proof}")


def identifier_of(subscription: str, body: bytes) -> str:
    """One for a notification whose sender gave none."""
    return f"msg_{hashlib.sha256(subscription.encode() + b'.' + body).hexdigest()[:32]}"
