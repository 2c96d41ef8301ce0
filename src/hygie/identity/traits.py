"""The strict traits of an identity, and how two sets of them compare.

Strict traits (RNIV): birth name, list of birth given names, birth date, sex, birth-place code.
"""

from difflib import SequenceMatcher

import msgspec

from hygie.fhir.search import normalize
from hygie.identity import phrases
from hygie.refusal import Phrase

SIMILAR_NAMES = 0.8
"""Ratio above which two spellings may be one name (DUPOND, DUPONT: 0.83)."""


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """Empty means not known."""

    birth_name: str = ""
    given: str = ""
    """First birth given name."""
    given_list: str = ""
    """All birth given names, separated by spaces, as the civil register has them."""
    used_name: str = ""
    used_given: str = ""
    birth_date: str = ""
    """FHIR date."""
    gender: str = ""
    """FHIR code."""
    birth_place: str = ""
    """INSEE (COG) code."""


def strict_difference(left: Traits, right: Traits) -> Phrase | None:
    """The name of the first strict trait in which the two differ; None when none does.

    Name, first given name, birth date and sex must be known on both sides. A list of given names
    or a birth place that one side does not know contradicts nothing.
    """
    for label, one, other in (
        (phrases.BIRTH_NAME, normalize(left.birth_name), normalize(right.birth_name)),
        (phrases.GIVEN_NAME, normalize(left.given), normalize(right.given)),
        (phrases.BIRTH_DATE, left.birth_date, right.birth_date),
        (phrases.SEX, left.gender, right.gender),
    ):
        if not one or one != other:
            return label
    for label, one, other in (
        (phrases.GIVEN_NAMES, normalize(left.given_list), normalize(right.given_list)),
        (phrases.BIRTH_PLACE, left.birth_place, right.birth_place),
    ):
        if one and other and one != other:
            return label
    return None


def conflict(left: Traits, right: Traits) -> bool:
    """True when birth date and names differ both and strongly: not one person mistyped."""
    dates_differ = bool(
        left.birth_date and right.birth_date and left.birth_date != right.birth_date
    )
    return dates_differ and _names_differ(left, right)


def _names_differ(left: Traits, right: Traits) -> bool:
    ours = _family_names(left)
    theirs = _family_names(right)
    return bool(ours and theirs) and not any(_alike(one, other) for one in ours for other in theirs)


def _family_names(traits: Traits) -> list[str]:
    return [normalize(name) for name in (traits.birth_name, traits.used_name) if name]


def _alike(one: str, other: str) -> bool:
    if set(one.split()) & set(other.split()):
        return True
    first, second = sorted((one, other))  # the ratio depends on the order
    return SequenceMatcher(None, first, second).ratio() >= SIMILAR_NAMES
