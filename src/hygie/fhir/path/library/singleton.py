"""Singleton evaluation: a collection where a single item, value or truth is expected (§4.5)."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from hygie.fhir.path.items import QUANTITIES, SYSTEM_TYPES, Element, Item, TypeInfo, Value, system
from hygie.fhir.path.library import phrases
from hygie.fhir.path.library.signature import KINDS
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.values import Date, DateTime, Quantity, Time
from hygie.refusal import Refused

VALUE_TYPES: Final[Mapping[type, str]] = {
    bool: "Boolean",
    str: "String",
    int: "Integer",
    Decimal: "Decimal",
    Date: "Date",
    DateTime: "DateTime",
    Time: "Time",
    Quantity: "Quantity",
}
"""Python class of a value -> its type in the language."""


def single(items: Sequence[Item], name: str) -> Item | None:
    """The only item, None if there is none. Refused if there are several."""
    if len(items) > 1:
        raise wrong("several", phrases.SEVERAL, -1, name=name, count=str(len(items)))
    return items[0] if items else None


def single_value(items: Sequence[Item], name: str) -> Value | None:
    """The value of the only item: for operators, to which complex elements mean nothing.

    None if there is no item, or only a primitive without a value.
    """
    item = single(items, name)
    if item is None:
        return None
    value = system(item)
    if value is None and not lacks_value(item):
        raise wrong_type(name, "a value", type_name(item))
    return value


def single_argument(items: Sequence[Item], takes: str, name: str) -> Item | None:
    """The only item as a value of the type that a function takes: see `Signature.takes`.

    Refused for several items, and for an item that is of no such type and converts to none.
    """
    item = single(items, name)
    if item is None:
        return None
    if takes == "Boolean":
        return truth_of(item)
    value = system(item)
    if value is None:
        if lacks_value(item):
            return None
        if takes == "Any":
            return item
        raise wrong_type(name, takes, type_name(item))
    return converted(value, takes, name)


def converted(value: Value, takes: str, name: str) -> Value:
    """A value, implicitly converted if its type is not taken as it is (§5.5, table)."""
    accepted = KINDS.get(takes, (takes,))
    found = VALUE_TYPES[type(value)]
    if found in accepted:
        return value
    for wanted, convert in IMPLICIT.get(found, {}).items():
        if wanted in accepted:
            return convert(value)
    raise wrong_type(name, takes, found)


IMPLICIT: Final[Mapping[str, Mapping[str, Callable[..., Value]]]] = {
    "Integer": {"Decimal": Decimal, "Quantity": lambda value: Quantity(Decimal(value), "1")},
    "Decimal": {"Quantity": lambda value: Quantity(value, "1")},
    "Date": {"DateTime": DateTime.at},
}


def truth(items: Sequence[Item], name: str) -> bool | None:
    """A collection read as a truth: its Boolean, or true for a single other item."""
    item = single(items, name)
    return None if item is None else truth_of(item)


def truth_of(item: Item) -> bool | None:
    """An item read as a truth. A FHIR boolean that has only extensions says nothing."""
    if type(item) is bool:
        return item
    if isinstance(item, Element) and item.type == "boolean":
        return item.value if type(item.value) is bool else None
    return True


def lacks_value(item: Item) -> bool:
    """Whether an item is of a type that is taken for a value, but holds none."""
    return isinstance(item, Element) and (item.type in SYSTEM_TYPES or item.type in QUANTITIES)


def type_name(item: Item) -> str:
    """The type of an item, as a refusal names it."""
    if isinstance(item, Element):
        return item.type
    return "TypeInfo" if isinstance(item, TypeInfo) else VALUE_TYPES[type(item)]


def wrong_type(name: str, expected: str, found: str) -> Refused:
    shown = " | ".join(KINDS.get(expected, (expected,)))
    return wrong("wrong-type", phrases.WRONG_TYPE, -1, name=name, expected=shown, found=found)
