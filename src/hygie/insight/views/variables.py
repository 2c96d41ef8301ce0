"""The variables that the expressions of a view may use."""

from collections.abc import Iterator
from typing import Final

from hygie.fhir.path.syntax import Call, Literal, Node, Variable, children
from hygie.insight.views.definition import ROW_INDEX, Expression, Select, View

ENVIRONMENT: Final = frozenset(
    {"%context", "%resource", "%rootResource", "%ucum", "%sct", "%loinc", ROW_INDEX}
)
"""Those that mean something everywhere (FHIRPath N1 §9, R4 §2.9.1.7; SQL on FHIR for the last)."""
NAMED: Final = ("%vs-", "%ext-")
"""A value set or an extension of HL7's by its name (R4 §2.9.1.7)."""


def expressions(view: View) -> Iterator[Expression]:
    """Every expression of a view."""
    yield from view.where
    for select in view.selects:
        yield from _of_select(select)


def _of_select(select: Select) -> Iterator[Expression]:
    yield from (path for path in (select.for_each, select.for_each_or_null) if path is not None)
    yield from select.repeat
    yield from (column.path for column in select.columns)
    for inner in (*select.selects, *select.union_all):
        yield from _of_select(inner)


def outside(node: Node) -> Iterator[str]:
    """The names, without `%`, that mean nothing in an expression whose constants are replaced."""
    nodes = list(within(node))
    own = {f"%{name}" for name in _defined(nodes)}
    for inner in nodes:
        if isinstance(inner, Variable) and _is_outside(inner.name) and inner.name not in own:
            yield inner.name[1:]


def within(node: Node) -> Iterator[Node]:
    """A node of a syntax tree and all those below it."""
    yield node
    for child in children(node):
        yield from within(child)


def _is_outside(name: str) -> bool:
    return name.startswith("%") and name not in ENVIRONMENT and not name.startswith(NAMED)


def _defined(nodes: list[Node]) -> Iterator[str]:
    """Names that `defineVariable('name')` gives."""
    for node in nodes:
        match node:
            case Call(_, "defineVariable", (Literal(str(name)), *_)):
                yield name
