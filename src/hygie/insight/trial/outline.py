"""A syntax tree as one reads an expression: steps of a path in their order, arguments below."""

from collections.abc import Callable
from typing import Final

from hygie.fhir.definitions import r4
from hygie.fhir.path.check import Shape, examine
from hygie.fhir.path.check.shape import UNKNOWN
from hygie.fhir.path.parser import parse
from hygie.fhir.path.printer import to_text
from hygie.fhir.path.syntax import Binary, Call, Index, Member, Node, Sign, TypeTest, Variable
from hygie.insight.trial.values import Branch

MAX_NAMES: Final = 3
"""Types that are named, of those a node may have."""
Typed = Callable[[Node], str]
"""What a node may yield, in a word; empty when nothing is known."""


def read(expression: str, type_name: str) -> Branch:
    """An expression as it is understood for a type; without a type, as it is written."""
    tree = parse(expression)
    shapes = examine(tree, type_name, r4()).shapes if type_name else {}
    return outline(tree, lambda node: said(shapes.get(id(node), UNKNOWN)))


def said(shape: Shape) -> str:
    """ "HumanName 0..*"; empty when anything may come."""
    if shape.types is None:
        return ""
    names = sorted(name.rpartition("/")[2] for name in shape.types)
    more = ["…"] if len(names) > MAX_NAMES else []
    most = "0" if not names else "*" if shape.many else "1"
    return " ".join([" | ".join([*names[:MAX_NAMES], *more]), f"{shape.least}..{most}"]).strip()


def outline(node: Node, typed: Typed) -> Branch:
    """A node as one branch: a path of several steps holds them under its own text."""
    steps = _steps(node, typed)
    if len(steps) == 1:
        return steps[0]
    return Branch(to_text(node), typed(node), node.position + 1, steps)


def _steps(node: Node, typed: Typed) -> tuple[Branch, ...]:
    """What a path does one after the other; an operation is a single step."""
    before, label, below = _parts(node)
    inner = tuple(outline(child, typed) for child in below)
    step = Branch(label, typed(node), node.position + 1, inner)
    return (step,) if before is None else (*_steps(before, typed), step)


def _parts(  # noqa: PLR0911 - one a node
    node: Node,
) -> tuple[Node | None, str, tuple[Node, ...]]:
    """The step before, what this one is called, and what it works on."""
    match node:
        case Member(target, name) | Variable(name, target):
            return target, _dotted(target, name), ()
        case Call(target, name, arguments):
            inside = "…" if arguments else ""
            return target, f"{_dotted(target, name)}({inside})", arguments
        case Index(target, index):
            return target, "[…]", (index,)
        case Binary(operator, left, right):
            return None, operator, (left, right)
        case TypeTest(operator, operand, type_name):
            return None, f"{operator} {type_name}", (operand,)
        case Sign(operator, operand):
            return None, operator, (operand,)
    return None, to_text(node), ()


def _dotted(target: Node | None, name: str) -> str:
    return name if target is None else f".{name}"
