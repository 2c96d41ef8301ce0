"""Quantity: a decimal and its unit (FHIRPath, Quantity)."""

from dataclasses import dataclass
from decimal import Decimal

from hygie.fhir.path.values.durations import CALENDAR, Duration
from hygie.fhir.path.values.numbers import as_decimal


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in a UCUM unit, or in one of the calendar's: `year`, `months`, `day`…

    A unit that is neither (`'tablet'`) is kept: it compares with itself only. Python's `==` is
    narrower than FHIRPath's `=`, for it converts nothing: 1 'g' is not 1000 'mg' there.
    """

    value: Decimal
    unit: str = "1"

    @property
    def calendar(self) -> Duration | None:
        """The calendar unit, when it is one."""
        return CALENDAR.get(self.unit)

    def __str__(self) -> str:
        unit = self.unit if self.unit in CALENDAR else f"'{self.unit or '1'}'"
        return f"{self.value:f} {unit}"


def as_quantities(left: object, right: object) -> tuple[Quantity, Quantity] | None:
    """Both as quantities, where one is and the other is too, or is a number: of unit `1`."""
    if type(left) is Quantity:
        other = as_quantity(right)
        return (left, other) if other else None
    if type(right) is Quantity:
        other = as_quantity(left)
        return (other, right) if other else None
    return None


def as_quantity(value: object) -> Quantity | None:
    """The implicit conversion of numbers (FHIRPath, Conversion)."""
    if type(value) is Quantity:
        return value
    number = as_decimal(value)
    return None if number is None else Quantity(number)
