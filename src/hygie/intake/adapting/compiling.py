"""From a file to an adaptation: everything is checked, every fault is told with its line."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import msgspec

from hygie.intake.adapting.adaptation import Adaptation
from hygie.intake.adapting.changes import Apply, compile_change
from hygie.intake.adapting.model import AdaptationSet, fault, line_of, read_set
from hygie.intake.mapping.engine import Tables
from hygie.intake.mapping.engine.model import Row, Table
from hygie.intake.mapping.engine.rules import Surroundings
from hygie.intake.mapping.engine.tables import Compiled
from hygie.intake.mapping.shipped import shipped
from hygie.refusal import Category, Issue, Refusal, Refused

T = TypeVar("T")


def compile_set(raw: bytes, name: str) -> Adaptation:
    """The set that a file holds; refused with every fault of it, its line and its reason."""
    compiler = _Compiler(raw, name)
    changes, tables = compiler.changes(), compiler.tables()
    if compiler.faults:
        raise Refused(Refusal(Category.INVALID, tuple(compiler.faults)))
    return Adaptation(name, changes, lambda: tables)


class _Compiler:
    """Of one file. `faults` are gathered; what they concern is left out."""

    def __init__(self, raw: bytes, name: str) -> None:
        self._raw = raw
        self._name = name
        self._set: AdaptationSet = read_set(raw, name)
        self.faults: list[Issue] = []

    def changes(self) -> tuple[tuple[str, Apply], ...]:
        made: dict[str, Apply] = {}
        for rank, change in enumerate(self._set.change):
            line = line_of(self._raw, "change", rank)
            if change.id in made:
                self._fault(line, change.id, "id: 2 ×")
            apply = self._try(line, partial(compile_change, change, change.id))
            if apply is not None:
                made[change.id] = apply
        return tuple(made.items())

    def tables(self) -> Tables:
        """The shipped tables with what the set changes."""
        base, found = shipped(), self._set
        if not (found.table or found.remove or found.list):
            return base
        around = msgspec.structs.replace(base.around, codes={**base.around.codes, **found.list})
        tables = dict(base.sources)
        for name in dict.fromkeys((*found.table, *(one.table for one in found.remove))):
            if name not in tables:
                self._fault(0, name, f"∅; {', '.join(base.names())}")
                continue
            tables[name] = self._overlaid(name, tables[name])
            self._check_rows(name, tables[name], around)
        return base if self.faults else Tables(tables, around)

    def _overlaid(self, name: str, table: Table) -> Table:
        known = {row.id: row for row in table.row}
        for rank, removed in enumerate(self._set.remove):
            if removed.table == name and known.pop(removed.id, None) is None:
                self._fault(line_of(self._raw, "remove", rank), f"{name} {removed.id}", "∅")
        known |= {row.id: row for row in self._rows(name)}
        return msgspec.structs.replace(table, row=tuple(known.values()))

    def _check_rows(self, name: str, table: Table, around: Surroundings) -> None:
        """Each row alone, so that each fault has its line."""
        for rank, row in enumerate(self._rows(name)):
            alone = msgspec.structs.replace(table, row=(row,))
            line = line_of(self._raw, f"table.{name}.row", rank)
            self._try(line, partial(Compiled, name, alone, around))

    def _rows(self, name: str) -> tuple[Row, ...]:
        found = self._set.table.get(name)
        return found.row if found else ()

    def _try(self, line: int, make: Callable[[], T]) -> T | None:
        try:
            return make()
        except Refused as refused:
            for issue in refused.refusal.issues:
                self._fault(line, issue.location, issue.details.get("why", issue.rule))
            return None

    def _fault(self, line: int, where: str, why: str) -> None:
        self.faults.append(fault(self._name, line, where, why))
