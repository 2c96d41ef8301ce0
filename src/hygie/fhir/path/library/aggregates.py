"""sum, min, max and avg of a collection of values of one type (§7.2–7.5)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from hygie.fhir.path.items import Item, Value, system
from hygie.fhir.path.library import phrases
from hygie.fhir.path.library.signature import AMOUNT, Signature
from hygie.fhir.path.library.singleton import converted, lacks_value, type_name, wrong_type
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.values import add, divide, order


def total(items: list[Item]) -> Any:
    """`sum()`"""
    return _total(_values(items, "sum"), "sum")


def average(items: list[Item]) -> Any:
    """`avg()`: a Decimal, or a Quantity."""
    values = _values(items, "avg")
    found = _total(values, "avg")
    return None if found is None else divide(found, Decimal(len(values)))


def smallest(items: list[Item]) -> Any:
    return _extreme(items, "min", lambda found: found < 0)


def largest(items: list[Item]) -> Any:
    return _extreme(items, "max", lambda found: found > 0)


def _total(values: list[Value], name: str) -> Any:
    amounts = [converted(value, AMOUNT, name) for value in values]
    found: Any = None
    for amount in amounts:
        found = amount if found is None else add(found, amount)
        if found is None:
            return None
    return found


def _extreme(items: list[Item], name: str, is_better: Callable[[int], bool]) -> Any:
    """Empty when two values cannot be told apart (@2012 and @2012-05)."""

    values = _values(items, name)
    if any(type(value) is bool for value in values):
        raise wrong_type(name, "Any", "Boolean")
    best = values[0] if values else None
    for value in values[1:]:
        found = order(value, best)
        if found is None:
            return None
        best = value if is_better(found) else best
    return best


def _values(items: list[Item], name: str) -> list[Value]:
    """The values of the items. Refused for an element of a complex type, and for mixed types."""
    values = []
    for item in items:
        value = system(item)
        if value is not None:
            values.append(value)
        elif not lacks_value(item):
            raise wrong_type(name, "Any", type_name(item))
    if len({type(value) for value in values}) > 1:
        raise wrong("not-ordered", phrases.NOT_ORDERED, -1, name=name)
    return values


FUNCTIONS: Final = (
    Signature("sum", "collection", "value", total),
    Signature("avg", "collection", "value", average),
    Signature("min", "collection", "value", smallest),
    Signature("max", "collection", "value", largest),
)
