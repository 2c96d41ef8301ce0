"""MSH of a message made here, and the message as it goes over a wire."""

import hashlib
from base64 import b32encode
from collections.abc import Iterable, Mapping
from typing import Final

from hygie.hl7v2.writing import DELIMITERS, segment

CONTROL_CHARACTERS: Final = 20
"""Of MSH-10 (HL7 v2.5)."""
EMPTY: Final[Mapping[int, str]] = {}


def control_of(what: str) -> str:
    """An MSH-10 that follows from what the message tells: told again, it is the same."""
    return b32encode(hashlib.sha256(what.encode()).digest()).decode()[:CONTROL_CHARACTERS]


def msh(named: str, control: str, at: str, chosen: Mapping[int, str] = EMPTY) -> str:
    """`named`: MSH-9. `at`: MSH-7. `chosen`: MSH-3 to MSH-6 and MSH-11 by number, escaped."""
    french = named.startswith("ADT")
    fields = {
        1: DELIMITERS,  # MSH-2: the separator itself is MSH-1
        2: chosen.get(3, "HYGIE"),
        3: chosen.get(4, ""),
        4: chosen.get(5, ""),
        5: chosen.get(6, ""),
        6: at,
        8: named,
        9: control,
        10: chosen.get(11, "P"),
        11: "2.5^FRA^2.11" if french else "2.5",
        16: "FRA",
        17: "UNICODE UTF-8",
        20: "2.11^IHE_FRANCE-2.11-PAM" if french else "",
    }
    return segment("MSH", fields)


def joined(segments: Iterable[str]) -> bytes:
    return "".join(f"{one}\r" for one in segments if one).encode()
