"""What a WebSocket shows of whom it is for: sealed, short-lived, kept nowhere."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag

from hygie.trace import Sealer

PURPOSE: Final = "websocket binding"


class Binding(msgspec.Struct, frozen=True):
    """Which subscriptions a socket may be bound to, until when it may be."""

    token: int
    """Number of the client's own token: the socket ends with it."""
    client: str
    """By name: the socket ends when another client answers for the subscription."""
    subscriptions: tuple[str, ...]
    """Ids."""
    expires: datetime


def seal_binding(sealer: Sealer, binding: Binding) -> str:
    sealed = sealer.seal(msgspec.json.encode(binding), PURPOSE)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def open_binding(sealer: Sealer, text: str) -> Binding | None:
    """None for what we did not make, and for what is too old."""
    try:
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        binding = msgspec.json.decode(sealer.open(sealed, PURPOSE), type=Binding)
    except (binascii.Error, ValueError, InvalidTag):
        return None
    return binding if datetime.now(UTC) < binding.expires else None
