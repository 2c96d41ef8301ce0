"""The expressions of a view, written as Python by the generator of FHIRPath."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from hygie.fhir.definitions import Registry
from hygie.fhir.path.environment import Environment, Evaluation
from hygie.fhir.path.generate.code import ANY, MARK, MARKED, Item, Lines, Scope, Sink
from hygie.fhir.path.generate.generator import Generator
from hygie.fhir.path.items import Element
from hygie.fhir.path.located import line_of
from hygie.fhir.path.places import moved
from hygie.fhir.path.runtime import names
from hygie.fhir.path.syntax import Call, Literal, Node, Variable
from hygie.insight.views.definition import ROW_INDEX, Expression
from hygie.insight.views.findings import Findings
from hygie.insight.views.runtime import NAMES
from hygie.insight.views.substitution import changed
from hygie.refusal import Refused

FILE: Final = "<view>"
_LOCATED: Final = re.compile(rf"  {MARK}(\d+) (\S+)$")
"""The end of a line that may be refused, with the place of its expression in the view. A text that
holds the same ends with a quote."""
_SAME: Final = frozenset({"System.Boolean", "System.String", "System.Integer", "System.Decimal"})
"""Values of the language that JSON writes as they are in Python."""

_INDEX: Final = Variable(ROW_INDEX)


class Paths:
    """One view's expressions, in one function. What is refused of one, when it is compiled or when
    it runs, is refused with its place in the view."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._generator = Generator(registry)
        self._texts: dict[str, str] = {}
        self._nodes: dict[str, Node] = {}

    # --- scopes -----------------------------------------------------------------------
    def root(self, resource: str) -> Scope:
        item = Item("resource", resource)
        return Scope(item, item, variables={ROW_INDEX[1:]: "(0,)"})

    def inside(self, scope: Scope, item: Item, index: str) -> Scope:
        """The scope of what is written for one item of what a select goes through.

        `index`: Python name of its place there.
        """
        return replace(scope.focused(item), variables={ROW_INDEX[1:]: f"({index},)"})

    # --- code -------------------------------------------------------------------------
    def fresh(self, stem: str) -> str:
        return self._generator.fresh(stem)

    def each(self, path: Expression, scope: Scope, sink: Sink, *, whole: bool = False) -> Lines:
        """Code that runs what `sink` writes for each item of an expression; see `Writer.each`."""
        if path.node == _INDEX:
            return sink(_index(scope))
        self._texts[path.place] = path.text
        try:
            lines = self._generator.each(self._node(path), scope, sink, whole=whole)
        except Refused as refused:
            raise _located(refused, path.place) from None
        return [_marked(line, path.place) for line in lines]

    def what(self, path: Expression, scope: Scope) -> tuple[Item, ...]:
        """What an expression may yield: items of every type it may have."""
        if path.node == _INDEX:
            return (_index(scope),)
        try:
            return self._generator.what(self._node(path), scope)
        except Refused as refused:
            raise _located(refused, path.place) from None

    def _node(self, path: Expression) -> Node:
        """The tree of an expression as a view means it: the same object every time."""
        if path.place not in self._nodes:
            self._nodes[path.place] = _with_empty_texts(path.node)
        return self._nodes[path.place]

    def json(self, item: Item) -> tuple[str, bool]:
        """The source of an item as JSON, and whether that may be None: a primitive whose value is
        not known."""
        if item.type in _SAME:
            return item.source, False
        if item.type == ANY or item.type.startswith("System."):
            return f"to_json({item.source})", True
        return (f"plain({item.source})", True) if item.mixed else (item.source, False)

    # --- the function -----------------------------------------------------------------
    def function(self, lines: Lines, environment: Environment) -> Callable[[Any], Any]:
        """The function of a resource that `lines` are the body of."""
        source = self.source(lines)
        known = {**names(self.registry), **NAMES}
        exec(compile(source, FILE, "exec"), known)  # noqa: S102 - our own lines; texts as `repr`
        function: Callable[[Any, Evaluation], Any] = known["rows"]
        numbered = source.split("\n")
        texts: Mapping[str, str] = self._texts

        def rows(resource: Any) -> Any:
            root = Element(resource, resource.get("resourceType", ""), None)
            try:
                return function(resource, Evaluation(self.registry, environment, root))
            except Refused as refused:
                raise _of_line(refused, numbered, texts) from None

        return rows

    def source(self, lines: Lines) -> str:
        """The Python source of that function."""
        made = [f"{name} = {source}" for source, name in self._generator.constants.items()]
        return "\n".join([*made, "def rows(resource, evaluation):", *lines])


def _with_empty_texts(node: Node) -> Node:
    """The tree where `join` of nothing is the empty text: `x.join(y)` is `coalesce(x.join(y), '')`.

    FHIRPath says "If the input is empty, the result is empty" (join, STU); the tests of SQL on FHIR
    expect '' ("string join"), and a view is theirs.
    """
    new = changed(node, _with_empty_texts)
    if not isinstance(new, Call) or new.name != "join":
        return new
    otherwise = Literal("", position=node.position)
    return Call(None, "coalesce", (new, otherwise), position=node.position, depth=new.depth + 1)


def _index(scope: Scope) -> Item:
    return Item(f"{scope.variables[ROW_INDEX[1:]]}[0]", "System.Integer")


def _marked(line: str, place: str) -> str:
    """A line that may be refused, with the place of its expression unless it has one already."""
    return f"{line} {place}" if MARKED.search(line) else line


def _of_line(refused: Refused, lines: Sequence[str], texts: Mapping[str, str]) -> Refused:
    """The same refusal, with the place of the expression whose code was running."""
    found = _LOCATED.search(lines[line_of(refused, FILE) - 1])
    if found is None:
        return refused
    position, place = found.groups()
    return _located(moved(refused, texts[place], int(position)), place)


def _located(refused: Refused, place: str) -> Refused:
    """The same refusal, with the place of an expression unless it has one already."""
    if all(issue.location for issue in refused.refusal.issues):
        return refused
    found = Findings()
    found.of_expression(refused, place)
    return found.refusal()
