"""The network address at the head of what an entry seals, and back. Pure.

0x00            none
0x04, 4 bytes   IPv4
0x06, 16 bytes  IPv6
0xff, length, text of so many bytes
"""

import socket
from functools import lru_cache
from typing import Final

from hygie.limits.traces import MAX_AUDIT_ADDRESS_BYTES

REMEMBERED: Final = 4_096
_TEXT: Final = 0xFF
_FAMILIES: Final = {4: socket.AF_INET, 6: socket.AF_INET6}
_SIZES: Final = {0: 0, 4: 4, 6: 16}


@lru_cache(REMEMBERED)
def with_address(address: str) -> bytes:
    """What comes before the rest; an address that is none is kept as the text it is, bounded."""
    if not address:
        return b"\x00"
    for mark, family in _FAMILIES.items():
        try:
            packed = socket.inet_pton(family, address)
        except (OSError, ValueError):
            continue
        if socket.inet_ntop(family, packed) == address:
            return bytes([mark]) + packed
    shown = "".join(c if c.isprintable() else "\ufffd" for c in address[:MAX_AUDIT_ADDRESS_BYTES])
    text = shown.encode()[:MAX_AUDIT_ADDRESS_BYTES]
    return bytes([_TEXT, len(text)]) + text


def address_of(plain: bytes) -> tuple[str, bytes]:
    """The address, and what follows it."""
    mark = plain[0]
    if mark == _TEXT:
        end = 2 + plain[1]
        return plain[2:end].decode("utf-8", "ignore"), plain[end:]
    end = 1 + _SIZES[mark]
    family = _FAMILIES.get(mark)
    return socket.inet_ntop(family, plain[1:end]) if family else "", plain[end:]
