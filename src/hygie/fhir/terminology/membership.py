"""Yes, no, and not known here: the logic of what may be known only in part (Kleene's)."""

from collections.abc import Iterable
from enum import Enum


class Membership(Enum):
    """What is known of a code and a value set, or of a code and its system."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"
    """The set or the system is not known here, or not known whole."""


def either(answers: Iterable[Membership]) -> Membership:
    """Of a union: one that has it is enough. OUT of none."""
    result = Membership.OUT
    for answer in answers:
        if answer is Membership.IN:
            return answer
        if answer is Membership.UNKNOWN:
            result = answer
    return result


def every(answers: Iterable[Membership]) -> Membership:
    """Of an intersection: one that has it not is enough. IN of none."""
    result = Membership.IN
    for answer in answers:
        if answer is Membership.OUT:
            return answer
        if answer is Membership.UNKNOWN:
            result = answer
    return result


def without(included: Membership, excluded: Membership) -> Membership:
    """Of a difference: what is surely excluded is out, whatever includes it."""
    return every((included, _not(excluded)))


def certain(is_in: object) -> Membership:
    """Of what is known for sure."""
    return Membership.IN if is_in else Membership.OUT


def _not(answer: Membership) -> Membership:
    return Membership.UNKNOWN if answer is Membership.UNKNOWN else certain(answer is Membership.OUT)
