"""Numbers and measurements as French readers write them: « 1 234,50 mmol/L », « < 0,5 »."""

from decimal import Decimal
from typing import Any

from hygie.web.present.dates import NBSP
from hygie.web.present.read import Json, text
from hygie.web.present.units import readable

THIN = "\u202f"
MOST_DECIMALS = 6
_COMPARATORS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}


def as_number(value: Any) -> Decimal | None:
    """A JSON number as an exact decimal. Booleans are not numbers."""
    if isinstance(value, Decimal):
        return value
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None


def say_number(value: Decimal) -> str:
    """All the digits given, a comma, thin spaces between thousands (not before 10 000).

    Beyond MOST_DECIMALS, which no instrument measures, « ≈ » and four significant digits or more.
    """
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MOST_DECIMALS and value:
        kept = max(3, 3 - value.adjusted())
        return f"≈{NBSP}{_digits(round(value, kept))}"
    return _digits(value)


def _digits(value: Decimal) -> str:
    digits = f"{value:f}".removeprefix("-")
    whole, _, fraction = digits.partition(".")
    grouped = f"{int(whole):,}".replace(",", THIN) if len(whole) > 4 else whole
    sign = "\u2212" if value < 0 else ""
    return f"{sign}{grouped},{fraction}" if fraction else f"{sign}{grouped}"


def say_count(count: int) -> str:
    """« 12 345 »."""
    return say_number(Decimal(count))


def say_unit(quantity: Json) -> str:
    """The unit as displayed, else its code, in signs people read."""
    return readable(text(quantity, "unit") or text(quantity, "code"))


def say_value(quantity: Json) -> str:
    """The number with its comparator, without its unit; empty when there is none."""
    value = as_number(quantity.get("value"))
    if value is None:
        return ""
    comparator = _COMPARATORS.get(text(quantity, "comparator"), "")
    return f"{comparator}{NBSP}{say_number(value)}" if comparator else say_number(value)


def say_quantity(quantity: Json) -> str:
    value, unit = say_value(quantity), say_unit(quantity)
    return f"{value}{NBSP}{unit}" if value and unit else value
