"""The implicit range of a number: what its digits leave open (R4 §3.1.1.4.8)."""

from decimal import Context, Decimal
from typing import Final

from hygie.limits import MAX_DECIMAL_DIGITS, MAX_DECIMAL_EXPONENT

NUMBER_MAX: Final = Decimal(f"1E+{2 * MAX_DECIMAL_EXPONENT}")
NUMBER_MIN: Final = -NUMBER_MAX
"""The open sides of a Range, or of a quantity with a comparator."""

_EXACT: Final = Context(prec=4 * MAX_DECIMAL_EXPONENT)
_FIVE: Final = Decimal(5)
_TENTH: Final = Decimal("0.1")


def implicit_range(value: Decimal | int) -> tuple[Decimal, Decimal]:
    """Half a unit of the last digit either side: 100 is 99.5 to 100.5, 1.00 is 0.995 to 1.005.

    With a positive exponent, a twentieth of its unit, as the specification's own example has it:
    1e2 is 95 to 105.
    """
    exact = value if type(value) is Decimal else Decimal(value)
    exponent = exact.as_tuple().exponent
    if not isinstance(exponent, int):
        return exact, exact
    half = _FIVE.scaleb(exponent - 1 if exponent <= 0 else exponent - 2)
    return _EXACT.subtract(exact, half), _EXACT.add(exact, half)


def approximate_range(value: Decimal) -> tuple[Decimal, Decimal]:
    """Ten per cent either side, and never less than the implicit range (prefix `ap`)."""
    low, high = implicit_range(value)
    tenth = _EXACT.multiply(abs(value), _TENTH)
    return min(low, _EXACT.subtract(value, tenth)), max(high, _EXACT.add(value, tenth))


def in_bounds(value: Decimal) -> bool:
    """Whether a number is one we agree to index or compare."""
    if not value.is_finite() or abs(value.adjusted()) > MAX_DECIMAL_EXPONENT:
        return False
    short = len(str(value)) <= MAX_DECIMAL_DIGITS  # most are: to count digits is slower
    return short or len(value.as_tuple().digits) <= MAX_DECIMAL_DIGITS
