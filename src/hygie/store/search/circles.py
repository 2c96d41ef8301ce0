"""Circles of patients as bytes, in which PostgreSQL looks a patient up (`hygie.circle_holds`).

An array of five thousand takes longer to write, to read and to plan with than most searches take to
run; and a statement that bears one does not go together with those of others.

A circle is cut into buckets of eight. Each patient's key, which is a hash already, leads to two of
them and lies in the one that was emptier: then none overflows while six lie in each on average.
"""

from collections import OrderedDict
from collections.abc import Collection
from functools import cached_property
from typing import Final

from hygie.store.keys.patients import NO_PATIENT

KEY_BYTES: Final = 8
BUCKET: Final = 8
"""Keys; `hygie.circle_holds` counts on it."""
MEAN: Final = 6
MAX_KNOWN: Final = 512
_POSITIVE: Final = 2**63 - 1
_SECOND: Final = 31
"""Bits that the second of two buckets is not chosen by."""


class Circle:
    """Some patients. Compared by identity: `Circles` gives one for each set."""

    def __init__(self, patients: frozenset[int]) -> None:
        self.patients = patients

    @cached_property
    def written(self) -> bytes:
        """As `hygie.circle_holds` reads it."""
        number = 1 + len(self.patients) // MEAN
        while (buckets := _filled(self.patients, number)) is None:
            number += 1 + number // 8
        return b"".join(map(_bytes, buckets))


class Circles:
    """The circles asked for lately: who is in one is compared once for many requests."""

    def __init__(self) -> None:
        self._known: OrderedDict[frozenset[int], Circle] = OrderedDict()

    def of(self, patients: frozenset[int]) -> Circle:
        circle = self._known.setdefault(patients, Circle(patients))
        self._known.move_to_end(patients)
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)
        return circle


def _filled(patients: Collection[int], number: int) -> list[list[int]] | None:
    """So many buckets; None when one would overflow."""
    buckets: list[list[int]] = [[] for _ in range(number)]
    for one in patients:
        if one == NO_PATIENT:
            continue
        positive = one & _POSITIVE
        first, second = buckets[positive % number], buckets[(positive >> _SECOND) % number]
        emptier = second if len(second) < len(first) else first
        if len(emptier) == BUCKET:
            return None
        emptier.append(one)
    return buckets


def _bytes(bucket: Collection[int]) -> bytes:
    keys = b"".join(one.to_bytes(KEY_BYTES, "big", signed=True) for one in bucket)
    return keys.ljust(BUCKET * KEY_BYTES, b"\0")
