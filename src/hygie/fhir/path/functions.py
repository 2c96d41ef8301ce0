"""The functions compiled so far: those that yield items, and those that answer yes or no."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from hygie.fhir.path import logic, phrases
from hygie.fhir.path.code import RESOLVED, Item, Lines, Scope, Sink, when
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.syntax import Call, Literal, Member, Node, Variable

if TYPE_CHECKING:
    from hygie.fhir.path.generator import Generator

_REFERENCES = frozenset({"Reference", "canonical", "uri", "url", "string"})


def _target(node: Call) -> Node:
    return node.target or Variable("$this", position=node.position)


def _argument(node: Call) -> Node:
    if len(node.arguments) != 1:
        raise wrong("arguments", phrases.ARGUMENTS, node.position, name=node.name, expected="1")
    return node.arguments[0]


def _no_argument(node: Call) -> None:
    if node.arguments:
        raise wrong("arguments", phrases.ARGUMENTS, node.position, name=node.name, expected="0")


def _type_argument(generator: "Generator", node: Call) -> str:
    argument = _argument(node)
    match argument:
        case Member(None, name):
            return name
        case Member(Member(None, namespace), name):
            return f"{namespace}.{name}"
    raise generator.unsupported(argument, node.name + "(…)")


# --- functions that yield items -----------------------------------------------------------
def _where(generator: "Generator", node: Call, scope: Scope, sink: Sink) -> Lines:
    criterion = _argument(node)

    def kept(item: Item) -> Lines:
        body = sink(item)
        if not body:
            return []
        lines, source = logic.truth(generator, criterion, scope.focused(item))
        return [*lines, *when(source, body)]

    return generator.each(_target(node), scope, kept)


def _select(generator: "Generator", node: Call, scope: Scope, sink: Sink) -> Lines:
    projection = _argument(node)

    def projected(item: Item) -> Lines:
        def pushed(inner: Item) -> Lines:
            return sink(replace(inner, many=inner.many or item.many))

        return generator.each(projection, scope.focused(item), pushed)

    return generator.each(_target(node), scope, projected)


def _cast(generator: "Generator", node: Call, scope: Scope, sink: Sink) -> Lines:
    wanted = generator.type_cast(node, _type_argument(generator, node))
    return generator.each(
        _target(node), scope, lambda item: generator.cast(node, item, wanted, sink)
    )


def _first(generator: "Generator", node: Call, scope: Scope, sink: Sink) -> Lines:
    _no_argument(node)
    return generator.nth(_target(node), 0, scope, sink)


def _extension(generator: "Generator", node: Call, scope: Scope, sink: Sink) -> Lines:
    """`extension(url)`: short for `extension.where(url = …)` (R4 §2.9.1.2)."""
    url = _argument(node)
    if not isinstance(url, Literal) or not isinstance(url.value, str):
        raise generator.unsupported(url, node.name + "(…)")

    def named(item: Item) -> Lines:
        return when(f'{item.source}.get("url") == {url.value!r}', sink(item))

    def extended(item: Item) -> Lines:
        known = item.type == RESOLVED or generator.knows(node, item, "extension")
        return generator.child(node, item, "extension", named) if known else []

    return generator.each(_target(node), scope, extended)


def _resolve(generator: "Generator", node: Call, scope: Scope, sink: Sink) -> Lines:
    """The reference, to be asked only for the type of what it refers to: nothing is fetched."""
    _no_argument(node)

    def resolved(item: Item) -> Lines:
        if item.type not in _REFERENCES:
            return []
        return sink(Item(item.source, RESOLVED, item.many))

    return generator.each(_target(node), scope, resolved)


def _count(generator: "Generator", node: Call, scope: Scope, sink: Sink) -> Lines:
    _no_argument(node)
    total = generator.fresh("n")
    body = sink(Item(total, "integer"))

    def counted(item: Item) -> Lines:
        generator.real(node, item)
        return [f"{total} += 1"]

    lines = generator.each(_target(node), scope, counted)
    return [f"{total} = 0", *lines, *body] if body else []


# --- functions that answer yes or no ------------------------------------------------------
def _exists(generator: "Generator", node: Call, scope: Scope) -> logic.Truth:
    target = _target(node)
    if node.arguments:
        target = Call(target, "where", (_argument(node),), position=node.position)
    return logic.flag(generator, target, scope)


def _empty(generator: "Generator", node: Call, scope: Scope) -> logic.Truth:
    _no_argument(node)
    exists = Call(node.target, "exists", position=node.position)
    return logic.negated(generator, exists, scope)


def _not(generator: "Generator", node: Call, scope: Scope) -> logic.Truth:
    _no_argument(node)
    return logic.negated(generator, _target(node), scope)


def _is(generator: "Generator", node: Call, scope: Scope) -> logic.Truth:
    written = _type_argument(generator, node)
    return logic.type_test(generator, node, _target(node), written, scope)


def _has_extension(generator: "Generator", node: Call, scope: Scope) -> logic.Truth:
    """`hasExtension(url)`: used by one R4 search parameter; short for `extension(url).exists()`."""
    extension = Call(node.target, "extension", node.arguments, position=node.position)
    return logic.flag(generator, extension, scope)


FUNCTIONS: dict[str, Callable[["Generator", Call, Scope, Sink], Lines]] = {
    "where": _where,
    "select": _select,
    "as": _cast,
    "ofType": _cast,
    "first": _first,
    "extension": _extension,
    "resolve": _resolve,
    "count": _count,
}
TESTS: dict[str, Callable[["Generator", Call, Scope], logic.Truth]] = {
    "exists": _exists,
    "empty": _empty,
    "not": _not,
    "is": _is,
    "hasExtension": _has_extension,
}
