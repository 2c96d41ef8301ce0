"""Scales: from values to pixels, with ticks a reader can count by."""

import math

import msgspec


class Scale(msgspec.Struct, frozen=True):
    """Linear: `low`..`high` onto `start`..`end`. A single value lands in the middle."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return (self.start + self.end) / 2
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def nice_step(span: float, wanted: int) -> float:
    """The step of 1, 2, 2.5 or 5 times a power of ten that gives at most `wanted` intervals."""
    rough = max(span, 1e-9) / max(wanted, 1)
    magnitude: float = 10.0 ** math.floor(math.log10(rough))
    for factor in (1.0, 2.0, 2.5, 5.0):
        if factor * magnitude >= rough * (1 - 1e-9):
            return factor * magnitude
    return 10.0 * magnitude


def nice_ticks(low: float, high: float, wanted: int = 4) -> tuple[float, ...]:
    """Round values that enclose `low`..`high`."""
    if high <= low:
        low, high = low - abs(low or 1) * 0.1, high + abs(high or 1) * 0.1
    step = nice_step(high - low, wanted)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(index * step for index in range(first, last + 1))


def say_tick(value: float, step: float) -> str:
    """As many decimals as the step needs, a comma, a true minus sign."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    decimals += 1 if round(step * 10**decimals, 6) % 1 else 0
    return f"{value:.{decimals}f}".replace(".", ",").replace("-", "\u2212")
