"""The part of a row that decides about rights, encrypted and bound to its row."""

from typing import TypeVar

import msgspec

from hygie.trace import Sealer

T = TypeVar("T", bound=msgspec.Struct)


def seal(sealer: Sealer, table: str, row: str, value: msgspec.Struct) -> bytes:
    """`row` is what identifies it within `table`: elsewhere, the value does not open."""
    return sealer.seal(msgspec.msgpack.encode(value), f"access.{table}:{row}")


def unseal(sealer: Sealer, table: str, row: str, sealed: bytes, kind: type[T]) -> T:
    """Raises what the sealer raises when the row was moved or altered."""
    return msgspec.msgpack.decode(sealer.open(sealed, f"access.{table}:{row}"), type=kind)
