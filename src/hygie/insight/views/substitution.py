"""Constants put in the place of their names, as literals of the language.

SQL on FHIR, Using Constants: "these placeholders are replaced by the value of the constant before
the FHIRPath expression is evaluated". What runs a view never meets a constant.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from hygie.fhir.path.syntax import Literal, Moment, Node, Sign, Variable
from hygie.insight.views.definition import Constant

_DATES = frozenset({"date", "dateTime", "instant"})


def literal(constant: Constant) -> Node:
    """How FHIRPath writes the value: `'text'`, `-1.5`, `@2020-05-01`, `@2020-05T`, `@T12:00`."""
    value = constant.value
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and value < 0:
        return Sign("-", Literal(-value, long=_is_long(constant)), depth=2)
    if constant.type == "time":
        return Moment(f"T{value}")
    if constant.type == "date":
        return Moment(str(value))
    if constant.type in _DATES:
        return Moment(str(value) if "T" in str(value) else f"{value}T")
    return Literal(value, long=_is_long(constant))


def _is_long(constant: Constant) -> bool:
    return constant.type == "integer64"


def substituted(node: Node, values: Mapping[str, Node]) -> Node:
    """The tree with every `%name` of `values` replaced, in its place."""
    if isinstance(node, Variable) and node.name[1:] in values and node.name.startswith("%"):
        return replace(values[node.name[1:]], position=node.position)
    return changed(node, lambda below: substituted(below, values))


def changed(node: Node, change: Callable[[Node], Node]) -> Node:
    """The same node with what is right below it changed; itself when nothing is."""
    new_fields = {
        field.name: new
        for field in fields(node)
        if (new := _below(old := getattr(node, field.name), change)) is not old
    }
    return replace(node, **new_fields) if new_fields else node


def _below(value: Any, change: Callable[[Node], Node]) -> Any:
    """What stands in a field of a node: the same object when nothing in it is changed."""
    if isinstance(value, Node):
        return change(value)
    if isinstance(value, tuple):
        new = tuple(_below(item, change) for item in value)
        return value if all(a is b for a, b in zip(value, new, strict=True)) else new
    return value
