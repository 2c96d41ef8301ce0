"""What an expression becomes: SQL for a collection, and what is known of it beforehand."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from hygie.fhir.definitions import Registry
from hygie.fhir.definitions.model import TypeRef
from hygie.fhir.path import model
from hygie.insight.views.sql import quoting
from hygie.insight.views.sql.beyond import Beyond, give_up
from hygie.insight.views.sql.shape import Shape

Form = Literal["empty", "plain", "leaf", "object", "choice"]
Kind = Literal["text", "boolean", "integer", "decimal", "date", "dateTime", "time", ""]

_KINDS: Final[dict[str, Kind]] = {
    "boolean": "boolean",
    "integer": "integer",
    "positiveInt": "integer",
    "unsignedInt": "integer",
    "decimal": "decimal",
    "date": "date",
    "dateTime": "dateTime",
    "instant": "dateTime",
    "time": "time",
}
_MACROS: Final[dict[Kind, str]] = {
    "boolean": "hygie_boolean",
    "integer": "hygie_integer",
    "decimal": "hygie_decimal",
}


@dataclass(frozen=True, slots=True)
class Value:
    """The SQL of a collection.

    Of at most one item (not `many`): the item, or NULL for empty. Of several: a LIST, or NULL for
    empty; unless `dense`, it may hold NULLs, which stand for nothing.

    Forms: "plain" is a value of SQL (VARCHAR, BOOLEAN, BIGINT; decimals and dates keep their
    digits as VARCHAR); "leaf" is the JSON of a primitive; "object" a STRUCT, or the JSON of an
    object when nothing in it is read; "choice" an element whose type is yet to be chosen, held
    as the object it is in.
    """

    sql: str
    form: Form
    kind: Kind = ""
    type: str = ""
    """A key of `Registry.types`, or empty for a value of the language itself."""
    many: bool = False
    dense: bool = False
    shape: Shape | None = None
    choices: tuple[tuple[str, TypeRef], ...] = ()
    holder: "Value | None" = None
    """Of a leaf: the object it is in, where its extensions stand beside it."""


EMPTY: Final = Value("NULL", "empty")


def plain(sql: str, kind: Kind) -> Value:
    return Value(sql, "plain", kind)


def kind_of(registry: Registry, type_name: str) -> Kind:
    """What a type is to the language: R4's `code` and `uri` are text."""
    return _KINDS.get(type_name, "text") if model.is_primitive(registry, type_name) else ""


def let(sql: str, name: str, body: Callable[[str], str]) -> str:
    """`body` of an expression, evaluated and written once however often the body names it."""
    if "(" not in sql:
        return body(sql)
    return f"list_transform([{sql}], lambda {name}: {body(name)})[1]"


def taken(value: Value) -> Value:
    """The value of each primitive: what is not of its kind, or has extensions only, is dropped."""
    if value.form in ("plain", "empty"):
        return value
    if value.form != "leaf":
        raise Beyond("an object where a value is needed")
    macro = _MACROS.get(value.kind, "hygie_text")
    if not value.many:
        sql = let(value.sql, "leaf", lambda leaf: f"{macro}({leaf})")
        return replace(value, sql=sql, form="plain", shape=None, holder=None)
    read = f"list_transform({value.sql}, lambda leaf: {macro}(leaf))"
    sql = f"list_filter({read}, lambda item: item IS NOT NULL)"
    return replace(value, sql=sql, form="plain", dense=True, shape=None, holder=None)


def counted(value: Value) -> Value:
    """The same items, each of them there: what is malformed is none, and is no longer in the list.

    A primitive without a value but with extensions is an item, and beyond this.
    """
    if value.form == "choice":
        raise Beyond("a choice of types")
    if value.shape is not None and not value.dense:
        value.shape.count()
    if value.form == "leaf":
        return taken(value)
    if value.form != "object":
        return value
    return _objects(value)


def _objects(value: Value) -> Value:
    leaf = value.shape is not None and value.shape.leaf
    if not value.many:
        test = f"starts_with({value.sql}::VARCHAR, '{{')"
        sql = f"(CASE WHEN {test} THEN {value.sql} END)" if leaf else value.sql
        return replace(value, sql=sql)
    if value.dense:
        return value
    test = "starts_with(item::VARCHAR, '{')" if leaf else "item IS NOT NULL"
    return replace(value, sql=f"list_filter({value.sql}, lambda item: {test})", dense=True)


def single(value: Value) -> Value:
    """The only item, where one is expected (FHIRPath N1 §4.5); of several, the view is refused."""
    if not value.many:
        return value
    return alone(counted(value), "several items where one is expected")


def alone(items: Value, several: str) -> Value:
    """The only item of a list; with several, the statement ends."""
    end = give_up(several)
    sql = let(items.sql, "found", lambda f: f"CASE WHEN len({f}) > 1 THEN {end} ELSE {f}[1] END")
    return replace(items, sql=f"({sql})", many=False, dense=False)


def one(value: Value) -> Value:
    """The value of the only item."""
    return single(taken(value))


def listed(value: Value) -> str:
    """A LIST, never NULL, of the values."""
    items = taken(value)
    if items.form == "empty":
        return "[]"
    if items.many:
        return f"coalesce({items.sql}, [])"
    return f"list_filter([{items.sql}], lambda item: item IS NOT NULL)"


def field(
    holder: Value, json_name: str, type_name: str, *, registry: Registry, repeats: bool
) -> Value:
    """An element of each item of `holder`, under its name in JSON."""
    if holder.shape is None:
        raise Beyond("an element of what is not decoded")
    primitive = model.is_primitive(registry, type_name)
    shape = holder.shape.child(json_name, primitive=primitive, repeats=repeats)
    name = quoting.name(json_name)
    many = holder.many or repeats
    sql = f"{holder.sql}.{name}"
    if holder.many:
        sql = f"list_transform({holder.sql}, lambda holder: holder.{name})"
        sql = f"flatten({sql})" if repeats else sql
    kind = kind_of(registry, type_name)
    if primitive:
        return Value(sql, "leaf", kind, type_name, many, shape=shape, holder=holder)
    return Value(sql, "object", kind, type_name, many, shape=shape)


def beside(leaf: Value, registry: Registry) -> Value:
    """The objects that hold the extensions of a primitive, wherever there are any."""
    if leaf.holder is None or leaf.shape is None:
        raise Beyond("the extensions of a computed value")
    name = leaf.shape.beside().name
    return field(leaf.holder, name, "Element", registry=registry, repeats=leaf.shape.repeats)
