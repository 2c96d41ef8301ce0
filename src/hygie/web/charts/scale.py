"""Scales: from values to pixels, with ticks a reader can count by."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from hygie.web.present.dates import MONTHS, NBSP


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


def time_ticks(first: datetime, last: datetime, wanted: int) -> list[tuple[datetime, str]]:
    """Evenly spaced instants with labels as coarse as the span allows."""
    span = last - first
    if span < timedelta(minutes=2):
        return [(first, _hour_label(first))]
    count = max(wanted - 1, 1)
    instants = [first + span * index / count for index in range(count + 1)]
    label = _label_for(span)
    return [(instant, label(instant)) for instant in instants]


def _label_for(span: timedelta) -> Callable[[datetime], str]:
    if span < timedelta(days=2):
        return _hour_label
    return _day_label if span < timedelta(days=300) else _month_label


def _hour_label(at: datetime) -> str:
    return f"{at.day}/{at.month:02}{NBSP}{at.hour}{NBSP}h{NBSP}{at.minute:02}"


def _day_label(at: datetime) -> str:
    return f"{at.day}{NBSP}{MONTHS[at.month - 1]}"


def _month_label(at: datetime) -> str:
    return f"{MONTHS[at.month - 1]}{NBSP}{at.year}"
