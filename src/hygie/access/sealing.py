"""What decides about rights and lies elsewhere, encrypted: in a row, bound to it; or in a browser.

A browser carries what the server would otherwise keep for strangers: cookies and hidden fields.
"""

import base64
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidTag

from hygie.trace import Sealer

T = TypeVar("T", bound=msgspec.Struct)


def seal(sealer: Sealer, table: str, row: str, value: msgspec.Struct) -> bytes:
    """`row` is what identifies it within `table`: elsewhere, the value does not open."""
    return sealer.seal(msgspec.msgpack.encode(value), f"access.{table}:{row}")


def unseal(sealer: Sealer, table: str, row: str, sealed: bytes, kind: type[T]) -> T:
    """Raises what the sealer raises when the row was moved or altered."""
    return msgspec.msgpack.decode(sealer.open(sealed, f"access.{table}:{row}"), type=kind)


def hand_out(sealer: Sealer, purpose: str, value: msgspec.Struct) -> str:
    """What a browser carries: letters, digits, hyphens and underscores."""
    return base64.urlsafe_b64encode(sealer.seal(msgspec.msgpack.encode(value), purpose)).decode()


def take_back(sealer: Sealer, purpose: str, carried: str, kind: type[T]) -> T | None:
    """None when it was not handed out here, for this purpose."""
    try:
        plain = sealer.open(base64.urlsafe_b64decode(carried.encode("ascii")), purpose)
    except (InvalidTag, ValueError):
        return None
    return msgspec.msgpack.decode(plain, type=kind)
