"""Functions of the library: what they take is made ready, and they are called.

`SIGNATURES` says what each takes and gives. What is known of a value's type when the code is
written is not asked again when it runs.
"""

from typing import Final

from hygie.fhir.path import model, phrases
from hygie.fhir.path.generate.code import (
    ANY,
    Item,
    Lines,
    Scope,
    Sink,
    Value,
    Writer,
    loop,
    named,
    placed,
    when,
)
from hygie.fhir.path.generate.navigation import target_of
from hygie.fhir.path.generate.types import type_argument
from hygie.fhir.path.generate.values import BOOLEAN, VALUE, gathered, is_plain
from hygie.fhir.path.library.signature import KINDS, Argument, Signature
from hygie.fhir.path.library.signatures import SIGNATURES
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.syntax import Call, Node

_LISTS: Final = frozenset({"items", "input"})


def is_value(name: str) -> bool:
    """Whether a function gives one value of the language at most; one that is unknown does."""
    signature = SIGNATURES.get(name)
    return signature is None or not (signature.many or _gives_items(signature))


def _gives_items(signature: Signature) -> bool:
    return signature.gives in _LISTS or _type_given(signature) == ANY


def _type_given(signature: Signature) -> str:
    """The type of what a function gives, as an item has it; `ANY` for elements."""
    if signature.gives == "value" or signature.gives in KINDS["Any"]:
        return "System." + signature.gives.removeprefix("value")
    return ANY


def type_of(name: str) -> str:
    """The type of the value that a function gives."""
    signature = SIGNATURES.get(name)
    return (_type_given(signature) if signature else ANY) or VALUE


def value(writer: Writer, node: Call, scope: Scope) -> Value:
    """The value that a function gives, or None."""
    signature = SIGNATURES[node.name]
    if node.name == "hasValue" and _is_primitive(writer, target_of(node), scope):
        found = writer.value(target_of(node), scope, node.name)
        return Value(found.lines, f"({found.source} is not None)", BOOLEAN, definite=True)
    lines, call, empty = _call(writer, node, signature, scope)
    result = writer.fresh("x")
    lines.append(placed(f"{result} = {_unless(empty, call)}", node))
    return Value(lines, result, _type_given(signature))


def _is_primitive(writer: Writer, node: Node, scope: Scope) -> bool:
    """Whether a node is one primitive at most, whose type is known now."""
    return all(
        not item.many and model.is_primitive(writer.registry, item.type)
        for item in writer.what(node, scope)
    )


def collection(writer: Writer, node: Call, scope: Scope, sink: Sink) -> Lines:
    """The items that a function gives."""
    signature = SIGNATURES[node.name]
    item = Item(writer.fresh(), _type_given(signature), many=signature.many)
    body = sink(item)
    if not body or writer.dry:
        return body
    lines, call, empty = _call(writer, node, signature, scope)
    if signature.many:
        source = f"() if {' or '.join(empty)} else {call}" if empty else call
        found = writer.fresh("x")
        return [*lines, placed(f"{found} = {source}", node), *loop(item.source, found, body)]
    lines.append(placed(f"{item.source} = {_unless(empty, call)}", node))
    return [*lines, *when(f"{item.source} is not None", body)]


def signature_of(node: Call) -> Signature:
    """What is known of a function. Refused if there is none, or not with so many arguments."""
    signature = SIGNATURES.get(node.name)
    if signature is None:
        shown = node.name[:80]
        raise wrong("unknown-function", phrases.UNKNOWN_FUNCTION, node.position, name=shown)
    if not signature.admits(len(node.arguments)):
        details = {"name": node.name, "expected": signature.expected}
        raise wrong("arguments", phrases.ARGUMENTS, node.position, **details)
    return signature


def _call(
    writer: Writer, node: Call, signature: Signature, scope: Scope
) -> tuple[Lines, str, list[str]]:
    """Lines to run first; the call; and the conditions under which the answer is empty."""
    lines: Lines = []
    sources = ["evaluation"] if signature.evaluation else []
    empty: list[str] = []
    if signature.takes != "nothing":
        more, source, condition = _input(writer, node, signature, scope)
        lines += more
        sources.append(source)
        empty += condition
    given = zip(node.arguments, _repeated(signature, len(node.arguments)), strict=False)
    for argument, expected in given:
        more, source, condition = _argument(writer, node, argument, expected, scope)
        lines += more
        sources.append(source)
        empty += condition
    return lines, f"call_{signature.name}({', '.join(sources)})", empty


def _repeated(signature: Signature, count: int) -> list[Argument]:
    """What is said of each argument given; the last may stand for several."""
    arguments = list(signature.arguments)
    while arguments and arguments[-1].repeats and len(arguments) < count:
        arguments.append(arguments[-1])
    return arguments


def _input(
    writer: Writer, node: Call, signature: Signature, scope: Scope
) -> tuple[Lines, str, list[str]]:
    target = target_of(node)
    if signature.takes == "collection":
        lines, found = gathered(writer, target, scope)
        return lines, found, []
    return _single(writer, node, target, signature.takes, scope)


def _argument(
    writer: Writer, node: Call, argument: Node, expected: Argument, scope: Scope
) -> tuple[Lines, str, list[str]]:
    if expected.kind == "type":
        return [], repr(type_argument(writer, argument)), []
    if expected.kind == "collection":
        lines, found = gathered(writer, argument, scope)
        return lines, found, []
    lines, source, empty = _single(writer, node, argument, expected.type, scope)
    return lines, source, [] if expected.optional else empty


def _single(
    writer: Writer, node: Call, operand: Node, takes: str, scope: Scope
) -> tuple[Lines, str, list[str]]:
    """A single value of the type that a function takes, converted if need be."""
    if takes == "Boolean":
        truth = named(writer, writer.truth(operand, scope, node.name))
        return truth.lines, truth.source, [] if truth.definite else [f"{truth.source} is None"]
    if not is_plain(writer, operand, scope):
        lines, found = gathered(writer, operand, scope)
        source = writer.fresh("x")
        made = f"{source} = single_argument({found}, {takes!r}, {node.name!r})"
        return [*lines, placed(made, node)], source, [f"{source} is None"]
    found_value = named(writer, writer.value(operand, scope, node.name))
    lines, source = found_value.lines, found_value.source
    empty = [] if found_value.definite else [f"{source} is None"]
    if found_value.type.removeprefix("System.") in KINDS.get(takes, (takes,)):
        return lines, source, empty
    if source == "None":
        return lines, source, ["True"]
    converted = writer.fresh("x")
    made = f"converted({source}, {takes!r}, {node.name!r})"
    line = placed(f"{converted} = {_unless(empty, made)}", node)
    return [*lines, line], converted, [f"{converted} is None"] if empty else []


def _unless(empty: list[str], call: str) -> str:
    return f"None if {' or '.join(empty)} else {call}" if empty else call
