"""Functions of one number (§5.8). Decimal throughout: no binary fraction is ever involved.

What cannot be represented is empty. A Quantity keeps its unit.
"""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Final

from hygie.fhir.path.library import phrases
from hygie.fhir.path.library.signature import AMOUNT, NUMBER, Signature, argument
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.values import Quantity
from hygie.fhir.path.values.numbers import INTEGER_MAX, INTEGER_MIN, bounded
from hygie.limits import MAX_DECIMAL_DIGITS

Number = int | Decimal
Amount = int | Decimal | Quantity
TRANSCENDENT: Final = Context(prec=28, rounding=ROUND_HALF_UP, traps=[])
"""For results that do not end: roots, logarithms, powers."""
WIDE: Final = Context(prec=4 * MAX_DECIMAL_DIGITS, rounding=ROUND_HALF_UP, traps=[])


def absolute(value: Amount) -> Amount:
    if isinstance(value, Quantity):
        return Quantity(value.value.copy_abs(), value.unit)
    return value.copy_abs() if isinstance(value, Decimal) else abs(value)


def ceiling(value: Amount) -> int | Quantity | None:
    return _whole(value, ROUND_CEILING)


def floor(value: Amount) -> int | Quantity | None:
    return _whole(value, ROUND_FLOOR)


def truncate(value: Amount) -> int | Quantity | None:
    return _whole(value, ROUND_DOWN)


def _whole(value: Amount, rounding: str) -> int | Quantity | None:
    if isinstance(value, Quantity):
        return Quantity(value.value.to_integral_value(rounding), value.unit)
    number = int(Decimal(value).to_integral_value(rounding))
    return number if INTEGER_MIN <= number <= INTEGER_MAX else None


def rounded(value: Amount, precision: int | None = None) -> Decimal | Quantity | None:
    """To so many decimal places, halves away from zero; a number is never given more places."""
    if precision is not None and precision < 0:
        raise wrong("wrong-argument", phrases.WRONG_ARGUMENT, -1, name="round", expected="0, 1, …")
    if isinstance(value, Quantity):
        return Quantity(_rounded(value.value, precision or 0), value.unit)
    return _rounded(Decimal(value), precision or 0)


def _rounded(number: Decimal, places: int) -> Decimal:
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent <= places:
        return number
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, WIDE)


def exponential(value: Number) -> Decimal | None:
    return bounded(TRANSCENDENT.exp(Decimal(value)))


def natural_logarithm(value: Number) -> Decimal | None:
    return bounded(TRANSCENDENT.ln(_positive(value, "ln")))


def logarithm(value: Number, base: Number) -> Decimal | None:
    """Exact when the base is 10, or when a whole power of it gives the value."""
    number, root = _positive(value, "log"), _positive(base, "log")
    if root == 10:
        return bounded(TRANSCENDENT.log10(number))
    if root == 1:
        return None
    found = TRANSCENDENT.divide(TRANSCENDENT.ln(number), TRANSCENDENT.ln(root))
    whole = found.to_integral_value()
    is_whole = abs(whole) < 1_000 and TRANSCENDENT.power(root, whole) == number
    return bounded(whole if is_whole else found)


def _positive(value: Number, name: str) -> Decimal:
    """Refused for zero and below, which have no logarithm (§5.8, log)."""
    if value <= 0:
        raise wrong("wrong-argument", phrases.WRONG_ARGUMENT, -1, name=name, expected="> 0")
    return Decimal(value)


def power(value: Number, exponent: Number) -> Number | None:
    """An Integer of Integers, unless the exponent is negative: then, and else, a Decimal."""
    result = bounded(TRANSCENDENT.power(Decimal(value), Decimal(exponent)))
    if type(value) is not int or type(exponent) is not int or exponent < 0 or result is None:
        return result
    return int(result) if INTEGER_MIN <= result <= INTEGER_MAX else None


def square_root(value: Number) -> Decimal | None:
    return bounded(TRANSCENDENT.sqrt(Decimal(value)))


FUNCTIONS: Final = (
    Signature("abs", AMOUNT, "input", absolute),
    Signature("ceiling", AMOUNT, "value", ceiling),
    Signature("floor", AMOUNT, "value", floor),
    Signature("truncate", AMOUNT, "value", truncate),
    Signature("round", AMOUNT, "value", rounded, (argument("Integer", optional=True),)),
    Signature("exp", NUMBER, "Decimal", exponential),
    Signature("ln", NUMBER, "Decimal", natural_logarithm),
    Signature("log", NUMBER, "Decimal", logarithm, (argument(NUMBER),)),
    Signature("power", NUMBER, "value", power, (argument(NUMBER),)),
    Signature("sqrt", NUMBER, "Decimal", square_root),
)
