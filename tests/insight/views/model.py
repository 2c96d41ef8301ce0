"""The processing algorithm of SQL on FHIR as the specification words it: slow, and obvious.

Its expressions are interpreted by the oracle of FHIRPath, which shares no code with the compiler.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

from tests.fhir.path.oracle import Interpreter, Scope

from hygie.fhir.definitions import r4
from hygie.fhir.path.environment import Environment, Evaluation
from hygie.fhir.path.items import Item, root, to_json
from hygie.insight.views import Expression, Select, View

Json = dict[str, Any]
Rows = list[dict[str, Any]]


class Several(Exception):  # noqa: N818 - what the specification calls it
    """Multiple values found but not expected for column."""


def rows(view: View, resource: Json) -> list[tuple[Any, ...]]:
    """The rows of a resource: `Process` of the specification, then its columns in order."""
    if resource["resourceType"] != view.resource:
        return []
    run = _Run(resource)
    if not all(run.items(where, run.root, 0) == [True] for where in view.where):
        return []
    names = [column.name for column in view.columns()]
    found = run.rows(Select(selects=view.selects), run.root, 0)
    return [tuple(row[name] for name in names) for row in found]


class _Run:
    def __init__(self, resource: Json) -> None:
        self.root = root(resource, r4())

    def items(self, path: Expression, focus: Item, index: int) -> list[Any]:
        environment = Environment(variables={"rowIndex": [index]})
        evaluation = Evaluation(r4(), environment, self.root)
        return list(Interpreter(evaluation).items(path.node, Scope([focus])))

    def rows(self, select: Select, focus: Item, index: int) -> Rows:
        foci = self.foci(select, focus, index)
        if not foci and select.for_each_or_null:
            return [
                {c.name: 0 if c.path.text == "%rowIndex" else None for c in select.all_columns()}
            ]
        return [row for item, place in foci for row in self.of_one(select, item, place)]

    def foci(self, select: Select, focus: Item, index: int) -> list[tuple[Item, int]]:
        way = select.for_each or select.for_each_or_null
        if select.repeat:
            found = list(self.traverse(select.repeat, focus, index))
        elif way is not None:
            found = self.items(way, focus, index)
        else:
            return [(focus, index)]
        return [(item, place) for place, item in enumerate(found)]

    def traverse(self, paths: tuple[Expression, ...], node: Item, index: int) -> Iterator[Item]:
        for path in paths:
            for child in self.items(path, node, index):
                yield child
                yield from self.traverse(paths, child, index)

    def of_one(self, select: Select, focus: Item, index: int) -> Rows:
        parts: list[Rows] = [[self.values(select, focus, index)]]
        parts += [self.rows(inner, focus, index) for inner in select.selects]
        if select.union_all:
            parts.append([r for each in select.union_all for r in self.rows(each, focus, index)])
        return [{k: v for part in row for k, v in part.items()} for row in product(*parts)]

    def values(self, select: Select, focus: Item, index: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for column in select.columns:
            values = to_json(self.items(column.path, focus, index))
            if len(values) > 1 and not column.collection:
                raise Several
            single = values[0] if values else None
            found[column.name] = values if column.collection else single
        return found
