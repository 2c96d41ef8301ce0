"""Compiled tables: what makes elements of segments. Immutable; shared by all messages."""

from collections.abc import Mapping, Sequence

from hygie.hl7v2.message import NULL
from hygie.intake.mapping.engine.context import Context, Resource, Scope
from hygie.intake.mapping.engine.model import Table, wrong
from hygie.intake.mapping.engine.rules import Rule, Surroundings, compile_row


class Compiled:
    """One table, ready."""

    def __init__(self, name: str, table: Table, around: Surroundings) -> None:
        if table.resource not in around.registry.types:
            raise wrong(name, f"resource: « {table.resource[:40]} » ∅")
        self.table = table
        self.rules = tuple(compile_row(row, table.resource, name, around) for row in table.row)
        self._appliers = tuple(rule.apply for rule in self.rules)
        self._clearing = tuple(rule for rule in self.rules if rule.row.clears or rule.row.replaces)

    def map(self, scope: Scope, context: Context) -> Resource:
        resource: Resource = {}
        for apply in self._appliers:
            apply(scope, context, resource)
        return resource

    def cleared(self, scope: Scope, made: Resource) -> frozenset[str]:
        """Elements that the sender asks to delete, or that another form takes the place of."""
        names: set[str] = set()
        for rule in self._clearing:
            if rule.row.clears and _is_null(rule, scope):
                names.add(rule.top)
            if rule.top in made:
                names.update(rule.row.replaces)
        return frozenset(names)


def _is_null(rule: Rule, scope: Scope) -> bool:
    return any(
        segment.raw(place.number) == NULL
        for place in rule.places
        for segment in scope.get(place.segment, ())
    )


class Tables:
    """The tables of a source, by name."""

    def __init__(self, tables: Mapping[str, Table], around: Surroundings) -> None:
        self.around = around
        self.sources = dict(tables)
        self._compiled = {name: Compiled(name, table, around) for name, table in tables.items()}

    def map(self, name: str, scope: Scope, context: Context) -> Resource:
        return self._compiled[name].map(scope, context)

    def cleared(self, name: str, scope: Scope, made: Resource) -> frozenset[str]:
        return self._compiled[name].cleared(scope, made)

    def names(self) -> Sequence[str]:
        return sorted(self._compiled)
