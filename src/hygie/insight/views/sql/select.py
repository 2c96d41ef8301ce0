"""A view -> one statement of DuckDB.

The selects of a view are gone through in their order. A `forEach` is a stage that unnests a list;
a `unionAll` is one that unnests the numbers of its branches, and within a branch everything is
done for the rows of its number alone. Two selects side by side are two stages, one after the
other, which is their product.
"""

from dataclasses import dataclass, replace
from typing import Final

from hygie.fhir.definitions import Registry
from hygie.insight.views.definition import Expression, Select, View
from hygie.insight.views.schema import ColumnType, schema
from hygie.insight.views.sql import cells, guards, repeats
from hygie.insight.views.sql.beyond import Beyond
from hygie.insight.views.sql.cells import Alternative
from hygie.insight.views.sql.decoding import Decoder
from hygie.insight.views.sql.guards import Branch, Guards, There
from hygie.insight.views.sql.paths import Compiler
from hygie.insight.views.sql.scope import Scope
from hygie.insight.views.sql.stages import Stages
from hygie.insight.views.sql.values import EMPTY, Value, counted

NOTHING: Final = "CAST([] AS VARCHAR[])"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a view becomes. `columns` says their names and types, in the order of the rows."""

    sql: str
    columns: tuple[ColumnType, ...]


def compile_view(view: View, registry: Registry) -> Statement:
    """Raises `Beyond` for a view that SQL cannot answer exactly, `Refused` for one that is wrong.

    Compiled twice: what is read, known after the first time, decides how JSON is decoded.
    """
    columns = schema(view, registry)
    decoder = Decoder()
    _Rows(registry, columns, decoder).statement(view)
    decoder.rewind()
    return Statement(_Rows(registry, columns, decoder).statement(view), columns)


class _Rows:
    def __init__(
        self, registry: Registry, columns: tuple[ColumnType, ...], decoder: Decoder
    ) -> None:
        self._compiler = Compiler(registry)
        self._decoder = decoder
        self._stages = Stages()
        self._columns = {column.name: column for column in columns}
        self._cells: dict[str, list[Alternative]] = {column.name: [] for column in columns}

    def statement(self, view: View) -> str:
        resource = self._decoder.decode(self._stages, "resource", view.resource)
        scope = Scope(resource, resource, text="resource")
        for where in view.where:
            self._stages.keep(cells.condition(self._compiler.value(where.node, scope)))
        for select in view.selects:
            self._select(select, scope, ())
        return self._stages.finished([(n, cells.merged(a)) for n, a in self._cells.items()])

    # --- selects ----------------------------------------------------------------------
    def _select(self, select: Select, scope: Scope, around: Guards) -> None:
        scope, around = self._focused(select, scope, around)
        for column in select.columns:
            value = self._compiler.value(column.path.node, scope)
            target = self._columns[column.name]
            for rows, sql in cells.alternatives(column, target, value, around):
                cell = self._stages.add(f"CASE WHEN {rows} THEN {sql} END" if rows else sql, "cell")
                self._cells[column.name].append((rows, cell))
        for inner in select.selects:
            self._select(inner, scope, around)
        if select.union_all:
            self._union(select.union_all, scope, around)

    def _union(self, branches: tuple[Select, ...], scope: Scope, around: Guards) -> None:
        numbers = f"range({len(branches)})"
        number, _ = self._stages.unnest(_guarded(numbers, around), "branch")
        for place, branch in enumerate(branches):
            guard = Branch(f"{number} IS NOT DISTINCT FROM {place}", first=place == 0)
            self._select(branch, scope, (*around, guard))

    # --- what a select goes through ---------------------------------------------------
    def _focused(self, select: Select, scope: Scope, around: Guards) -> tuple[Scope, Guards]:
        if select.repeat:
            return self._repeated(select.repeat, scope, around), around
        if select.for_each is not None:
            return self._each(select.for_each, scope, around), around
        if select.for_each_or_null is None:
            return scope, around
        return self._each_or_null(select.for_each_or_null, scope, around)

    def _each(self, path: Expression, scope: Scope, around: Guards) -> Scope:
        items = self._items(path, scope)
        item, place = self._stages.unnest(_guarded(items.sql, around), "item")
        return self._inside(scope, items, item, place)

    def _each_or_null(self, path: Expression, scope: Scope, around: Guards) -> tuple[Scope, Guards]:
        """At least one row: without an item, and without a place, when there is none."""
        items = self._items(path, scope)
        item, place = self._stages.unnest_or_null(_guarded(items.sql, around), "item")
        there = There(f"{place} IS NOT NULL", f"{place} IS NULL")
        return self._inside(scope, items, item, place), (*around, there)

    def _items(self, path: Expression, scope: Scope) -> Value:
        """The elements of a path, each of them there, as a list."""
        found = self._compiler.value(path.node, scope)
        items = counted(found)
        if items.form == "empty":
            return replace(items, sql=NOTHING, many=True)
        if items.many:
            return items
        listed = f"(CASE WHEN {items.sql} IS NOT NULL THEN [{items.sql}] END)"
        return replace(items, sql=listed, many=True, dense=True)

    def _inside(self, scope: Scope, items: Value, item: str, place: str) -> Scope:
        this = EMPTY if items.form == "empty" else replace(items, sql=item, many=False, dense=False)
        return replace(scope, this=this, row_index=place, text="")

    # --- repeat -----------------------------------------------------------------------
    def _repeated(self, steps: tuple[Expression, ...], scope: Scope, around: Guards) -> Scope:
        if not scope.text:
            raise Beyond("a repeat inside of a forEach")
        start = self._decoder.part(self._stages, scope.text, scope.this.type)
        self._stages.settle()
        first, type_name = self._children(steps, replace(scope, this=start))
        if not first:
            return self._through_nothing(scope)
        levels = [self._level(repeats.start(first))]
        below = self._decoder.inner("step.node", type_name)
        children, _ = self._children(steps, replace(scope, this=below, text=""))
        for _ in range(repeats.LEVELS if children else 0):
            levels.append(self._level(repeats.below(levels[-1], children)))
        nodes = self._stages.add(repeats.gathered(levels), "nodes")
        self._stages.settle()
        node, place = self._stages.unnest(_guarded(nodes, around), "node")
        this = self._decoder.part(self._stages, node, type_name)
        return replace(scope, this=this, row_index=place, text=node)

    def _level(self, sql: str) -> str:
        level = self._stages.add(sql, "level")
        self._stages.settle()
        return level

    def _children(self, steps: tuple[Expression, ...], scope: Scope) -> tuple[str, str]:
        """The JSON of what the steps lead to, as a list, and its type; "" when it is nothing."""
        found = [self._items(step, scope) for step in steps]
        found = [items for items in found if items.form != "empty"]
        types = {items.type for items in found}
        if len(types) > 1 or any(i.form != "object" or i.shape is None for i in found):
            raise Beyond("a repeat through different types")
        if any(items.shape is not None and not items.shape.leaf for items in found):
            raise Beyond("a repeat whose steps run into one another")
        lists = ", ".join(f"coalesce({items.sql}, [])" for items in found)
        return (f"list_concat({lists})" if found[1:] else lists), "".join(types)

    def _through_nothing(self, scope: Scope) -> Scope:
        _, place = self._stages.unnest(NOTHING, "item")
        return replace(scope, this=EMPTY, row_index=place, text="")


def _guarded(items: str, around: Guards) -> str:
    """A list for the rows it is meant for; a single nothing for the others, which stay."""
    rows = guards.condition(around)
    return f"CASE WHEN {rows} THEN {items} ELSE [NULL] END" if rows else items
