"""Is a result outside what is expected? Said by the laboratory, else read from its range.

HL7 v3 ObservationInterpretation codes, as R4 Observation.interpretation uses them.
"""

from decimal import Decimal
from typing import Literal

import msgspec

from hygie.web.present.dates import NBSP
from hygie.web.present.quantities import as_number, say_number
from hygie.web.present.read import Json, child, codes, has_code, objects, text

Kind = Literal["", "high", "low", "critical", "abnormal"]


class Flag(msgspec.Struct, frozen=True):
    """A letter, a sign and words: never a colour alone. Empty `kind`: nothing to signal."""

    kind: Kind = ""
    letter: str = ""
    sign: str = ""
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.kind)


NONE = Flag()
HIGH = Flag("high", "H", "▲", "au-dessus de la norme")
LOW = Flag("low", "B", "▼", "au-dessous de la norme")
CRITICAL_HIGH = Flag("critical", "HH", "▲", "très au-dessus de la norme, valeur critique")
CRITICAL_LOW = Flag("critical", "BB", "▼", "très au-dessous de la norme, valeur critique")
CRITICAL = Flag("critical", "AA", "◆", "valeur critique")
ABNORMAL = Flag("abnormal", "A", "◆", "anormal")

_BY_CODE = {
    "HH": CRITICAL_HIGH, ">": CRITICAL_HIGH, "LL": CRITICAL_LOW, "<": CRITICAL_LOW,
    "AA": CRITICAL, "H": HIGH, "HU": HIGH, "L": LOW, "LU": LOW,
    "A": ABNORMAL, "POS": ABNORMAL, "R": ABNORMAL, "N": NONE, "NEG": NONE, "S": NONE,
}  # fmt: skip


class Range(msgspec.Struct, frozen=True):
    """Reference range: bounds where they are numbers, and how it is printed."""

    low: Decimal | None = None
    high: Decimal | None = None
    label: str = ""


NO_RANGE = Range()


def read_range(observation: Json) -> Range:
    """The normal range among `referenceRange`: the one typed so, else the first untyped one."""
    ranges = list(objects(observation.get("referenceRange")))
    normal = [r for r in ranges if has_code(child(r, "type"), "normal") or "type" not in r]
    if not normal:
        return NO_RANGE
    low, high = child(normal[0], "low"), child(normal[0], "high")
    low_value, high_value = as_number(low.get("value")), as_number(high.get("value"))
    label = _label(low_value, high_value) or text(normal[0], "text")
    return Range(low_value, high_value, label)


def _label(low: Decimal | None, high: Decimal | None) -> str:
    if low is not None and high is not None:
        return f"{say_number(low)}{NBSP}–{NBSP}{say_number(high)}"
    if low is not None:
        return f"≥{NBSP}{say_number(low)}"
    return f"≤{NBSP}{say_number(high)}" if high is not None else ""


def read_flag(observation: Json, value: Decimal | None, expected: Range) -> Flag:
    """The laboratory's own interpretation when it gave one; otherwise the range decides."""
    for concept in objects(observation.get("interpretation")):
        for _, code in codes(concept):
            if code in _BY_CODE:
                return _BY_CODE[code]
    if value is None:
        return NONE
    if expected.high is not None and value > expected.high:
        return HIGH
    return LOW if expected.low is not None and value < expected.low else NONE
