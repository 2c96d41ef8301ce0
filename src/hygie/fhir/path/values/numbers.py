"""Integer and Decimal: exact, bounded, with no binary fraction anywhere.

A Decimal carries up to 38 digits (`MAX_DECIMAL_DIGITS`) and stays under 10^28 either way, which
covers what FHIRPath asks for, (10^28 - 1) / 10^8. A quotient that does not end has 28 digits.
What leaves these bounds has no value (FHIRPath, Math: overflow and underflow are empty).
"""

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Final

from hygie.limits import MAX_DECIMAL_DIGITS, MAX_DECIMAL_EXPONENT

INTEGER_MIN: Final = -(2**31)
INTEGER_MAX: Final = 2**31 - 1
LONG_MIN: Final = -(2**63)
LONG_MAX: Final = 2**63 - 1
LARGEST_EXPONENT: Final = 27
"""Of the leading digit: every Decimal is under 10^28."""
EXACT: Final = Context(prec=MAX_DECIMAL_DIGITS, rounding=ROUND_HALF_UP, traps=[])
_QUOTIENT: Final = Context(prec=28, rounding=ROUND_HALF_UP, traps=[])


def as_decimal(value: object) -> Decimal | None:
    """A number as a Decimal, by the implicit conversion of integers; None for another value."""
    if type(value) is Decimal:
        return value
    return Decimal(value) if type(value) is int else None


def bounded(number: Decimal) -> Decimal | None:
    """The number, or None for what is too large or too small to be carried, or is no number."""
    if not number:
        return number
    if number.is_finite() and -MAX_DECIMAL_EXPONENT <= number.adjusted() <= LARGEST_EXPONENT:
        return number
    return None


def integer(number: int, left: int, right: int) -> int | None:
    """A result of two integers: 32 bits, or 64 when one of them was a Long already."""
    if INTEGER_MIN <= number <= INTEGER_MAX:
        return number
    small = INTEGER_MIN <= left <= INTEGER_MAX and INTEGER_MIN <= right <= INTEGER_MAX
    return None if small or not LONG_MIN <= number <= LONG_MAX else number


def quotient(left: Decimal, right: Decimal) -> Decimal | None:
    """Exact where it ends within 37 digits; None for a division by zero."""
    return _divided(left, right) if right else None


def decimal_of(ratio: Fraction) -> Decimal | None:
    """The ratio, exact where it ends within 37 digits; otherwise its first 28."""
    return _divided(Decimal(ratio.numerator), Decimal(ratio.denominator))


def _divided(above: Decimal, below: Decimal) -> Decimal | None:
    """A quotient that fills its digits is one that was rounded."""
    short = _QUOTIENT.divide(above, below)
    if len(short.as_tuple().digits) < _QUOTIENT.prec:
        return bounded(short)
    exact = EXACT.divide(above, below)
    return bounded(exact if len(exact.as_tuple().digits) < EXACT.prec else short)


def places(ratio: Fraction) -> int | None:
    """Digits after the decimal point, trailing zeros apart; None when they do not end."""
    rest, twos, fives = ratio.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def rounded(ratio: Fraction, digits: int) -> int:
    """The ratio in units of its last digit kept, halves away from zero."""
    scaled = abs(ratio) * Fraction(10**digits)
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return -whole if ratio < 0 else whole
