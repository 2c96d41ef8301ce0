"""Code for the values of a row: one variable for each column."""

from collections.abc import Callable

from hygie.fhir.definitions import Registry
from hygie.fhir.path.generate.code import Item, Lines, Scope, when
from hygie.insight.views.definition import Column, Expression
from hygie.insight.views.findings import Findings
from hygie.insight.views.kinds import UNKNOWN, fhir_type, fits, kind_of
from hygie.insight.views.paths import Paths
from hygie.insight.views.phrases import NEVER_BOOLEAN
from hygie.insight.views.schema import ColumnType


def cell(column: Column, target: ColumnType, paths: Paths, scope: Scope) -> tuple[Lines, str]:
    """Code that finds the value of a column for what is in focus, and the name it is under.

    None when there is none. Several are refused at run time, unless the column is a collection.
    """
    name = paths.fresh("c")
    failed = f"several(resource, {target.name!r}, {column.place!r})"
    reached = 0

    def collected(item: Item) -> Lines:
        return _if_known(item, paths, lambda value: [f"{name}.append({fitted(item, value)})"])

    def kept(item: Item) -> Lines:
        nonlocal reached
        reached += 1
        guard = [f"if {name} is not None: raise {failed}"] if item.many or reached > 1 else []
        return _if_known(item, paths, lambda value: [*guard, f"{name} = {fitted(item, value)}"])

    def fitted(item: Item, value: str) -> str:
        return _fitted(item, value, column, target, paths.registry)

    if target.collection:
        lines = paths.each(column.path, scope, collected)
        return [f"{name} = []", *lines], name
    return [f"{name} = None", *paths.each(column.path, scope, kept)], name


def _if_known(item: Item, paths: Paths, write: Callable[[str], Lines]) -> Lines:
    """Code for the JSON of an item, unless its value is not known: it has extensions only."""
    source, optional = paths.json(item)
    if not optional:
        return write(source)
    name = paths.fresh("j")
    return [f"{name} = {source}", *when(f"{name} is not None", write(name))]


def _fitted(item: Item, value: str, column: Column, target: ColumnType, registry: Registry) -> str:
    """The source of a value of its column: checked at run time where it may not fit."""
    known = fhir_type(item.type)
    if known != UNKNOWN and fits(kind_of(known, registry), target.kind):
        return value
    said = f"resource, {target.name!r}, {target.type!r}, {column.place!r}"
    return f"{target.kind}_value({value}, {said})"


def condition(where: Expression, paths: Paths, scope: Scope) -> Lines:
    """Code that leaves with no rows unless a condition is true.

    One that can only be something else than a boolean is refused now (SQL on FHIR, `where`).
    """
    items = paths.what(where, scope)
    types = {fhir_type(item.type) for item in items}
    if items and not types & {"boolean", UNKNOWN}:
        found = Findings()
        found.add("not-boolean", NEVER_BOOLEAN, where.place, found=", ".join(sorted(types)))
        raise found.refusal()
    name = paths.fresh("w")

    wrong = f"raise not_boolean(resource, {where.place!r})"

    def write(value: str) -> Lines:
        guard = f"if {name} is not None or type({value}) is not bool: {wrong}"
        return [guard, f"{name} = {value}"]

    def kept(item: Item) -> Lines:
        return _if_known(item, paths, write)

    lines = paths.each(where, scope, kept)
    return [f"{name} = None", *lines, f"if {name} is not True: return out"]
