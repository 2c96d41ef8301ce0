"""Views in Python: one function, written for the view, from a resource to its rows.

Source: SQL on FHIR, Processing Algorithm (https://sql-on-fhir.org/ig/latest/).
"""

from collections.abc import Callable
from typing import Any, Final

from hygie.fhir.codec import Resource
from hygie.fhir.definitions import Registry
from hygie.fhir.path.environment import Environment
from hygie.fhir.path.generate.code import Lines, indent, nests_too_much
from hygie.insight.views import phrases
from hygie.insight.views.cells import condition
from hygie.insight.views.definition import View
from hygie.insight.views.findings import Findings
from hygie.insight.views.paths import Paths
from hygie.insight.views.schema import typed
from hygie.insight.views.writing import RowWriter, appended

Row = tuple[Any, ...]
"""The values of a row, in the order of `schema`: bool, int, Decimal, str, a dict of JSON, a list of
these for a collection, or None."""
NOTHING: Final = Environment()
Rows = Callable[[Resource], list[Row]]


def compile_view(view: View, registry: Registry, environment: Environment = NOTHING) -> Rows:
    """A function from a resource to the rows it makes; none if it is of another type.

    Raises Refused for a view whose expressions cannot be compiled. So does the function, for a
    resource whose values do not fit the columns: it names the column and the type of resource,
    never a value. `environment`: the clock and whatever else its expressions ask of outside.
    The function keeps nothing: several threads may call it.
    """
    paths = Paths(registry)
    return paths.function(_checked(_lines(view, registry, paths)), environment)


def source_of(view: View, registry: Registry) -> str:
    """The Python source of a compiled view."""
    paths = Paths(registry)
    return paths.source(_lines(view, registry, paths))


def _lines(view: View, registry: Registry, paths: Paths) -> Lines:
    targets = {column.place: target for target, group in typed(view, registry) for column in group}
    scope = paths.root(view.resource)
    lines = [f"if resource.get('resourceType') != {view.resource!r}: return out"]
    for where in view.where:
        lines += condition(where, paths, scope)
    parts = [(select,) for select in view.selects]
    lines += RowWriter(paths, targets).product(parts, scope, appended("out"))
    return indent(["out = []", *lines, "return out"])


def _checked(lines: Lines) -> Lines:
    """Refused when it nests more than Python compiles."""
    if nests_too_much(lines):
        found = Findings()
        found.add("too-nested", phrases.TOO_NESTED, "select")
        raise found.refusal()
    return lines
