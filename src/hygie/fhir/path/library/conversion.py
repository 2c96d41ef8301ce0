"""Explicit conversion of a value to each type of the language (§5.5). The rules are the values'."""

from typing import Final

from hygie.fhir.path import values
from hygie.fhir.path.library.signature import Signature, argument

_UNIT: Final = (argument("String", optional=True),)
FUNCTIONS: Final = (
    Signature("toBoolean", "Any", "Boolean", values.to_boolean),
    Signature("toInteger", "Any", "Integer", values.to_integer),
    Signature("toLong", "Any", "Integer", values.to_long),
    Signature("toDecimal", "Any", "Decimal", values.to_decimal),
    Signature("toString", "Any", "String", values.to_string),
    Signature("toDate", "Any", "Date", values.to_date),
    Signature("toDateTime", "Any", "DateTime", values.to_date_time),
    Signature("toTime", "Any", "Time", values.to_time),
    Signature("toQuantity", "Any", "Quantity", values.to_quantity, _UNIT),
    Signature("convertsToBoolean", "Any", "Boolean", values.converts_to_boolean),
    Signature("convertsToInteger", "Any", "Boolean", values.converts_to_integer),
    Signature("convertsToLong", "Any", "Boolean", values.converts_to_long),
    Signature("convertsToDecimal", "Any", "Boolean", values.converts_to_decimal),
    Signature("convertsToString", "Any", "Boolean", values.converts_to_string),
    Signature("convertsToDate", "Any", "Boolean", values.converts_to_date),
    Signature("convertsToDateTime", "Any", "Boolean", values.converts_to_date_time),
    Signature("convertsToTime", "Any", "Boolean", values.converts_to_time),
    Signature("convertsToQuantity", "Any", "Boolean", values.converts_to_quantity, _UNIT),
)
