"""The values of FHIRPath, and what equal, ordered, added and converted mean for them.

Booleans, texts, integers and decimals are `bool`, `str`, `int` and `decimal.Decimal`; the other
types of the System namespace are here. All are immutable; nothing is computed with binary
fractions.
"""

from hygie.fhir.path.values.arithmetic import (
    add,
    concatenate,
    div,
    divide,
    mod,
    multiply,
    negate,
    subtract,
)
from hygie.fhir.path.values.boundaries import high_boundary, low_boundary, precision
from hygie.fhir.path.values.conversions import (
    converts_to_boolean,
    converts_to_date,
    converts_to_date_time,
    converts_to_decimal,
    converts_to_integer,
    converts_to_long,
    converts_to_quantity,
    converts_to_string,
    converts_to_time,
    to_boolean,
    to_date,
    to_date_time,
    to_decimal,
    to_integer,
    to_long,
    to_quantity,
    to_string,
    to_time,
)
from hygie.fhir.path.values.date import Date
from hygie.fhir.path.values.date_time import DateTime
from hygie.fhir.path.values.equality import alike, same
from hygie.fhir.path.values.literals import read_literal
from hygie.fhir.path.values.ordering import comparable, order
from hygie.fhir.path.values.quantity import Quantity
from hygie.fhir.path.values.time_of_day import Time

__all__ = [
    "Date",
    "DateTime",
    "Quantity",
    "Time",
    "add",
    "alike",
    "comparable",
    "concatenate",
    "converts_to_boolean",
    "converts_to_date",
    "converts_to_date_time",
    "converts_to_decimal",
    "converts_to_integer",
    "converts_to_long",
    "converts_to_quantity",
    "converts_to_string",
    "converts_to_time",
    "div",
    "divide",
    "high_boundary",
    "low_boundary",
    "mod",
    "multiply",
    "negate",
    "order",
    "precision",
    "read_literal",
    "same",
    "subtract",
    "to_boolean",
    "to_date",
    "to_date_time",
    "to_decimal",
    "to_integer",
    "to_long",
    "to_quantity",
    "to_string",
    "to_time",
]
