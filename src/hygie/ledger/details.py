"""An entry's detail as the bytes that are sealed, and back. Pure.

    0x01, then 16 bytes     "Type/id" of the entry's own type, the id being a UUID
    0x00, then UTF-8        any other text, padded

Lengths tell little: names searched for are padded to multiples of `PADDING` bytes, and an id that
is a UUID has one length.
"""

import re
from typing import Final
from uuid import UUID

from hygie.limits.traces import MAX_AUDIT_DETAIL_CHARACTERS

PADDING: Final = 32
TEXT: Final = b"\x00"
BY_UUID: Final = b"\x01"
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def packed(detail: str, kind: str) -> bytes:
    """`kind`: the resource type of the entry."""
    uuid = _UUID.fullmatch(detail, len(kind) + 1)
    if uuid and detail.startswith(kind + "/"):
        return BY_UUID + bytes.fromhex(uuid[0].replace("-", ""))
    if len(detail) > MAX_AUDIT_DETAIL_CHARACTERS:
        detail = detail[:MAX_AUDIT_DETAIL_CHARACTERS] + "…"
    return pad(TEXT + detail.encode("utf-8", "replace"))


def unpacked(plain: bytes, kind: str) -> str:
    if plain[:1] == BY_UUID:
        return f"{kind}/{UUID(bytes=plain[1:])}"
    return unpad(plain)[1:].decode()


def pad(plain: bytes) -> bytes:
    """Padded to a multiple of `PADDING`: 0x80, then zeros (ISO/IEC 9797-1, method 2)."""
    return plain + b"\x80" + bytes(-(len(plain) + 1) % PADDING)


def unpad(padded: bytes) -> bytes:
    return padded[: padded.rindex(b"\x80")]
