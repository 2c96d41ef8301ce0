"""The fast reader: for text that is written as `encode` would write it, proven by writing it again.

The general reader of JSON lets through what two readers understand differently (the last of two
equal keys, -0 as 0, escapes). Whatever it lost or changed shows when its value is written again:
only a reading whose bytes come back, every one, is taken. Most machines write compact JSON; for
all else, and for every fault, the strict reader (`hygie.fhir.codec.reading`) has the word.
"""

from typing import Any, Final

import msgspec

from hygie.fhir.codec.measure import nesting
from hygie.fhir.codec.numbers import read_decimal
from hygie.fhir.codec.writing import encode
from hygie.limits import MAX_DECIMAL_DIGITS, MAX_JSON_DEPTH
from hygie.refusal import Refused

NOT_COMPACT: Final = object()
"""What is given for text that the strict reader is to judge."""

_SPACED: Final = b'": '
_GLANCE: Final = 48
"""Bytes in which spaces after colons show, if there are any: nothing is read twice for nothing."""
_ZEROS: Final = bytes(ord("0") if byte in b"0123456789" else byte for byte in range(256))
_LONG_NUMBER: Final = b"0" * (MAX_DECIMAL_DIGITS + 1)

_DECODER: Final = msgspec.json.Decoder(float_hook=read_decimal)


def read_compact(raw: bytes) -> Any:
    """The value, exactly as the strict reader gives it, or `NOT_COMPACT`. Never raises.

    Cost: about 5 µs for a resource of 650 bytes, a third of the strict reader's.
    """
    if _SPACED in raw[:_GLANCE] or _LONG_NUMBER in raw.translate(_ZEROS):
        return NOT_COMPACT
    try:
        value = _DECODER.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, Refused):
        return NOT_COMPACT
    if raw.count(b"{") + raw.count(b"[") > MAX_JSON_DEPTH and nesting(value) > MAX_JSON_DEPTH:
        return NOT_COMPACT
    return value if encode(value) == raw else NOT_COMPACT
