"""The syntax tree of FHIRPath N1 (http://hl7.org/fhirpath/N1/, grammar of appendix B).

Nodes are immutable and compare by meaning: where they stood in the text does not count.
`depth` is the height of the tree below a node, kept so that the parser can bound it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal as OneOf


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    position: int = field(default=0, compare=False)
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Empty(_Node):
    """`{}`"""


@dataclass(frozen=True, slots=True)
class Literal(_Node):
    """`'text'`, `true`, `12`, `1.50`, `12L`."""

    value: str | bool | int | Decimal
    long: bool = False


@dataclass(frozen=True, slots=True)
class Moment(_Node):
    """`@2020-05-01`, `@2020-05-01T10:00Z`, `@T10:00`: the text after `@`."""

    text: str


@dataclass(frozen=True, slots=True)
class Quantity(_Node):
    """`4 'mg'`, `3 days`."""

    value: Decimal
    unit: str
    calendar: bool = False


@dataclass(frozen=True, slots=True)
class Variable(_Node):
    """`$this`, `$index`, `$total`, `%resource`: with its sign.

    The grammar lets the first three end a path, `target.$this`; they mean there what they mean
    alone, for the item they speak of is the iteration's, not the path's.
    """

    name: str
    target: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Member(_Node):
    """`target.name`, or `name` alone: an element, or a type at the start of a path."""

    target: "Node | None"
    name: str


@dataclass(frozen=True, slots=True)
class Call(_Node):
    """`target.name(arguments)`, or `name(arguments)` alone."""

    target: "Node | None"
    name: str
    arguments: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Index(_Node):
    """`target[index]`"""

    target: "Node"
    index: "Node"


@dataclass(frozen=True, slots=True)
class Sign(_Node):
    """`-operand`, `+operand`, and a key of `sort`: `operand desc`"""

    operator: OneOf["+", "-", "desc"]
    operand: "Node"


@dataclass(frozen=True, slots=True)
class TypeTest(_Node):
    """`operand is Type`, `operand as Type`: the type as written, its names joined by dots."""

    operator: str
    operand: "Node"
    type: str


@dataclass(frozen=True, slots=True)
class Binary(_Node):
    """`left operator right`"""

    operator: str
    left: "Node"
    right: "Node"


Node = (
    Empty
    | Literal
    | Moment
    | Quantity
    | Variable
    | Member
    | Call
    | Index
    | Sign
    | TypeTest
    | Binary
)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node, from left to right."""
    match node:
        case Member(target, _):
            return (target,) if target else ()
        case Call(target, _, arguments):
            return (target, *arguments) if target else arguments
        case Index(target, index):
            return (target, index)
        case Sign(_, operand) | TypeTest(_, operand, _):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case _:
            return ()


def with_children(node: Node, below: Sequence[Node]) -> Node:
    """A node with others right below it: as many as `children` gives, in the same order."""
    match node:
        case Member() if below:
            return replace(node, target=below[0])
        case Call(target, _, _):
            first = 1 if target else 0
            above = below[0] if target else None
            return replace(node, target=above, arguments=tuple(below[first:]))
        case Index():
            return replace(node, target=below[0], index=below[1])
        case Sign() | TypeTest():
            return replace(node, operand=below[0])
        case Binary():
            return replace(node, left=below[0], right=below[1])
    return node


def type_named(node: Node) -> str | None:
    """The type that an argument names, as written: names joined by dots; None if it names none."""
    if not isinstance(node, Member):
        return None
    if node.target is None:
        return node.name
    space = type_named(node.target)
    return None if space is None else f"{space}.{node.name}"


def mentions(node: Node, variable: str) -> bool:
    """Whether a variable (`$index`) stands anywhere in a tree."""
    if isinstance(node, Variable):
        return node.name == variable
    return any(mentions(child, variable) for child in children(node))


def operands(node: Node) -> Iterator[Node]:
    """The sides of nested unions, from left to right; another node is its own."""
    if isinstance(node, Binary) and node.operator == "|":
        yield from operands(node.left)
        yield from operands(node.right)
    else:
        yield node


def direction_of(key: Node) -> OneOf["", "-", "desc"]:
    """How a key of `sort` is to be taken: as it is, with the other sign, or from high to low."""
    if isinstance(key, Sign) and key.operator != "+":
        return key.operator
    return ""


def bare_key(key: Node) -> Node:
    """A key of `sort` without its direction."""
    return key.operand if isinstance(key, Sign) else key
