"""What the columns of a view may hold, by what the definitions say of their paths.

SQL on FHIR, Column Types. The code of an expression is written for the types it may meet, so the
generator of FHIRPath knows them: nothing else infers types here.
"""

from collections.abc import Iterable, Iterator

from hygie.fhir.definitions import Registry
from hygie.fhir.path.generate.code import Item, Scope
from hygie.insight.views.definition import Expression, Select, View
from hygie.insight.views.kinds import fhir_type
from hygie.insight.views.paths import Paths

Found = dict[str, set[str]]
"""Place of a column -> the FHIR types of what its path may yield; "" (`UNKNOWN`) for one that is
known at run time only."""


def inferred(view: View, registry: Registry) -> Found:
    """The types of every column, those of every branch of a union too. Raises Refused for an
    expression that cannot be compiled."""
    found: Found = {}
    paths = Paths(registry)
    root = paths.root(view.resource)
    for select in view.selects:
        _walk(select, paths, root, found)
    return found


def _walk(select: Select, paths: Paths, scope: Scope, found: Found) -> None:
    for focus in foci(select, paths, scope):
        for column in select.columns:
            types = found.setdefault(column.place, set())
            types.update(fhir_type(item.type) for item in paths.what(column.path, focus))
        for inner in (*select.selects, *select.union_all):
            _walk(inner, paths, focus, found)
    for column in select.all_columns():
        found.setdefault(column.place, set())


def foci(select: Select, paths: Paths, scope: Scope) -> Iterator[Scope]:
    """A scope for each type of element that a select goes through."""
    way = select.for_each or select.for_each_or_null
    if select.repeat:
        items = repeated(select.repeat, paths, scope)
    elif way is not None:
        items = distinct(paths.what(way, scope))
    else:
        yield scope
        return
    for item in items:
        yield paths.inside(scope, item, "0")


def repeated(steps: Iterable[Expression], paths: Paths, scope: Scope) -> list[Item]:
    """The types of what a `repeat` comes to: those of a step from any of them."""
    found: dict[str, Item] = {}
    waiting = [scope]
    while waiting:
        start = waiting.pop()
        for step in steps:
            for item in distinct(paths.what(step, start)):
                if item.type not in found:
                    found[item.type] = item
                    waiting.append(paths.inside(scope, item, "0"))
    return list(found.values())


def distinct(items: Iterable[Item]) -> list[Item]:
    """One item of each type."""
    return list({item.type: item for item in items}.values())
