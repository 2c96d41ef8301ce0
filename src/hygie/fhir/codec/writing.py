"""Values to bytes."""

from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def encode(value: Any) -> bytes:
    """Compact UTF-8 JSON, keys in their order, decimals with the digits they came with.

    `value` is made of what `decode` gives: dict, list, str, int, finite Decimal, bool, None.
    An exponent may be written another way for the same digits: 1E-2 becomes 0.01.
    Cost: about 2.5 µs for a resource of 1.5 kB.
    """
    return _ENCODER.encode(value)
