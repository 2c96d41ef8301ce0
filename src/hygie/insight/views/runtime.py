"""What the code of a view calls at run time."""

from decimal import Decimal
from typing import Any, Final

from hygie.fhir.path.items import Element
from hygie.fhir.path.values import Quantity, to_string
from hygie.insight.views import failures
from hygie.refusal import Refused

Resource = dict[str, Any]


def _type(resource: Resource) -> str:
    return str(resource.get("resourceType", ""))


def several(resource: Resource, name: str, place: str) -> Refused:
    return failures.several(_type(resource), name, place)


def not_boolean(resource: Resource, place: str) -> Refused:
    return failures.not_boolean(_type(resource), place)


def too_many_rows(resource: Resource) -> Refused:
    return failures.too_many_rows(_type(resource))


def to_json(item: Any) -> Any:
    """An item as JSON: an element as it stands in the resource; a value of the language as FHIR
    writes it. None for a primitive that has extensions only."""
    if type(item) is Element:
        return item.value
    if type(item) in (bool, str, int, Decimal):
        return item
    return quantity_json(item) if type(item) is Quantity else to_string(item)


def quantity_json(quantity: Quantity) -> dict[str, Any]:
    """A Quantity of the language as FHIR's (R4 fhirpath.html, "Use of FHIR Quantity")."""
    return {"value": quantity.value, "unit": quantity.unit}


# --- values whose type is known at run time only ------------------------------------------
def boolean_value(value: Any, resource: Resource, name: str, type_name: str, place: str) -> bool:
    if type(value) is bool:
        return value
    raise failures.misfit(_type(resource), name, type_name, place)


def integer_value(value: Any, resource: Resource, name: str, type_name: str, place: str) -> int:
    """A whole decimal is an integer: `6 / 2` is 3."""
    if type(value) is int:
        return value
    if type(value) is Decimal and value == value.to_integral_value():
        return int(value)
    raise failures.misfit(_type(resource), name, type_name, place)


def decimal_value(
    value: Any, resource: Resource, name: str, type_name: str, place: str
) -> Decimal | int:
    if type(value) in (int, Decimal):
        number: Decimal | int = value
        return number
    raise failures.misfit(_type(resource), name, type_name, place)


def object_value(
    value: Any, resource: Resource, name: str, type_name: str, place: str
) -> dict[str, Any]:
    if type(value) is dict:
        return value
    raise failures.misfit(_type(resource), name, type_name, place)


def text_value(value: Any, resource: Resource, name: str, type_name: str, place: str) -> str:
    """Any single value has a text (FHIRPath N1 §5.5, toString); JSON objects have none."""
    if type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is Decimal:
        return f"{value:f}"
    if type(value) is int:
        return str(value)
    raise failures.misfit(_type(resource), name, type_name, place)


NAMES: Final[dict[str, Any]] = {
    "boolean_value": boolean_value,
    "decimal_value": decimal_value,
    "endless": failures.endless,
    "integer_value": integer_value,
    "not_boolean": not_boolean,
    "object_value": object_value,
    "several": several,
    "text_value": text_value,
    "to_json": to_json,
    "too_many_rows": too_many_rows,
}
"""Globals of every compiled view, besides those of FHIRPath."""
