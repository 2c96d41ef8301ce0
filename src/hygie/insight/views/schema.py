"""The columns of a view's table: names, types, order."""

from dataclasses import dataclass

from hygie.fhir.definitions import Registry
from hygie.insight.views.definition import Column, View

TYPE_HINT = "ansi/type"
"""The tag that asks for a type of SQL (SQL on FHIR, Type Hinting with Tags)."""


@dataclass(frozen=True, slots=True)
class ColumnType:
    """One column of the rows. Any value may be null: nothing is certain to be recorded."""

    name: str
    type: str
    """A FHIR type: "decimal", "Quantity", "Patient.contact"."""
    structured: bool = False
    """True when its values are JSON objects, not primitives."""
    collection: bool = False
    """True when each value is a list (null when nothing was found) of values of that type."""
    hint: str = ""
    """The type of SQL the view asks for in its place, or empty."""


def schema(view: View, registry: Registry) -> tuple[ColumnType, ...]:
    """The columns of a view's rows, in the order of their values.

    A column that declares no type is text (SQL on FHIR, Column Types: "It is reasonable for an
    implementation to treat any non-specified types as strings").
    """
    return tuple(_typed(column, registry) for column in view.columns())


def _typed(column: Column, registry: Registry) -> ColumnType:
    name = column.type or "string"
    definition = registry.types.get(name)
    return ColumnType(
        column.name,
        name,
        structured=definition is not None and definition.kind != "primitive",
        collection=column.collection,
        hint=column.tag(TYPE_HINT),
    )
