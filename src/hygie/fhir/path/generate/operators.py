"""Operators between values and between collections (FHIRPath N1 §6.1-6.4, §6.6)."""

from typing import Final

from hygie.fhir.path import model
from hygie.fhir.path.generate.code import Scope, Value, Writer, named, placed
from hygie.fhir.path.generate.logic import boolean, negated
from hygie.fhir.path.generate.values import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    STRING,
    VALUE,
    gathered,
    is_plain,
)
from hygie.fhir.path.syntax import Binary, Literal, Node, Sign, operands

ARITHMETIC: Final = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "div": "div", "mod": "mod",
}  # fmt: skip
COMPARISONS: Final = frozenset({"<", ">", "<=", ">="})
_BARE: Final = frozenset({STRING, INTEGER, DECIMAL, BOOLEAN})
_NUMBERS: Final = frozenset({INTEGER, DECIMAL})


def equality(writer: Writer, node: Binary, scope: Scope) -> Value:
    """`=` and `!=`: of two values where neither side can be more, else of two collections."""
    answer = _values_equal(writer, node, scope) or _collections(writer, node, scope, "equal")
    return negated(writer, answer) if node.operator == "!=" else answer


def equivalence(writer: Writer, node: Binary, scope: Scope) -> Value:
    """`~` and `!~`, which are never empty."""
    answer = _collections(writer, node, scope, "equivalent")._replace(definite=True)
    return negated(writer, answer) if node.operator == "!~" else answer


def comparison(writer: Writer, node: Binary, scope: Scope) -> Value:
    """`<`, `>`, `<=`, `>=` of two values; refused for values that have no order."""
    left, right = _sides(writer, node, scope)
    if "None" in (left.source, right.source):
        return boolean([*left.lines, *right.lines], "None")
    lines = [*left.lines, *right.lines]
    result = writer.fresh("b")
    if _comparable_here(left.type, right.type):
        answer = f"{left.source} {node.operator} {right.source}"
        line = f"{result} = {_unless_empty((left, right), answer)}"
        return boolean([*lines, line], result, definite=left.definite and right.definite)
    call = f"compare({left.source}, {node.operator!r}, {right.source})"
    line = f"{result} = {_unless_empty((left, right), call)}"
    return boolean([*lines, placed(line, node)], result)


def arithmetic(writer: Writer, node: Binary, scope: Scope) -> Value:
    """`+ - * / div mod` of two values; empty when one is, or when there is no answer."""
    left, right = _sides(writer, node, scope)
    function = ARITHMETIC[node.operator]
    call = f"{function}({left.source}, {right.source})"
    result = writer.fresh("x")
    line = placed(f"{result} = {_unless_empty((left, right), call)}", node)
    type_ = STRING if (left.type, right.type, function) == (STRING, STRING, "add") else VALUE
    return Value([*left.lines, *right.lines, line], result, type_)


def signed(writer: Writer, node: Sign, scope: Scope) -> Value:
    """`-` and `+` before a number or a quantity (§6.6)."""
    value = named(writer, writer.value(node.operand, scope, node.operator))
    if node.operator == "+" and value.type in _NUMBERS:
        return value
    result = writer.fresh("x")
    function = "negate" if node.operator == "-" else "affirm"
    call = f"{function}({value.source})"
    call = call if value.definite else f"None if {value.source} is None else {call}"
    type_ = value.type if value.type in _NUMBERS else VALUE
    line = placed(f"{result} = {call}", node)
    return Value([*value.lines, line], result, type_, value.definite and type_ != VALUE)


def concatenation(writer: Writer, node: Binary, scope: Scope) -> Value:
    """`&`: empty is the empty text (§6.6.7)."""
    left, right = _sides(writer, node, scope)
    result = writer.fresh("x")
    call = f"concatenate({_or_nothing(left)}, {_or_nothing(right)})"
    line = placed(f"{result} = {call}", node)
    return Value([*left.lines, *right.lines, line], result, STRING, definite=True)


def membership(writer: Writer, node: Binary, scope: Scope) -> Value:
    """`in` and `contains` (§6.4.2-3)."""
    item, collection = node.left, node.right
    if node.operator == "contains":
        item, collection = collection, item
    result = writer.fresh("b")
    if (texts := _texts(collection)) and is_plain(writer, item, scope):
        value = named(writer, writer.value(item, scope, node.operator))
        if value.type == STRING:
            answer = f"{value.source} in {texts}"
            answer = answer if value.definite else f"None if {value.source} is None else {answer}"
            return boolean([*value.lines, f"{result} = {answer}"], result, definite=value.definite)
    lines, sought = gathered(writer, item, scope)
    more, found = gathered(writer, collection, scope)
    line = placed(f"{result} = is_member({sought}, {found}, {node.operator!r}, REGISTRY)", node)
    return boolean([*lines, *more, line], result)


def _texts(node: Node) -> str:
    """The set of a collection that is only literal texts, as Python writes it; else nothing."""
    texts = [
        side.value
        for side in operands(node)
        if isinstance(side, Literal) and isinstance(side.value, str)
    ]
    return (
        f"{{{', '.join(map(repr, texts))}}}" if len(texts) == sum(1 for _ in operands(node)) else ""
    )


def _or_nothing(value: Value) -> str:
    """A text or another value; for empty, the empty text."""
    if value.source == "None":
        return "''"
    return value.source if value.definite else f"'' if {value.source} is None else {value.source}"


def _values_equal(writer: Writer, node: Binary, scope: Scope) -> Value | None:
    """Equality where each side is one value at most, and a value of the language."""
    if not (_is_value(writer, node.left, scope) and _is_value(writer, node.right, scope)):
        return None
    left, right = _sides(writer, node, scope)
    if "None" in (left.source, right.source):
        return boolean([*left.lines, *right.lines], "None")
    lines = [*left.lines, *right.lines]
    if _comparable_here(left.type, right.type) or left.type == right.type == BOOLEAN:
        answer = f"{left.source} == {right.source}"
        if left.definite and right.definite:
            return boolean(lines, f"({answer})", definite=True)
    else:
        answer = f"same({left.source}, {right.source})"
    result = writer.fresh("b")
    return boolean([*lines, f"{result} = {_unless_empty((left, right), answer)}"], result)


def _is_value(writer: Writer, node: Node, scope: Scope) -> bool:
    """Whether equality asks nothing of a node but its value: a Quantity may have none, and yet be
    equal to another, element by element."""
    return is_plain(writer, node, scope) and not any(
        model.is_a(writer.registry, item.type, "Quantity") for item in writer.what(node, scope)
    )


def _sides(writer: Writer, node: Binary, scope: Scope) -> tuple[Value, Value]:
    """Both values, under names: the left one is taken before lines of the right one are run."""
    left = named(writer, writer.value(node.left, scope, node.operator))
    return left, named(writer, writer.value(node.right, scope, node.operator))


def _comparable_here(left: str, right: str) -> bool:
    """Whether Python's own operators say what FHIRPath's say."""
    return left == right == STRING or {left, right} <= _NUMBERS


def _unless_empty(values: tuple[Value, Value], answer: str) -> str:
    tests = [f"{value.source} is None" for value in values if not value.definite]
    return f"None if {' or '.join(tests)} else {answer}" if tests else answer


def _collections(writer: Writer, node: Binary, scope: Scope, function: str) -> Value:
    lines, left = gathered(writer, node.left, scope)
    more, right = gathered(writer, node.right, scope)
    result = writer.fresh("b")
    line = placed(f"{result} = {function}({left}, {right}, REGISTRY)", node)
    return boolean([*lines, *more, line], result)
