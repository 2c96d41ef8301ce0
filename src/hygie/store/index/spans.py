"""Ordered values as 64-bit integers, so that dates and numbers share one column and one order.

A span is three numbers in a row's `spans`: the parameter's keyed hash, low, high.
"""

import math
import struct
from decimal import Decimal
from typing import Final

from hygie.fhir.definitions import Registry

NEVER: Final = -(2**63)
"""`happened` of a resource without a date: before everything."""

_MAIN_DATES: Final = (
    "date", "authoredon", "authored", "effective-time", "onset-date", "created", "sent",
    "start-date", "issued", "period", "effective", "recorded", "collected", "whenprepared",
)  # fmt: skip

SENSITIVE_DATES: Final = frozenset({"birthdate", "death-date"})
"""Dates that identify people: never in an ordered column (see `hygie.store.index.days`)."""
_PEOPLE: Final = frozenset({"Patient", "Person", "RelatedPerson"})
_DOUBLE: Final = struct.Struct(">d")
_INTEGER: Final = struct.Struct(">q")


def is_sensitive(resource_type: str, filed: str) -> bool:
    """Whether a date filed under that name identifies people.

    Of a parameter of the establishment's own ("name@edition") nobody said which date it is: every
    one of people is held to be.
    """
    return filed in SENSITIVE_DATES or ("@" in filed and resource_type in _PEOPLE)


def main_date(registry: Registry, resource_type: str) -> str:
    """The date parameter that says when such a resource happened, or ""."""
    parameters = registry.parameters(resource_type)
    dates = [c for c in _MAIN_DATES if c in parameters and parameters[c].type == "date"]
    return dates[0] if dates else ""


def ordered(value: float) -> int:
    """A signed 64-bit integer that sorts as the double does (IEEE 754 total order)."""
    bits: int = _INTEGER.unpack(_DOUBLE.pack(value))[0]
    return bits if bits >= 0 else bits ^ 0x7FFF_FFFF_FFFF_FFFF


def at_most(value: Decimal) -> int:
    """The ordered integer of a double that is not above `value`."""
    return ordered(math.nextafter(float(value), -math.inf))


def at_least(value: Decimal) -> int:
    """The ordered integer of a double that is not below `value`."""
    return ordered(math.nextafter(float(value), math.inf))
