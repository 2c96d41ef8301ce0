"""toBoolean() … toQuantity() on a single value, and convertsTo…() (FHIRPath, Conversion).

Each gives None for what does not convert.
"""

import re
from decimal import Decimal
from typing import Final

from hygie.fhir.path.values.date import Date
from hygie.fhir.path.values.date_time import DateTime
from hygie.fhir.path.values.durations import CALENDAR
from hygie.fhir.path.values.measures import converted
from hygie.fhir.path.values.numbers import INTEGER_MAX, INTEGER_MIN, LONG_MAX, LONG_MIN, bounded
from hygie.fhir.path.values.quantity import Quantity
from hygie.fhir.path.values.time_of_day import Time
from hygie.limits import MAX_DECIMAL_DIGITS, MAX_UNIT_CHARACTERS

_TRUE: Final = frozenset({"true", "t", "yes", "y", "1", "1.0"})
_FALSE: Final = frozenset({"false", "f", "no", "n", "0", "0.0"})
_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_QUANTITY: Final = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)\s*(?:'([^']+)'|([a-zA-Z]+))?", re.ASCII)
_LONGEST_NUMBER: Final = 2 * MAX_DECIMAL_DIGITS
_LONGEST_QUANTITY: Final = _LONGEST_NUMBER + MAX_UNIT_CHARACTERS


def to_boolean(value: object) -> bool | None:
    if type(value) is bool:
        return value
    if type(value) is str:
        word = value.lower() if len(value) <= 5 else ""
        return True if word in _TRUE else False if word in _FALSE else None
    if type(value) is int or type(value) is Decimal:
        return True if value == 1 else False if value == 0 else None
    return None


def to_integer(value: object) -> int | None:
    number = to_long(value)
    return None if number is None or not INTEGER_MIN <= number <= INTEGER_MAX else number


def to_long(value: object) -> int | None:
    """Of 64 bits."""
    if type(value) is str:
        readable = len(value) <= _LONGEST_NUMBER and _INTEGER.fullmatch(value)
        value = int(value) if readable else None
    if type(value) is bool:
        return int(value)
    return value if type(value) is int and LONG_MIN <= value <= LONG_MAX else None


def to_decimal(value: object) -> Decimal | None:
    if type(value) is Decimal:
        return value
    if type(value) is int:
        return Decimal(value)
    if type(value) is bool:
        return Decimal("1.0") if value else Decimal("0.0")
    return _decimal(value) if type(value) is str and _DECIMAL.fullmatch(value) else None


def to_string(value: object) -> str | None:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case int() | Date() | DateTime() | Time() | Quantity():
            return str(value)
    return None


def to_date(value: object) -> Date | None:
    if type(value) is DateTime:
        return value.date
    return Date.parse(value) if type(value) is str else value if type(value) is Date else None


def to_date_time(value: object) -> DateTime | None:
    if type(value) is Date:
        return DateTime.at(value)
    if type(value) is str:
        return DateTime.parse(value)
    return value if type(value) is DateTime else None


def to_time(value: object) -> Time | None:
    return Time.parse(value) if type(value) is str else value if type(value) is Time else None


def to_quantity(value: object, unit: str | None = None) -> Quantity | None:
    """In `unit`, UCUM's or the calendar's, when one is given."""
    quantity = _quantity(value)
    return quantity if quantity is None or unit is None else converted(quantity, unit)


def converts_to_boolean(value: object) -> bool:
    return to_boolean(value) is not None


def converts_to_integer(value: object) -> bool:
    return to_integer(value) is not None


def converts_to_long(value: object) -> bool:
    return to_long(value) is not None


def converts_to_decimal(value: object) -> bool:
    return to_decimal(value) is not None


def converts_to_string(value: object) -> bool:
    return type(value) is bool or to_string(value) is not None


def converts_to_date(value: object) -> bool:
    return to_date(value) is not None


def converts_to_date_time(value: object) -> bool:
    return to_date_time(value) is not None


def converts_to_time(value: object) -> bool:
    return to_time(value) is not None


def converts_to_quantity(value: object, unit: str | None = None) -> bool:
    return to_quantity(value, unit) is not None


def _decimal(text: str) -> Decimal | None:
    """Bounded, as any number from outside."""
    if len(text) > _LONGEST_NUMBER:
        return None
    number = Decimal(text)
    return bounded(number) if len(number.as_tuple().digits) <= MAX_DECIMAL_DIGITS else None


def _quantity(value: object) -> Quantity | None:
    if type(value) is Quantity:
        return value
    if type(value) is str:
        return _read_quantity(value)
    number = to_decimal(value)
    return None if number is None else Quantity(number)


def _read_quantity(text: str) -> Quantity | None:
    """`4 days`, `10 'mg'`, `3`: a bare word is a unit of the calendar, none of UCUM's."""
    found = _QUANTITY.fullmatch(text) if len(text) <= _LONGEST_QUANTITY else None
    if found is None:
        return None
    digits, unit, word = found.groups()
    number = _decimal(digits)
    if number is None or (word and word not in CALENDAR):
        return None
    return Quantity(number, unit or word or "1")
