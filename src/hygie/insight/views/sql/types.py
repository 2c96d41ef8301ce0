"""`is`, `as` and `ofType`: decided when the view is compiled, where the type is known."""

from dataclasses import replace
from typing import TYPE_CHECKING

from hygie.fhir.path import model
from hygie.fhir.path.syntax import Call, Member
from hygie.insight.views.sql import quoting
from hygie.insight.views.sql.beyond import Beyond
from hygie.insight.views.sql.values import EMPTY, Value, counted

if TYPE_CHECKING:
    from hygie.insight.views.sql.paths import Compiler


def argument(node: Call) -> str:
    """The type that a function is given, as written."""
    match node.arguments:
        case (Member(None, name),):
            return name
        case (Member(Member(None, namespace), name),):
            return f"{namespace}.{name}"
    raise Beyond("a type that is not named")


def tested(compiler: "Compiler", operator: str, value: Value, written: str) -> Value:
    if operator == "as" and not value.many:
        return cast(compiler, value, written)
    raise Beyond(f"the operator {operator} here")


def cast(compiler: "Compiler", value: Value, written: str) -> Value:
    """The items of that very type: in R4 a `code` is not taken for a `string`."""
    wanted = model.find_cast(compiler.registry, written)
    if not wanted:
        raise Beyond("a type of the language")
    if value.form == "choice":
        return _chosen(compiler, value, wanted)
    if value.type == wanted:
        return value
    if value.form == "object" and model.may_turn_out(compiler.registry, value.type, wanted):
        return _turned_out(compiler, value, wanted)
    if value.form in ("leaf", "object"):
        return EMPTY
    raise Beyond("a cast of a computed value")


def _chosen(compiler: "Compiler", value: Value, wanted: str) -> Value:
    for json_name, type_ in value.choices:
        if type_.name == wanted:
            return compiler.field(value, json_name, wanted, repeats=False)
    return EMPTY


def _turned_out(compiler: "Compiler", value: Value, wanted: str) -> Value:
    """Resources that say they are of a type: of a bundle's entries, of what is contained."""
    if value.shape is None or compiler.registry.types[wanted].abstract:
        raise Beyond("a resource whose type is not known")
    items = replace(counted(value), type=wanted)
    said = quoting.name(value.shape.child("resourceType", primitive=True, repeats=False).name)
    test = f"= {quoting.json_text(wanted)}"
    if items.many:
        kept = f"list_filter({items.sql}, lambda item: item.{said}::VARCHAR {test})"
        return replace(items, sql=kept)
    return replace(
        items, sql=f"(CASE WHEN {items.sql}.{said}::VARCHAR {test} THEN {items.sql} END)"
    )
