"""Functions with an argument evaluated anew: `repeat`, `aggregate`, `sort`, `iif`, `trace`, …"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from hygie.fhir.path import phrases
from hygie.fhir.path.environment import is_defined
from hygie.fhir.path.generate.code import (
    ANY,
    Item,
    Lines,
    Scope,
    Sink,
    Writer,
    indent,
    loop,
    placed,
)
from hygie.fhir.path.generate.logic import is_true
from hygie.fhir.path.generate.navigation import target_of
from hygie.fhir.path.generate.values import gathered
from hygie.fhir.path.generate.variables import defined, variable_of
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.syntax import Call, Node, bare_key, direction_of


def repeat(writer: Writer, node: Call, scope: Scope, sink: Sink) -> Lines:
    """Applied again to what it yields, until it yields nothing, or for `repeat` nothing unseen.

    `queue` grows while it is walked; the evaluation bounds it.
    """
    (projection,) = node.arguments
    item, seen = Item(writer.fresh(), ANY, many=True), writer.fresh("seen")
    keep = f" if {seen}.add(x)" if node.name == "repeat" else ""
    result = writer.fresh("x")
    body = loop(item.source, result, sink(item))
    if not body or writer.dry:
        return body
    lines, queue = gathered(writer, target_of(node), scope)
    here = Item(writer.fresh(), ANY)
    step, found = gathered(writer, projection, scope.focused(here))
    step += [
        placed(f"evaluation.spend_on({found})", node),
        f"{found} = [x for x in {found}{keep}]",
        f"{queue} += {found}",
        f"{result} += {found}",
    ]
    start = [f"{seen} = Seen(REGISTRY)", f"{result} = []"]
    return [*lines, *start, *loop(here.source, queue, step), *body]


def aggregate(writer: Writer, node: Call, scope: Scope, sink: Sink) -> Lines:
    """Evaluated for each item, with what it gave for the one before as `$total` (§7.1)."""
    step, *start = node.arguments
    total, index, item = (
        writer.fresh("total"),
        writer.fresh("i"),
        Item(writer.fresh(), ANY, many=True),
    )
    body = loop(item.source, total, sink(item))
    if not body or writer.dry:
        return body
    lines = [f"{total} = []", f"{index} = 0"]
    if start:
        first, name = gathered(writer, start[0], scope)
        lines = [*first, f"{total} = {name}", f"{index} = 0"]

    def one(here: Item) -> Lines:
        inner = replace(scope.focused(here, index), total=total)
        evaluated, result = gathered(writer, step, inner)
        return [*evaluated, f"{total} = {result}", f"{index} += 1"]

    return [*lines, *writer.each(target_of(node), scope, one, whole=True), *body]


def iif(writer: Writer, node: Call, scope: Scope, sink: Sink) -> Lines:
    """One of two arguments, the other not evaluated (§5.5.1)."""
    criterion, *results = node.arguments
    lines: Lines = []
    if node.target is not None:
        lines, found = gathered(writer, node.target, scope)
        focus = Item(writer.fresh(), ANY, optional=True)
        lines.append(placed(f"{focus.source} = single({found}, 'iif')", node))
        scope = scope.focused(focus)
    yes, *rest = [writer.each(result, scope, sink, whole=True) for result in results]
    no = rest[0] if rest else []
    if writer.dry:
        return _known_later(writer, results, scope, sink) if yes and no else [*yes, *no]
    truth = writer.truth(criterion, scope, node.name)
    if yes and no:
        return [*lines, *truth.lines, *_either(writer, is_true(truth), results, scope, sink)]
    lines += [*truth.lines, f"if {is_true(truth)}:", *indent(yes or ["pass"])]
    return [*lines, "else:", *indent(no)] if no else lines


def _either(
    writer: Writer, condition: str, results: Sequence[Node], scope: Scope, sink: Sink
) -> Lines:
    """Both are gathered in one list: what the sink writes is written once."""
    (yes, found), (no, other) = (gathered(writer, result, scope) for result in results)
    item = Item(writer.fresh(), ANY, many=True)
    no.append(f"{found} = {other}")
    lines = [f"if {condition}:", *indent(yes), "else:", *indent(no)]
    return [*lines, *loop(item.source, found, sink(item))]


def _known_later(writer: Writer, nodes: Sequence[Node], scope: Scope, sink: Sink) -> Lines:
    """What is yielded of nodes whose items are gathered first: items that carry their types."""
    item = Item("x", ANY, many=True)
    return [line for node in nodes for line in writer.each(node, scope, lambda _item: sink(item))]


def coalesce(writer: Writer, node: Call, scope: Scope, sink: Sink) -> Lines:
    """The first argument that yields anything; those after it are not evaluated."""
    if writer.dry:
        return _known_later(writer, node.arguments, scope, sink)
    item, result = Item(writer.fresh(), ANY, many=True), writer.fresh("x")
    lines = [f"{result} = []"]
    for argument in node.arguments:
        more, found = gathered(writer, argument, scope)
        lines += [f"if not {result}:", *indent([*more, f"{result} = {found}"])]
    return [*lines, *loop(item.source, result, sink(item))]


def trace(writer: Writer, node: Call, scope: Scope, sink: Sink) -> Lines:
    """The items unchanged, told to the environment under a name (§5.8.1)."""
    name, *projection = node.arguments
    label = writer.value(name, scope, node.name)
    told = writer.fresh("x")

    def tell(found: str) -> Lines:
        if not projection:
            return [f"{told} = {found}"]
        here = Item(writer.fresh(), ANY)
        inner, projected = gathered(writer, projection[0], scope.focused(here))
        return [f"{told} = []", *loop(here.source, found, [*inner, f"{told} += {projected}"])]

    def after(found: str) -> Lines:
        return [*tell(found), *label.lines, f"traced(evaluation, {label.source}, {told})"]

    return _all_first(writer, node, scope, sink, after)


def define_variable(writer: Writer, node: Call, scope: Scope, sink: Sink) -> Lines:
    """The items unchanged; from here on, along this chain, `%name` is what the expression gave."""
    kept, variable = writer.variable(node), variable_of(node)
    before = {name: list_ for name, list_ in scope.variables.items() if list_ != kept}
    scope = replace(scope, variables=before)
    earlier = {variable_of(call) for call in defined(node.target)}
    if variable in earlier or variable in before or is_defined(variable):
        raise wrong("defined-twice", phrases.DEFINED_TWICE, node.position, name=variable[:80])

    def after(found: str) -> Lines:
        if len(node.arguments) == 1:
            return [f"{kept} = {found}"]
        whole_input = replace(scope, this=Item(found, ANY, collection=True))
        lines, value = gathered(writer, node.arguments[1], whole_input)
        return [*lines, f"{kept} = {value}"]

    return _all_first(writer, node, scope, sink, after)


def sort(writer: Writer, node: Call, scope: Scope, sink: Sink) -> Lines:
    """The items in the order of keys, each in the direction written with it."""
    here, keys = Item(writer.fresh(), ANY), writer.fresh("x")
    criteria = node.arguments
    directions = tuple(map(direction_of, criteria)) or ("",)

    def after(found: str) -> Lines:
        step: Lines = []
        names = []
        for key in criteria:
            lines, name = gathered(writer, bare_key(key), scope.focused(here))
            step += lines
            names.append(f"single({name}, 'sort')")
        row = ", ".join(names or [here.source])
        step.append(placed(f"{keys}.append(({row},))", node))
        ordered = f"{found} = in_order({found}, {keys}, {directions!r})"
        return [f"{keys} = []", *loop(here.source, found, step), placed(ordered, node)]

    return _all_first(writer, node, scope, sink, after)


def _all_first(
    writer: Writer, node: Call, scope: Scope, sink: Sink, after: Callable[[str], Lines]
) -> Lines:
    """All items of the target are found; what `after` writes is done; then they are pushed."""
    if writer.dry:
        return _known_later(writer, (target_of(node),), scope, sink)
    lines, found = gathered(writer, target_of(node), scope)
    item = Item(writer.fresh(), ANY, many=True)
    return [*lines, *after(found), *loop(item.source, found, sink(item))]


ITERATING: Final[dict[str, Callable[[Writer, Call, Scope, Sink], Lines]]] = {
    "repeat": repeat,
    "repeatAll": repeat,
    "coalesce": coalesce,
    "aggregate": aggregate,
    "iif": iif,
    "trace": trace,
    "defineVariable": define_variable,
    "sort": sort,
}
"""Functions that push items: `(writer, node, scope, sink)`."""
