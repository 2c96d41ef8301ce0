"""The form of SNOMED CT and LOINC codes, down to their check digits: a slip of the finger shows."""

import re
from typing import Final

CONCEPT_ID: Final = re.compile(r"[1-9][0-9]{5,17}", re.ASCII)
EXPRESSION: Final = re.compile(r"[0-9]{6,18}.*[:+=|,{]", re.ASCII | re.DOTALL)
"""A post-coordinated expression: names concepts, and says how they go together."""
CONCEPTS: Final = frozenset({"00", "10"})
"""Partitions of concepts; the others hold descriptions and relationships."""
LOINC: Final = re.compile(r"(L[APLG])?([0-9]{1,9})-([0-9])", re.ASCII)
TEN: Final = 10

TURNS: Final = ("0123456789", "1576283094")
"""The permutation of Verhoeff's scheme, at the first two places; the next follow from it."""


def is_concept_id(code: str) -> bool:
    """SNOMED CT identifiers of concepts, or an expression made of them (SCTID, RF2 §6)."""
    if CONCEPT_ID.fullmatch(code) is None:
        return EXPRESSION.match(code) is not None
    return code[-3:-1] in CONCEPTS and _verhoeff(code) == 0


def is_loinc(code: str) -> bool:
    """LOINC terms by their check digit (LOINC Users' Guide, appendix C); parts, answers, groups."""
    found = LOINC.fullmatch(code)
    return found is not None and (bool(found[1]) or _luhn(found[2]) == int(found[3]))


def _verhoeff(digits: str) -> int:
    """The check sum of a number with its check digit: 0 when it is right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        turned = int(digit)
        for _ in range(place % 8):
            turned = int(TURNS[1][turned])
        total = _dihedral(total, turned)
    return total


def _dihedral(left: int, right: int) -> int:
    """The product in the group of a pentagon's turns (0-4) and mirrors (5-9)."""
    turn = left + right if left < 5 else left - right
    return turn % 5 + (5 if (left < 5) is not (right < 5) else 0)


def _luhn(digits: str) -> int:
    """The check digit of a number."""
    doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(digits))]
    return -sum(n // TEN + n % TEN for n in doubled) % TEN
