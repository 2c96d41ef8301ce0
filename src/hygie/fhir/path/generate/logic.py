"""Boolean expressions: Python over True, False and None (empty), FHIRPath N1 §6.5.

Where an answer cannot be empty, plain `and`, `or` and `not` are written. The right side is not
evaluated where the left one decides.
"""

from hygie.fhir.path.generate.code import (
    Lines,
    Scope,
    Value,
    Writer,
    indent,
    is_name,
    named,
    placed,
)
from hygie.fhir.path.generate.values import BOOLEAN, gathered, single, system
from hygie.fhir.path.syntax import Node

_DECIDES = {"and": "{0} is False", "or": "{0} is True", "implies": "{0} is False"}
"""By operator, when the left side decides alone."""
_DECIDED = {"and": "False", "or": "True", "implies": "True"}
_FUNCTIONS = {"and": "both", "or": "either", "xor": "one_of", "implies": "implied"}


def boolean(lines: Lines, source: str, *, definite: bool = False) -> Value:
    return Value(lines, source, BOOLEAN, definite)


def negated(writer: Writer, value: Value) -> Value:
    """`not` (§6.5.3): empty stays empty."""
    if value.definite:
        return boolean(value.lines, f"not ({value.source})", definite=True)
    value = named(writer, value)
    return boolean(value.lines, f"None if {value.source} is None else not {value.source}")


def connective(writer: Writer, operator: str, left: Value, right: Value) -> Value:
    """`left operator right` of two truths."""
    if left.definite and right.definite and not right.lines:
        return boolean(left.lines, _plain(operator, left.source, right.source), definite=True)
    if operator == "xor":
        lines = [*left.lines, *right.lines]
        return boolean(lines, f"one_of({left.source}, {right.source})")
    left = named(writer, left)
    result = writer.fresh("b")
    joined = f"{_FUNCTIONS[operator]}({left.source}, {right.source})"
    if left.definite and right.definite:
        joined = right.source
    lines = [
        *left.lines,
        f"if {_DECIDES[operator].format(left.source)}:",
        f" {result} = {_DECIDED[operator]}",
        "else:",
        *indent([*right.lines, f"{result} = {joined}"]),
    ]
    return boolean(lines, result, definite=left.definite and right.definite)


def _plain(operator: str, left: str, right: str) -> str:
    match operator:
        case "implies":
            return f"(not ({left}) or ({right}))"
        case "xor":
            return f"(({left}) is not ({right}))"
        case _:
            return f"(({left}) {operator} ({right}))"


def from_value(value: Value) -> Value:
    """A single value where a Boolean is expected (§4.5): any other value than one is true."""
    if value.type == BOOLEAN:
        return value
    if value.source == "None":
        return boolean([], "None")
    if value.definite and value.type:
        return boolean(value.lines, "True", definite=True)
    return boolean(value.lines, f"as_truth({value.source})")


def from_items(writer: Writer, node: Node, scope: Scope, asker: str) -> Value:
    """Items where a Boolean is expected: a single Boolean, or true for a single other item."""
    items = writer.what(node, scope)
    if not items:
        return boolean([], "None")
    many = any(item.many for item in items)
    if not many and all(system(writer, item)[1] == BOOLEAN for item in items):
        return single(writer, node, scope, asker)
    lines, found = gathered(writer, node, scope)
    result = writer.fresh("b")
    answer = f"loose_truth({found})" if writer.loose else f"truth({found}, {asker!r})"
    return boolean([*lines, placed(f"{result} = {answer}", node)], result)


def flag(writer: Writer, node: Node, scope: Scope) -> Value:
    """Whether a node yields anything."""
    result = writer.fresh("b")
    lines = writer.each(node, scope, lambda _item: [f"{result} = True"], whole=True)
    if not lines:
        return boolean([], "False", definite=True)
    return boolean([f"{result} = False", *lines], result, definite=True)


def is_true(truth: Value) -> str:
    """A Python condition that holds when a truth is true: empty is not."""
    return truth.source if is_name(truth.source) or truth.definite else f"({truth.source}) is True"
