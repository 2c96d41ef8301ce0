"""`+ - * / div mod &` on two single values, and unary `-` (FHIRPath, Math).

None is for what has no value: a division by zero, an overflow, units that do not go together.
Refused is raised for operands of types that do not.
"""

from decimal import Decimal

from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.values.calendar_steps import Moment, is_moment, moved
from hygie.fhir.path.values.measures import fine
from hygie.fhir.path.values.numbers import (
    EXACT,
    as_decimal,
    bounded,
    decimal_of,
    integer,
    quotient,
)
from hygie.fhir.path.values.phrases import OPERAND, TEXT_LENGTH, UNKNOWN, mismatch, type_name
from hygie.fhir.path.values.quantity import Quantity, as_quantities
from hygie.fhir.path.values.units import combined
from hygie.limits import MAX_STRING_CHARACTERS

Result = bool | int | Decimal | str | Quantity | Moment | None


def add(left: object, right: object) -> Result:
    """Numbers, quantities, two texts, or a date or time and a duration."""
    if type(left) is int and type(right) is int:
        return integer(left + right, left, right)
    numbers = _decimals(left, right)
    if numbers is not None:
        return bounded(EXACT.add(*numbers))
    if type(left) is str and type(right) is str:
        return _joined(left, right)
    if is_moment(left) and type(right) is Quantity:
        return moved(left, right, 1)
    quantities = as_quantities(left, right)
    if quantities is None:
        raise mismatch("+", left, right)
    return _sum(*quantities, 1)


def subtract(left: object, right: object) -> Result:
    """Numbers, quantities, or a duration from a date or time."""
    if type(left) is int and type(right) is int:
        return integer(left - right, left, right)
    numbers = _decimals(left, right)
    if numbers is not None:
        return bounded(EXACT.subtract(*numbers))
    if is_moment(left) and type(right) is Quantity:
        return moved(left, right, -1)
    quantities = as_quantities(left, right)
    if quantities is None:
        raise mismatch("-", left, right)
    return _sum(*quantities, -1)


def multiply(left: object, right: object) -> Result:
    """Numbers and quantities; the units are multiplied."""
    if type(left) is int and type(right) is int:
        return integer(left * right, left, right)
    numbers = _decimals(left, right)
    if numbers is not None:
        return bounded(EXACT.multiply(*numbers))
    quantities = as_quantities(left, right)
    if quantities is None:
        raise mismatch("*", left, right)
    one, other = quantities
    return _with_unit(bounded(EXACT.multiply(one.value, other.value)), one, other, 1)


def divide(left: object, right: object) -> Result:
    """Numbers, always to a Decimal, and quantities; the units are divided."""
    numbers = _decimals(left, right)
    if numbers is not None:
        return quotient(*numbers)
    quantities = as_quantities(left, right)
    if quantities is None:
        raise mismatch("/", left, right)
    one, other = quantities
    return _with_unit(quotient(one.value, other.value), one, other, -1)


def div(left: object, right: object) -> Result:
    """The whole part of the quotient of two numbers, of their type."""
    if type(left) is int and type(right) is int:
        return integer(_whole(left, right), left, right) if right else None
    numbers = _decimals(left, right)
    if numbers is None:
        raise mismatch("div", left, right)
    return bounded(EXACT.divide_int(*numbers)) if numbers[1] else None


def mod(left: object, right: object) -> Result:
    """What `div` leaves, of the sign of the left operand."""
    if type(left) is int and type(right) is int:
        return left - right * _whole(left, right) if right else None
    numbers = _decimals(left, right)
    if numbers is None:
        raise mismatch("mod", left, right)
    return bounded(EXACT.remainder(*numbers)) if numbers[1] else None


def negate(value: object) -> Result:
    """A number or a quantity with the other sign."""
    if type(value) is int:
        return integer(-value, value, value)
    if type(value) is Decimal:
        return EXACT.minus(value)
    if type(value) is Quantity:
        return Quantity(EXACT.minus(value.value), value.unit)
    raise wrong("operands", OPERAND, UNKNOWN, operator="-", left=type_name(value))


def concatenate(left: object, right: object) -> str:
    """`&` on two texts; an empty operand is the caller's to take for an empty text."""
    if type(left) is str and type(right) is str:
        return _joined(left, right)
    raise mismatch("&", left, right)


def _joined(left: str, right: str) -> str:
    if len(left) + len(right) > MAX_STRING_CHARACTERS:
        raise wrong("too-large", TEXT_LENGTH, UNKNOWN, limit=str(MAX_STRING_CHARACTERS))
    return left + right


def _decimals(left: object, right: object) -> tuple[Decimal, Decimal] | None:
    one, other = as_decimal(left), as_decimal(right)
    return None if one is None or other is None else (one, other)


def _whole(left: int, right: int) -> int:
    """Towards zero, where Python's `//` goes down."""
    whole = abs(left) // abs(right)
    return whole if (left < 0) is (right < 0) else -whole


def _sum(left: Quantity, right: Quantity, sign: int) -> Quantity | None:
    """In the more granular unit."""
    if left.unit == right.unit:
        operation = EXACT.add if sign > 0 else EXACT.subtract
        total = bounded(operation(left.value, right.value))
        return None if total is None else Quantity(total, left.unit)
    pair = fine(left, right)
    if pair is None:
        return None
    total = decimal_of(pair.left + sign * pair.right)
    return None if total is None else Quantity(total, pair.unit)


def _with_unit(value: Decimal | None, left: Quantity, right: Quantity, power: int) -> Result:
    unit = combined(left.unit, right.unit, power)
    return None if value is None or unit is None else Quantity(value, unit)
