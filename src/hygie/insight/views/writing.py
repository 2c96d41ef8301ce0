"""Code for the rows of a view: loops over what is gone through, and the product of their values.

Source: SQL on FHIR, Processing Algorithm, `Process(S, N)`.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from hygie.fhir.path.generate.code import Item, Lines, Scope, indent
from hygie.fhir.path.syntax import Variable
from hygie.insight.views.cells import cell
from hygie.insight.views.definition import ROW_INDEX, Select
from hygie.insight.views.paths import Paths
from hygie.insight.views.repeating import gathering
from hygie.insight.views.schema import ColumnType
from hygie.limits import MAX_VIEW_ROWS

Values = list[str]
"""Python sources of the values of a row, or of a part of one, in order."""
Emit = Callable[[Values], Lines]
"""Writes what is done with a row: two lines, for it may be written several times."""
Part = Sequence[Select]
"""A select, or the branches of a union: its rows are those of each, one after the other."""


def appended(rows: str) -> Emit:
    """Adds each row to a list, which is refused beyond MAX_VIEW_ROWS."""

    def emit(values: Values) -> Lines:
        row = "".join(f"{value}, " for value in values)
        full = f"if len({rows}) > {MAX_VIEW_ROWS}: raise too_many_rows(resource)"
        return [f"{rows}.append(({row}))", full]

    return emit


class RowWriter:
    """Writes the rows of selects. `targets`: place of a column -> the column of the rows."""

    def __init__(self, paths: Paths, targets: Mapping[str, ColumnType]) -> None:
        self._paths = paths
        self._targets = targets

    def product(self, parts: Sequence[Part], scope: Scope, emit: Emit) -> Lines:
        """The rows of each part with those of each other.

        What has one row is computed once, first. Of the others, a single one is gone through as
        its rows come; several are gathered, then multiplied.
        """
        lines: Lines = []
        values: list[Values] = []
        many: list[int] = []
        for number, part in enumerate(parts):
            code, known = self._once(part[0], scope) if _has_one_row(part) else ([], [])
            lines += code
            values.append(known)
            many += [] if _has_one_row(part) else [number]
        if len(many) == 1:
            return lines + self._through(parts, many[0], values, scope, emit)
        return lines + self._multiplied(parts, many, values, scope, emit)

    def _through(
        self, parts: Sequence[Part], number: int, values: list[Values], scope: Scope, emit: Emit
    ) -> Lines:
        def completed(row: Values) -> Lines:
            return emit([*chain(*values[:number], row, *values[number + 1 :])])

        return self._rows(parts[number], scope, completed)

    def _multiplied(
        self, parts: Sequence[Part], many: list[int], values: list[Values], scope: Scope, emit: Emit
    ) -> Lines:
        lines: Lines = []
        loops: list[tuple[str, str]] = []
        for number in many:
            rows, row = self._paths.fresh("rows"), self._paths.fresh("row")
            lines += [f"{rows} = []", *self._rows(parts[number], scope, appended(rows))]
            loops.append((row, rows))
            values[number] = [f"*{row}"]
        body = emit([*chain(*values)])
        for row, rows in reversed(loops):
            body = [f"for {row} in {rows}:", *indent(body)]
        return lines + body

    def _rows(self, part: Part, scope: Scope, emit: Emit) -> Lines:
        return [line for select in part for line in self._select(select, scope, emit)]

    # --- what a select goes through ---------------------------------------------------
    def _select(self, select: Select, scope: Scope, emit: Emit) -> Lines:
        way = select.for_each or select.for_each_or_null
        if way is None and not select.repeat:
            return self._body(select, scope, emit)
        index = self._paths.fresh("i")

        def step(item: Item) -> Lines:
            focus = self._paths.inside(scope, item, index)
            return [f"{index} += 1", *self._body(select, focus, emit)]

        if way is None:
            return [f"{index} = -1", *gathering(select.repeat, self._paths, scope, step)]
        lines = [f"{index} = -1", *self._paths.each(way, scope, step, whole=True)]
        if select.for_each_or_null is not None:
            lines += [f"if {index} < 0:", *indent(emit(_nulls(select)))]
        return lines

    # --- the rows of one element ------------------------------------------------------
    def _body(self, select: Select, scope: Scope, emit: Emit) -> Lines:
        lines, own = self._cells(select, scope)
        parts: list[Part] = [(inner,) for inner in select.selects]
        if select.union_all:
            parts.append(select.union_all)
        return lines + self.product(parts, scope, lambda row: emit(own + row))

    def _once(self, select: Select, scope: Scope) -> tuple[Lines, Values]:
        """The values of a select that has one row whatever is in focus."""
        lines, values = self._cells(select, scope)
        for inner in select.selects:
            code, more = self._once(inner, scope)
            lines += code
            values += more
        return lines, values

    def _cells(self, select: Select, scope: Scope) -> tuple[Lines, Values]:
        lines: Lines = []
        values: Values = []
        for column in select.columns:
            code, name = cell(column, self._targets[column.place], self._paths, scope)
            lines += code
            values.append(name)
        return lines, values


def _has_one_row(part: Part) -> bool:
    """Whether a part has one row, whatever is in focus: it goes through nothing."""
    (select, *others) = part
    ways = select.for_each or select.for_each_or_null or select.repeat or select.union_all
    return not others and not ways and all(_has_one_row((inner,)) for inner in select.selects)


def _nulls(select: Select) -> Values:
    """The row of a `forEachOrNull` that goes through nothing: null, but for the row's index."""
    index = Variable(ROW_INDEX)
    return ["0" if column.path.node == index else "None" for column in select.all_columns()]
