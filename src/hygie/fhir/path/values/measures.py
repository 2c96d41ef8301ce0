"""Two quantities brought to one unit, exactly (FHIRPath 3.0.0, Unit Conversions)."""

from fractions import Fraction
from typing import NamedTuple

from hygie.fhir.path.values.durations import CALENDAR, DEFINITE, LONG_DEFINITE, Duration, ratio
from hygie.fhir.path.values.numbers import decimal_of
from hygie.fhir.path.values.quantity import Quantity
from hygie.fhir.path.values.units import Unit, unit_of


class Pair(NamedTuple):
    """The values of two quantities in one unit, that of one of them."""

    left: Fraction
    right: Fraction
    unit: str


class Scale(NamedTuple):
    """x of a quantity's unit is `(x + zero) * factor` in what both are measured by."""

    factor: Fraction
    zero: Fraction = Fraction(0)


def coarse(left: Quantity, right: Quantity, *, equivalent: bool = False) -> Pair | None:
    """In the least granular of the two units; None when they are not of one kind.

    A calendar year or month has nothing in common with a definite one, unless they are only to be
    `equivalent` (`~`).
    """
    scales = _scales(left, right, equivalent=equivalent)
    return _pair(left, right, *scales, largest=True) if scales else None


def fine(left: Quantity, right: Quantity) -> Pair | None:
    """In the most granular of the two units, to add them; None when they cannot be.

    Years and months add up only with their like (3.0.0: what they convert to is not equal), and
    temperatures of different scales do not.
    """
    scales = _scales(left, right, equivalent=False)
    if scales is None:
        return None
    if left.unit != right.unit and any(scale.zero for scale in scales):
        return None
    units = left.calendar, right.calendar
    if units[0] is not units[1] and any(unit and not unit.exact for unit in units):
        return None
    return _pair(left, right, *scales, largest=False)


def converted(quantity: Quantity, unit: str) -> Quantity | None:
    """The quantity in another unit, as `toQuantity(unit)` gives it; None when it cannot be.

    Between the calendar and UCUM, the conversion is made among the units of the source, then to
    the corresponding unit of the target: 1 year is 1 'a', and 182.5 days are 0.5 'a'.
    """
    if quantity.unit == unit:
        return quantity
    source, target = quantity.calendar, CALENDAR.get(unit)
    if source and not target:
        target = DEFINITE.get(unit)
    scales = (
        (Scale(ratio(source, target)), Scale(Fraction(1)))
        if source and target
        else _definite(_definite_text(quantity), target.definite if target else unit)
    )
    if scales is None:
        return None
    value = decimal_of(_rescaled(Fraction(quantity.value), *scales))
    return None if value is None else Quantity(value, unit)


def _definite_text(quantity: Quantity) -> str:
    duration = quantity.calendar
    return duration.definite if duration else quantity.unit


def _rescaled(value: Fraction, source: Scale, target: Scale) -> Fraction:
    return (value + source.zero) * source.factor / target.factor - target.zero


def _pair(
    left: Quantity, right: Quantity, one: Scale, other: Scale, *, largest: bool
) -> Pair | None:
    values = Fraction(left.value), Fraction(right.value)
    if (one.factor >= other.factor) is largest or one == other:
        return Pair(values[0], _rescaled(values[1], other, one), left.unit)
    return Pair(_rescaled(values[0], one, other), values[1], right.unit)


def _scales(left: Quantity, right: Quantity, *, equivalent: bool) -> tuple[Scale, Scale] | None:
    if left.unit == right.unit:
        return Scale(Fraction(1)), Scale(Fraction(1))
    one, other = left.calendar, right.calendar
    if one and other:
        return _calendar(one, other)
    if (one or other) and not equivalent and not _exact(left, right):
        return None
    return _definite(_definite_text(left), _definite_text(right))


def _calendar(one: Duration, other: Duration) -> tuple[Scale, Scale]:
    return Scale(ratio(one, other)), Scale(Fraction(1))


def _exact(*quantities: Quantity) -> bool:
    """Whether a calendar quantity and a definite one are both of weeks or less."""
    return all(
        duration.exact if (duration := quantity.calendar) else quantity.unit not in LONG_DEFINITE
        for quantity in quantities
    )


def _definite(one: str, other: str) -> tuple[Scale, Scale] | None:
    units = unit_of(one), unit_of(other)
    if units[0] is None or units[1] is None or units[0].dimension != units[1].dimension:
        return None
    return _scale(units[0]), _scale(units[1])


def _scale(unit: Unit) -> Scale:
    return Scale(unit.factor, unit.zero)
