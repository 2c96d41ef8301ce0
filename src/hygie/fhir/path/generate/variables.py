"""What `$this` and `%name` stand for."""

from collections.abc import Iterator
from dataclasses import replace

from hygie.fhir.path import phrases
from hygie.fhir.path.environment import HERE, constant
from hygie.fhir.path.generate.code import (
    ANY,
    Item,
    Lines,
    Scope,
    Sink,
    Writer,
    loop,
    placed,
    spent,
    when,
)
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.syntax import Call, Index, Literal, Member, Node, Variable


def focus(item: Item, sink: Sink, writer: Writer) -> Lines:
    """What `$this` yields: the item in focus, if there is one; or each of a whole collection."""
    if item.collection:
        one = Item(writer.fresh(), ANY, many=True)
        return loop(one.source, item.source, sink(one))
    if item.optional:
        return when(f"{item.source} is not None", sink(replace(item, optional=False)))
    return sink(item)


def variable(writer: Writer, node: Variable, scope: Scope, sink: Sink) -> Lines:
    """`$this`, `$index`, `$total`, `%name`; after a target, for each of its items."""
    if node.target is not None:
        alone = Variable(node.name, position=node.position)
        return writer.each(
            node.target,
            scope,
            lambda item: variable(writer, alone, scope.focused(item), sink),
            whole=True,
        )
    match node.name:
        case "$this":
            return focus(scope.this, sink, writer)
        case "$index":
            return sink(Item(scope.index or "0", "System.Integer"))
        case "$total" if scope.total:
            return _list(writer, scope.total, sink, node)
        case name if name.startswith("%"):
            return _environment(writer, node, name[1:], scope, sink)
    raise wrong("unknown-variable", phrases.UNKNOWN_VARIABLE, node.position, name=node.name[:80])


def _environment(writer: Writer, node: Variable, name: str, scope: Scope, sink: Sink) -> Lines:
    again = node if scope.inner and not writer.loose else None
    if name in scope.variables:
        return _list(writer, scope.variables[name], sink, again)
    if name in HERE:
        return focus(replace(scope.resource, metered=again), sink, writer)
    text = constant(name)
    if text is not None:
        return sink(Item(repr(text), "System.String"))
    if writer.loose:
        raise wrong("unknown-variable", phrases.UNKNOWN_VARIABLE, node.position, name=node.name)
    found = writer.fresh("x")
    lines = [placed(f"{found} = evaluation.variable({name!r})", node)]
    return [*lines, *_list(writer, found, sink, again)]


def _list(writer: Writer, source: str, sink: Sink, again: Node | None) -> Lines:
    one = Item(writer.fresh(), ANY, many=True, metered=again)
    body = loop(one.source, source, sink(one))
    return [*spent(source, again), *body] if body else []


def defined(node: Node | None) -> Iterator[Call]:
    """The `defineVariable` calls along a chain, from its end to its beginning."""
    while isinstance(node, Call | Member | Index):
        if isinstance(node, Call) and node.name == "defineVariable":
            yield node
        node = node.target


def variable_of(node: Call) -> str:
    """The name that a `defineVariable` defines: a literal, as in all that is published."""
    match node.arguments:
        case (Literal(str(name)),) | (Literal(str(name)), _):
            return name
        case (_,) | (_, _):
            raise wrong("variable-name", phrases.VARIABLE_NAME, node.position)
    raise wrong(
        "arguments", phrases.ARGUMENTS, node.position, name="defineVariable", expected="1-2"
    )
