"""lowBoundary(), highBoundary() and precision() (FHIRPath, Utility functions).

A number stands for what rounds to it: 1.587 for 1.5865 to 1.5875. A date stands for its span; one
whose zone is unknown for that of every zone, from +14:00 to -12:00.
"""

from calendar import monthrange
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Final

from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.values.calendar_steps import Moment
from hygie.fhir.path.values.date import Date
from hygie.fhir.path.values.date_time import EAST, WEST, DateTime, zone_text
from hygie.fhir.path.values.numbers import bounded
from hygie.fhir.path.values.phrases import OPERAND, UNKNOWN, type_name
from hygie.fhir.path.values.quantity import Quantity
from hygie.fhir.path.values.time_of_day import Time, fraction_digits
from hygie.limits import MAX_DECIMAL_DIGITS, MAX_DECIMAL_EXPONENT

DECIMAL_PLACES: Final = 8
"""Of a boundary, unless others are asked for."""
MAX_DECIMAL_PLACES: Final = 28
_WIDE: Final = Context(prec=2 * (MAX_DECIMAL_DIGITS + MAX_DECIMAL_EXPONENT), traps=[])
_HALF: Final = Decimal("0.5")
_DATE: Final = (4, 6, 8)
_CLOCK: Final = (2, 4, 6, 9)
_DATE_TIME: Final = (*_DATE, 10, 12, 14, 17)
_LAST: Final = Decimal("59.999")

Value = int | Decimal | Quantity | Moment


def low_boundary(value: object, precision: int | None = None) -> Value | None:
    """The least the value may stand for, to so many digits; None when there are none such.

    Digits are those after the point for numbers, 8 by default; for dates and times those written:
    4, 6 or 8 for a Date, as far as 17 for a DateTime, 2, 4, 6 or 9 for a Time, the most by default.
    """
    return _boundary("lowBoundary", value, precision, high=False)


def high_boundary(value: object, precision: int | None = None) -> Value | None:
    """The greatest the value may stand for, in the same way."""
    return _boundary("highBoundary", value, precision, high=True)


def precision(value: object) -> int:
    """Digits after the point of a number; digits of a date or time, its zone apart."""
    match value:
        case bool():
            pass
        case int():
            return 0
        case Decimal():
            return fraction_digits(value)
        case Quantity():
            return fraction_digits(value.value)
        case Date() | DateTime() | Time():
            return value.precision
    raise wrong("operands", OPERAND, UNKNOWN, operator="precision", left=type_name(value))


def _boundary(name: str, value: object, digits: int | None, *, high: bool) -> Value | None:
    match value:
        case bool():
            pass
        case int() | Decimal():
            return _number(Decimal(value), DECIMAL_PLACES if digits is None else digits, high=high)
        case Quantity():
            bound = _boundary(name, value.value, digits, high=high)
            return Quantity(bound, value.unit) if isinstance(bound, Decimal) else None
        case Date():
            return _date(value, 8 if digits is None else digits, high=high)
        case DateTime():
            return _date_time(value, 17 if digits is None else digits, high=high)
        case Time():
            return _time(value, 9 if digits is None else digits, high=high)
    raise wrong("operands", OPERAND, UNKNOWN, operator=name, left=type_name(value))


def _number(value: Decimal, digits: int, *, high: bool) -> Decimal | None:
    """To fewer digits than it has, the bound nearer zero is cut and the one farther is rounded:
    0.0034 to one digit is from 0.0 to 0.0."""
    if not 0 <= digits <= MAX_DECIMAL_PLACES:
        return None
    half = _HALF.scaleb(-fraction_digits(value), _WIDE)
    bound = _WIDE.add(value, half) if high else _WIDE.subtract(value, half)
    outward = bound > 0 if high else bound < 0
    rounding = ROUND_HALF_UP if outward else ROUND_DOWN
    return bounded(bound.quantize(Decimal(1).scaleb(-digits), rounding, _WIDE))


def _date(value: Date, digits: int, *, high: bool) -> Date | None:
    if digits not in _DATE:
        return None
    return Date(*_day(value, high=high)[: _DATE.index(digits) + 1])


def _time(value: Time, digits: int, *, high: bool) -> Time | None:
    if digits not in _CLOCK:
        return None
    return Time(*_clock(value.hour, value.minute, value.second, digits, high=high))


def _date_time(value: DateTime, digits: int, *, high: bool) -> DateTime | None:
    if digits not in _DATE_TIME:
        return None
    day = _day(value, high=high)
    if digits <= 8:
        return DateTime.at(Date(*day[: _DATE.index(digits) + 1]))
    clock = _clock(value.hour, value.minute, value.second, digits - 8, high=high)
    zone = value.zone or zone_text(-WEST if high else EAST)
    return DateTime(*day, *clock, zone)


def _day(value: Date | DateTime, *, high: bool) -> tuple[int, int, int]:
    month = value.month or (12 if high else 1)
    day = value.day or (monthrange(value.year, month)[1] if high else 1)
    return value.year, month, day


def _clock(
    hour: int | None, minute: int | None, second: Decimal | None, digits: int, *, high: bool
) -> tuple[int, int | None, Decimal | None]:
    """The first or last of what is not known, as far as so many digits."""
    if hour is None:
        hour = 23 if high else 0
    if minute is None:
        minute = 59 if high else 0
    if second is None:
        second = _LAST if high else Decimal("0.000")
    return (
        hour,
        minute if digits >= 4 else None,
        _second(second, high=high) if digits == 9 else _whole(second) if digits == 6 else None,
    )


def _second(second: Decimal, *, high: bool) -> Decimal:
    """To the millisecond: digits not written are 0, or 9."""
    if not high:
        return second.quantize(Decimal("0.001"), ROUND_DOWN)
    unit = Decimal(1).scaleb(-min(fraction_digits(second), 3))
    return second.quantize(unit, ROUND_DOWN) + unit - Decimal("0.001")


def _whole(second: Decimal) -> Decimal:
    return second.quantize(Decimal(1), ROUND_DOWN)
