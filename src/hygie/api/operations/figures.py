"""Statistics of a series of measurements (R4 Observation-stats, StatisticsCode). Pure, and exact up
to the last step: what has a square root is rounded to `DIGITS` significant digits.

Deviation and variance are those of a sample; percentiles lie between neighbours by their distance
(type 7 of Hyndman and Fan, that of R and of spreadsheets).
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

Series = Sequence[Fraction]
Figure = Callable[[Series], Fraction | None]
"""None where there are too few measurements, or none that differ."""
DIGITS: Final = 12
_PRECISE: Final = Context(prec=DIGITS)
_ROOTS: Final = Context(prec=DIGITS + 10)


def decimal(value: Fraction) -> Decimal:
    """In at most `DIGITS` significant digits, without zeros that say nothing."""
    exact = _PRECISE.divide(Decimal(value.numerator), Decimal(value.denominator))
    plain = exact.normalize(_PRECISE)
    return Decimal(int(plain)) if plain == plain.to_integral_value() else plain


def mean(series: Series) -> Fraction | None:
    return sum(series, Fraction()) / len(series) if series else None


def quantile(share: Fraction) -> Figure:
    """The value under which so much of the series lies."""

    def found(series: Series) -> Fraction | None:
        if not series:
            return None
        ordered = sorted(series)
        place = share * (len(ordered) - 1)
        below = place.numerator // place.denominator
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (ordered[above] - ordered[below]) * (place - below)

    return found


def variance(series: Series) -> Fraction | None:
    return _moment(series, 2) / (len(series) - 1) if len(series) > 1 else None


def deviation(series: Series) -> Fraction | None:
    found = variance(series)
    return None if found is None else _root(found)


def quartile_deviation(series: Series) -> Fraction | None:
    lower, upper = LOWER(series), UPPER(series)
    return None if lower is None or upper is None else (upper - lower) / 2


def skew(series: Series) -> Fraction | None:
    """Adjusted Fisher-Pearson coefficient."""
    count, spread = len(series), deviation(series)
    if count < 3 or not spread:
        return None
    return Fraction(count, (count - 1) * (count - 2)) * _moment(series, 3) / spread**3


def kurtosis(series: Series) -> Fraction | None:
    """In excess of that of a normal distribution, corrected for bias."""
    count, spread = len(series), variance(series)
    if count < 4 or not spread:
        return None
    scale = Fraction(count * (count + 1), (count - 1) * (count - 2) * (count - 3))
    normal = Fraction(3 * (count - 1) ** 2, (count - 2) * (count - 3))
    return scale * _moment(series, 4) / spread**2 - normal


def _moment(series: Series, power: int) -> Fraction:
    """Sum of the powers of what each differs from the mean by."""
    centre = mean(series) or Fraction()
    return sum(((value - centre) ** power for value in series), Fraction())


def _root(value: Fraction) -> Fraction:
    quotient = _ROOTS.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Fraction(quotient.sqrt(_ROOTS))


LOWER: Final = quantile(Fraction(1, 4))
UPPER: Final = quantile(Fraction(3, 4))
FIGURES: Final[Mapping[str, Figure]] = {
    "average": mean,
    "maximum": lambda series: max(series, default=None),
    "minimum": lambda series: min(series, default=None),
    "median": quantile(Fraction(1, 2)),
    "std-dev": deviation,
    "sum": lambda series: sum(series, Fraction()) if series else None,
    "variance": variance,
    "20-percent": quantile(Fraction(1, 5)),
    "80-percent": quantile(Fraction(4, 5)),
    "4-lower": LOWER,
    "4-upper": UPPER,
    "4-dev": quartile_deviation,
    "5-1": quantile(Fraction(1, 5)),
    "5-2": quantile(Fraction(2, 5)),
    "5-3": quantile(Fraction(3, 5)),
    "5-4": quantile(Fraction(4, 5)),
    "skew": skew,
    "kurtosis": kurtosis,
}
"""Code -> what it is. `count` and `total-count` are not of the values; `regression` is not offered:
R4 does not say how its two results are written."""
PLAIN: Final = frozenset({"skew", "kurtosis"})
"""Without a unit."""
SQUARED: Final = frozenset({"variance"})
"""In the square of the unit."""
