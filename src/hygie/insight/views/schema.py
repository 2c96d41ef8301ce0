"""The columns of a view's table: names, types, order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hygie.fhir.definitions import Registry
from hygie.insight.views import phrases
from hygie.insight.views.definition import Column, Select, View
from hygie.insight.views.findings import Findings
from hygie.insight.views.inference import Found, inferred
from hygie.insight.views.kinds import UNKNOWN, Kind, common, fits, kind_of

TYPE_HINT = "ansi/type"
"""The tag that asks for a type of SQL (SQL on FHIR, Type Hinting with Tags)."""


@dataclass(frozen=True, slots=True)
class ColumnType:
    """One column of the rows. Any value may be null: nothing is certain to be recorded."""

    name: str
    type: str
    """A FHIR type: "decimal", "Quantity", "Patient.contact"."""
    kind: Kind = "text"
    """What its values are in JSON and in Python."""
    collection: bool = False
    """True when each value is a list of values of that type; null only in the row of a
    `forEachOrNull` that found nothing."""
    hint: str = ""
    """The type of SQL the view asks for in its place, or empty."""


def schema(view: View, registry: Registry) -> tuple[ColumnType, ...]:
    """The columns of a view's rows, in the order of their values.

    A column has the type it declares; else that of its path, when it is one; else it is text (SQL
    on FHIR, Column Types: "It is reasonable for an implementation to treat any non-specified types
    as strings"). Raises Refused when a path cannot be compiled, or can never be of the type.
    """
    return tuple(column for column, _ in typed(view, registry))


def typed(view: View, registry: Registry) -> list[tuple[ColumnType, tuple[Column, ...]]]:
    """Each column of the rows, with the columns of the view that fill it: several in a union."""
    types = inferred(view, registry)
    found = Findings()
    columns = [
        (_typed(group, types, registry, found), group)
        for select in view.selects
        for group in positions(select)
    ]
    found.settle()
    return columns


def positions(select: Select) -> Iterator[tuple[Column, ...]]:
    """For each value of a select's rows, the columns that it may come from."""
    yield from ((column,) for column in select.columns)
    for inner in select.selects:
        yield from positions(inner)
    for groups in zip(*(positions(branch) for branch in select.union_all), strict=True):
        yield tuple(column for group in groups for column in group)


def _typed(
    group: Sequence[Column], types: Found, registry: Registry, found: Findings
) -> ColumnType:
    first = group[0]
    declared = next((column.type for column in group if column.type), "")
    possible = {name for column in group for name in types.get(column.place, ())}
    name = declared or common(possible, registry)
    kind = kind_of(name, registry)
    for column in group:
        _check(column, types.get(column.place, set()), declared, kind, registry, found)
    hint = next((hint for column in group if (hint := column.tag(TYPE_HINT))), "")
    return ColumnType(first.name, name, kind, first.collection, hint)


def _check(
    column: Column, types: set[str], declared: str, kind: Kind, registry: Registry, found: Findings
) -> None:
    """A path that can only yield what does not fit the type of its column."""
    shown = ", ".join(sorted(types))
    kinds = {kind_of(name, registry) for name in types if name != UNKNOWN}
    if not declared and "object" in kinds:
        found.add("column-type", phrases.UNDECLARED, f"{column.place}.type", found=shown)
    elif declared and types and UNKNOWN not in types and not any(fits(k, kind) for k in kinds):
        place = f"{column.place}.type"
        found.add("column-type", phrases.OTHER_TYPE, place, declared=declared, found=shown)
