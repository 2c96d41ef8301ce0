"""Functions that yield some of the items they are given, or what is found in each of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from hygie.fhir.path.generate.code import (
    ANY,
    RESOLVED,
    Item,
    Lines,
    Scope,
    Sink,
    Value,
    Writer,
    named,
    placed,
    when,
)
from hygie.fhir.path.generate.elements import child
from hygie.fhir.path.generate.logic import flag, is_true, negated
from hygie.fhir.path.generate.types import as_, is_, of_type, type_argument
from hygie.fhir.path.generate.values import BOOLEAN, INTEGER, STRING
from hygie.fhir.path.syntax import Call, Node, Variable, mentions

_REFERENCES = frozenset({"Reference", "canonical", "uri", "url", "string"})


def target_of(node: Call) -> Node:
    return node.target or Variable("$this", position=node.position)


# --- for each item ------------------------------------------------------------------------
def counted(
    writer: Writer, node: Call, scope: Scope, write: Callable[[Item, Scope], Lines]
) -> Lines:
    """What `write` writes for each item of the target, in the scope of an argument for it."""
    counting = any(mentions(argument, "$index") for argument in node.arguments)
    index = writer.fresh("i") if counting else ""

    def one(item: Item) -> Lines:
        body = write(item, scope.focused(item, index))
        return [*body, f"{index} += 1"] if counting and body else body

    lines = writer.each(target_of(node), scope, one, whole=True)
    return [f"{index} = 0", *lines] if counting and lines else lines


def where(writer: Writer, node: Call, scope: Scope, sink: Sink) -> Lines:
    criterion = node.arguments[0]

    def kept(item: Item, inner: Scope) -> Lines:
        body = sink(item)
        if not body or writer.dry:
            return body
        truth = writer.truth(criterion, inner, node.name)
        return [*truth.lines, *when(is_true(truth), body)]

    return counted(writer, node, scope, kept)


def select(writer: Writer, node: Call, scope: Scope, sink: Sink) -> Lines:
    projection = node.arguments[0]

    def projected(item: Item, inner: Scope) -> Lines:
        def pushed(found: Item) -> Lines:
            return sink(replace(found, many=found.many or item.many))

        return writer.each(projection, inner, pushed, whole=True)

    return counted(writer, node, scope, projected)


def of_type_(writer: Writer, node: Call, scope: Scope, sink: Sink) -> Lines:
    return of_type(
        writer, node, target_of(node), type_argument(writer, node.arguments[0]), scope, sink
    )


def as_type(writer: Writer, node: Call, scope: Scope, sink: Sink) -> Lines:
    return as_(writer, node, target_of(node), type_argument(writer, node.arguments[0]), scope, sink)


# --- by place -----------------------------------------------------------------------------
def nth(writer: Writer, target: Node, wanted: str, scope: Scope, sink: Sink) -> Lines:
    """The item at a place counted from 0; all count, even those the sink does nothing with."""
    place = writer.fresh("n")
    used = False

    def found(item: Item) -> Lines:
        nonlocal used
        body = sink(replace(item, many=False))
        used = used or bool(body)
        return [*when(f"{place} == {wanted}", body), f"{place} += 1"]

    lines = writer.each(target, scope, found, whole=True)
    return [f"{place} = 0", *lines] if used else []


def first(writer: Writer, node: Call, scope: Scope, sink: Sink) -> Lines:
    return nth(writer, target_of(node), "0", scope, sink)


# --- FHIR ---------------------------------------------------------------------------------
def extension(writer: Writer, node: Call, scope: Scope, sink: Sink) -> Lines:
    """`extension(url)`: short for `extension.where(url = …)` (R4 §2.9.1.2)."""
    url = _url_of(writer, node, scope)
    return [*url.lines, *_extension_named(writer, node, url, scope, sink)]


def _url_of(writer: Writer, node: Call, scope: Scope) -> Value:
    """The argument of `extension`, a text. Refused at run time if it is another value."""
    value = named(writer, writer.value(node.arguments[0], scope, node.name))
    if value.type == STRING or writer.dry or value.source == "None":
        return value
    url = writer.fresh("x")
    call = f"converted({value.source}, 'String', {node.name!r})"
    made = call if value.definite else f"None if {value.source} is None else {call}"
    return Value([*value.lines, placed(f"{url} = {made}", node)], url, STRING)


def _extension_named(writer: Writer, node: Call, url: Value, scope: Scope, sink: Sink) -> Lines:
    known = "" if url.definite else f"{url.source} is not None and "

    def of_url(item: Item) -> Lines:
        if item.type == ANY:
            return when(f"{known}has_url({item.source}, {url.source})", sink(item))
        return when(f'{known}{item.source}.get("url") == {url.source}', sink(item))

    def extended(item: Item) -> Lines:
        if item.type == RESOLVED:
            raise writer.unsupported(node, "resolve()")
        return child(writer, item, "extension", of_url)

    return writer.each(target_of(node), scope, extended, whole=True)


def referred(writer: Writer, node: Call, scope: Scope, sink: Sink) -> Lines:
    """`resolve()` in an index: the reference itself, to be asked for its type alone."""

    def resolved(item: Item) -> Lines:
        known = item.type in _REFERENCES
        return sink(Item(item.source, RESOLVED, item.many)) if known else []

    return writer.each(target_of(node), scope, resolved)


# --- yes or no ----------------------------------------------------------------------------
def exists(writer: Writer, node: Call, scope: Scope) -> Value:
    target = target_of(node)
    if node.arguments:
        target = Call(target, "where", (node.arguments[0],), position=node.position)
    return flag(writer, target, scope)


def empty(writer: Writer, node: Call, scope: Scope) -> Value:
    return negated(writer, flag(writer, target_of(node), scope))


def not_(writer: Writer, node: Call, scope: Scope) -> Value:
    return negated(writer, writer.truth(target_of(node), scope, node.name))


def is_type(writer: Writer, node: Call, scope: Scope) -> Value:
    return is_(writer, node, target_of(node), type_argument(writer, node.arguments[0]), scope)


def has_extension(writer: Writer, node: Call, scope: Scope) -> Value:
    """`hasExtension(url)`: used by one R4 search parameter; short for `extension(url).exists()`."""
    url = _url_of(writer, node, scope)
    known = flag(writer, Call(node.target, "extension", node.arguments), scope)
    if url.definite:
        return known
    answer = f"None if {url.source} is None else {known.source}"
    return Value([*url.lines, *known.lines], answer, BOOLEAN)


def all_(writer: Writer, node: Call, scope: Scope) -> Value:
    """`all(criterion)`: true of nothing; what is not true of one is not true of all (§5.1.3)."""
    criterion = node.arguments[0]
    result = writer.fresh("b")

    def tested(_item: Item, inner: Scope) -> Lines:
        truth = writer.truth(criterion, inner, node.name)
        failed = f"not ({truth.source})" if truth.definite else f"({truth.source}) is not True"
        return [*truth.lines, f"if {failed}:", f" {result} = False"]

    lines = counted(writer, node, scope, tested)
    return Value([f"{result} = True", *lines], result, BOOLEAN, definite=True)


def count(writer: Writer, node: Call, scope: Scope) -> Value:
    total = writer.fresh("n")
    lines = writer.each(target_of(node), scope, lambda _item: [f"{total} += 1"], whole=True)
    return Value([f"{total} = 0", *lines], total, INTEGER, definite=True)


Yielding = Callable[[Writer, Call, Scope, Sink], Lines]
YIELDING: Final[dict[str, Yielding]] = {
    "where": where,
    "select": select,
    "as": as_type,
    "ofType": of_type_,
    "first": first,
    "extension": extension,
}
"""Functions that push items: `(writer, node, scope, sink)`."""
ANSWERING: Final[dict[str, Callable[[Writer, Call, Scope], Value]]] = {
    "exists": exists,
    "empty": empty,
    "not": not_,
    "is": is_type,
    "all": all_,
    "count": count,
    "hasExtension": has_extension,
}
"""Functions that answer with one value, which is never empty but for `not`."""
