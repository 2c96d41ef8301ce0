"""Seeded chance: one stream for each purpose, so that a change here moves nothing there."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws of one stream. `Chance(seed, "people", 12)` is the same in every run."""

    def __init__(self, *purpose: int | str) -> None:
        self._random = random.Random(":".join(map(str, purpose)))  # noqa: S311 - not a secret

    def happens(self, probability: float) -> bool:
        return self._random.random() < probability

    def between(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def whole(self, low: int, high: int) -> int:
        """Both ends included."""
        return self._random.randint(low, high)

    def one(self, choices: Sequence[T]) -> T:
        return self._random.choice(choices)

    def weighted(self, choices: Sequence[T], weights: Sequence[float]) -> T:
        return self._random.choices(choices, weights)[0]

    def around(self, middle: float, deviation: float) -> float:
        """Normal draw, kept within two deviations and a half."""
        draw = self._random.gauss(0.0, 1.0)
        return middle + deviation * max(-2.5, min(2.5, draw))
