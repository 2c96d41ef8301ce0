"""Single values of the language: from items, from literals, and how they are gathered."""

from decimal import Decimal
from typing import Final

from hygie.fhir.path import model
from hygie.fhir.path.generate.code import ANY, Item, Lines, Scope, Value, Writer, placed
from hygie.fhir.path.generate.elements import boxed
from hygie.fhir.path.syntax import Literal, Moment, Node, Quantity

BOOLEAN: Final = "System.Boolean"
STRING: Final = "System.String"
INTEGER: Final = "System.Integer"
DECIMAL: Final = "System.Decimal"
VALUE: Final = "System."
"""A value of the language, of a type known at run time."""
_LITERALS: Final = {bool: BOOLEAN, str: STRING, int: INTEGER, Decimal: DECIMAL}
_READERS: Final = {
    "System.Date": "date_of",
    "System.DateTime": "date_time_of",
    "System.Time": "time_of",
    "System.Quantity": "quantity_of",
    "System.Decimal": "decimal_of",
}
"""What makes a value of the language of JSON, for types where they are not the same."""


def system(writer: Writer, item: Item) -> tuple[str, str]:
    """The value of the language that an item is taken for, and its type; "None" if it is none.

    R4 fhirpath.html, "Use of FHIRPath": a code is a String, a positiveInt an Integer.
    """
    if item.type == ANY:
        return f"system({item.source})", ANY
    if item.type.startswith("System."):
        return item.source, item.type
    type_ = model.system_type(writer.registry, item.type)
    if not type_:
        return "None", ANY
    plain = f"plain({item.source})" if item.mixed else item.source
    reader = _READERS.get(type_)
    return (f"{reader}({plain})" if reader else plain), type_


def literal(writer: Writer, node: Node) -> Value:
    """A literal: what Python cannot write as a constant is made once."""
    match node:
        case Literal(Decimal() as value):
            source = writer.constant(f"Decimal({str(value)!r})")
        case Literal(value):
            source = repr(value)
        case Moment(text):
            source = writer.constant(f"read_literal({text!r})")
        case Quantity(value, unit):
            source = writer.constant(f"Quantity(Decimal({str(value)!r}), {unit!r})")
        case _:
            return Value([], "None")
    return Value([], source, literal_type(node), definite=True)


def literal_type(node: Node) -> str:
    match node:
        case Literal(value):
            return _LITERALS[type(value)]
        case Moment(text):
            return moment_type(text)
        case Quantity():
            return "System.Quantity"
        case _:
            return VALUE


def moment_type(text: str) -> str:
    if text.startswith("T"):
        return "System.Time"
    return "System.DateTime" if "T" in text else "System.Date"


def is_plain(writer: Writer, node: Node, scope: Scope) -> bool:
    """Whether a node is one value of the language at most, whose type is known now."""
    items = writer.what(node, scope)
    return all(
        not item.many and item.type != ANY and system(writer, item)[0] != "None" for item in items
    )


def gathered(writer: Writer, node: Node, scope: Scope) -> tuple[Lines, str]:
    """A list of the items of a node, each carrying its type; and its name."""
    result = writer.fresh("x")
    if writer.dry:
        return [], result

    def append(item: Item) -> Lines:
        return [f"{result}.append({boxed(writer, item)})"]

    return [f"{result} = []", *writer.each(node, scope, append, whole=True)], result


def single(writer: Writer, node: Node, scope: Scope, asker: str) -> Value:
    """The value of a node that yields items: None for none, refused for several."""
    items = writer.what(node, scope)
    if not items:
        return Value([], "None")
    result = writer.fresh("x")
    if any(item.many for item in items) and not writer.loose:
        lines, found = gathered(writer, node, scope)
        return Value(
            [*lines, placed(f"{result} = single_value({found}, {asker!r})", node)], result, VALUE
        )
    types = {system(writer, item)[1] or VALUE for item in items}
    type_ = types.pop() if len(types) == 1 else VALUE

    def keep(item: Item) -> Lines:
        if item.type == ANY and not writer.loose:
            made = f"{result} = single_value(({item.source},), {asker!r})"
            return [placed(made, node)]
        source = system(writer, item)[0]
        if source == "None":
            return [placed(f"refuse_element({item.type!r}, {asker!r})", node)]
        return [f"{result} = {source}"]

    return Value([f"{result} = None", *writer.each(node, scope, keep)], result, type_)
