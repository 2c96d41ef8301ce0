"""Two quantities brought to one unit, exactly (FHIRPath 3.0.0, Unit Conversions)."""

from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from hygie.fhir.path.values.durations import CALENDAR, DEFINITE, LONG_DEFINITE, Duration, ratio
from hygie.fhir.path.values.numbers import decimal_of
from hygie.fhir.path.values.quantity import Quantity
from hygie.fhir.path.values.units import unit_of
from hygie.limits import MAX_UNIT_CHARACTERS

_CACHED: Final = 4_096


class Step(NamedTuple):
    """From one unit to another: x becomes `x * factor + shift`."""

    factor: Fraction
    shift: Fraction

    def taken(self, value: Fraction) -> Fraction:
        return value * self.factor + self.shift if self.shift else value * self.factor


class Bridge(NamedTuple):
    """The way from one unit to another, and back."""

    there: Step
    back: Step
    coarser: bool
    """Whether the one is the less granular of the two, or as granular."""


class Pair(NamedTuple):
    """The values of two quantities in one unit, that of one of them."""

    left: Fraction
    right: Fraction
    unit: str


def coarse(left: Quantity, right: Quantity, *, equivalent: bool = False) -> Pair | None:
    """In the least granular of the two units; None when they are not of one kind.

    A calendar year or month has nothing in common with a definite one, unless they are only to be
    `equivalent` (`~`).
    """
    bridge = _bridge(left.unit, right.unit, equivalent=equivalent)
    return _met(left, right, bridge, at_left=bridge.coarser) if bridge else None


def fine(left: Quantity, right: Quantity) -> Pair | None:
    """In the most granular of the two units, to add them; None when they cannot be.

    Years and months add up only with their like (3.0.0: what they convert to is not equal), and
    temperatures of different scales do not.
    """
    one, other = left.calendar, right.calendar
    if one is not other and not all(unit is None or unit.exact for unit in (one, other)):
        return None
    bridge = _bridge(left.unit, right.unit, equivalent=False)
    if bridge is None or bridge.there.shift:
        return None
    return _met(left, right, bridge, at_left=not bridge.coarser)


def converted(quantity: Quantity, unit: str) -> Quantity | None:
    """The quantity in another unit, as `toQuantity(unit)` gives it; None when it cannot be.

    Between the calendar and UCUM, the conversion is made among the units of the source, then to
    the corresponding unit of the target: 1 year is 1 'a', and 182.5 days are 0.5 'a'.
    """
    source, target = quantity.calendar, unit
    if source:
        target = DEFINITE[unit].name if unit in DEFINITE else unit
    elif unit in CALENDAR:
        target = CALENDAR[unit].definite
    bridge = _bridge(quantity.unit, target, equivalent=True)
    value = decimal_of(bridge.there.taken(Fraction(quantity.value))) if bridge else None
    return None if value is None else Quantity(value, unit)


def _met(left: Quantity, right: Quantity, bridge: Bridge, *, at_left: bool) -> Pair:
    one, other = Fraction(left.value), Fraction(right.value)
    if at_left:
        return Pair(one, bridge.back.taken(other), left.unit)
    return Pair(bridge.there.taken(one), other, right.unit)


def _bridge(source: str, target: str, *, equivalent: bool) -> Bridge | None:
    if max(len(source), len(target)) > MAX_UNIT_CHARACTERS:  # no cache holds texts of any length
        return _NOWHERE if source == target else None
    return _found(source, target, equivalent)


@lru_cache(maxsize=_CACHED)
def _found(source: str, target: str, equivalent: bool) -> Bridge | None:  # noqa: FBT001 - a key
    if source == target:
        return _NOWHERE
    one, other = CALENDAR.get(source), CALENDAR.get(target)
    if one and other:
        return _by(ratio(one, other), Fraction(0))
    if (one or other) and not equivalent and not (_exact(source, one) and _exact(target, other)):
        return None
    return _definite(one.definite if one else source, other.definite if other else target)


def _exact(unit: str, duration: Duration | None) -> bool:
    """Of weeks or less, when it is a time: the calendar's and the definite are then equal."""
    return duration.exact if duration else unit not in LONG_DEFINITE


def _definite(source: str, target: str) -> Bridge | None:
    one, other = unit_of(source), unit_of(target)
    if one is None or other is None or one.dimension != other.dimension:
        return None
    factor = one.factor / other.factor
    return _by(factor, one.zero * factor - other.zero)


def _by(factor: Fraction, shift: Fraction) -> Bridge:
    return Bridge(Step(factor, shift), Step(1 / factor, -shift / factor), factor >= 1)


_NOWHERE: Final = _by(Fraction(1), Fraction(0))
