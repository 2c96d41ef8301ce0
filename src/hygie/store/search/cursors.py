"""Where a page ended, as an opaque text: sealed, and bound to the very search it belongs to."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag

from hygie.fhir.search.query import Query
from hygie.refusal import Category, Refused, refuse
from hygie.store import phrases
from hygie.store.keys.keyring import Keyring

MAX_CURSOR_CHARACTERS: Final = 1_000


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The last row given out: the values it was sorted by, and its key."""

    values: tuple[int, ...]
    key: int


def write(keyring: Keyring, cursor: Cursor, binding: bytes) -> str:
    sealed = keyring.seal_cursor(msgspec.msgpack.encode(cursor), binding)
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def read(keyring: Keyring, text: str, binding: bytes) -> Cursor | None:
    """None for the first page. Refused when it is not one of ours, or of another search."""
    if not text:
        return None
    if len(text) > MAX_CURSOR_CHARACTERS:
        raise _invalid()
    try:
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return msgspec.msgpack.decode(keyring.open_cursor(sealed, binding), type=Cursor)
    except (ValueError, InvalidTag, msgspec.MsgspecError):
        raise _invalid() from None


def binding_of_query(query: Query) -> bytes:
    """What two pages of one search have in common."""
    parts = (query.type, query.conditions, query.sort)
    return sha256(msgspec.json.encode(parts)).digest()


def binding_of(*parts: str) -> bytes:
    return sha256(msgspec.json.encode(parts)).digest()


def _invalid() -> Refused:
    return refuse(Category.INVALID, "store.cursor-invalid", phrases.CURSOR_INVALID, code="value")
