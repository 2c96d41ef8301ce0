"""Durations as a histogram: cheap to note, and the sum of several is true of them all."""

from collections.abc import Mapping
from typing import Final

_FIRST_MS: Final = 0.25
_GROWTH: Final = 1.25
"""Each bucket ends this much further: percentiles are true within a quarter."""
BUCKETS: Final = 72
"""Up to half an hour."""


def bucket(ms: float) -> int:
    """The one that a duration falls in."""
    number, end = 0, _FIRST_MS
    while ms > end and number < BUCKETS - 1:
        number += 1
        end *= _GROWTH
    return number


def percentile(counts: Mapping[int, int], share: float) -> float:
    """In ms, the end of the bucket in which it lies; 0 of nothing. `share`: 0.99 for the 99th."""
    wanted, seen = sum(counts.values()) * share, 0
    for number in sorted(counts):
        seen += counts[number]
        if counts[number] and seen >= wanted:
            return round(_FIRST_MS * _GROWTH**number, 2)
    return 0.0
