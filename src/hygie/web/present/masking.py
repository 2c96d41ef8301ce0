"""What of a message may be shown to who may not see whom it is about. Pure.

Letters become x and figures 0: the shape of a value says what is wrong with it as often as the
value. What the standard lays down, and says nothing of a person, stays as it is.
"""

from typing import Final

from hygie.hl7v2.dictionary import describe

_OPEN: Final = frozenset({"MSH", "MSA", "SFT", "EVN", "FHS", "BHS"})
"""Segments that say nothing of the patient."""
_PERSONAL: Final = frozenset({"PID", "PD1", "NK1", "GT1", "IN1", "IN2"})
_PLAIN: Final = frozenset({"SI", "ID"})
"""Types whose values the standard lays down."""


def shape(text: str) -> str:
    return "".join("0" if one.isnumeric() else "x" if one.isalnum() else one for one in text)


def masked(code: str, number: int, text: str) -> str:
    """A field as it may be shown; `code` is its segment, empty for a line that is none."""
    if code in _OPEN or (code not in _PERSONAL and describe(code, number).type in _PLAIN):
        return text
    return shape(text)
