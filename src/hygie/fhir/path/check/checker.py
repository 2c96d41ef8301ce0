"""The pass over a syntax tree that tells what each node may yield, and what is wrong."""

from dataclasses import dataclass, replace
from typing import Final

from hygie.fhir.definitions import Element
from hygie.fhir.path import phrases as language
from hygie.fhir.path.check import functions, operators, phrases
from hygie.fhir.path.check.findings import Findings
from hygie.fhir.path.check.shape import (
    BOOLEAN,
    EMPTY,
    INTEGER,
    STRING,
    UNKNOWN,
    Shape,
    literal,
    union,
)
from hygie.fhir.path.check.types import Types
from hygie.fhir.path.environment import constant
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.syntax import (
    Binary,
    Call,
    Index,
    Member,
    Node,
    Sign,
    TypeTest,
    Variable,
)
from hygie.refusal import Phrase

MAX_STEPS: Final = 20_000
"""Visits of nodes; `repeat` visits its own several times, and may stand in another."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a node stands: what `$this` is, and what the whole expression applies to."""

    this: Shape
    context: Shape
    resource: Shape

    def within(self, item: Shape) -> "Scope":
        return replace(self, this=item)


class Checker:
    """Checks one expression. `strict` adds what cannot be an error but never matches."""

    def __init__(self, types: Types, *, strict: bool) -> None:
        self.types = types
        self.strict = strict
        self.findings = Findings()
        self.shapes: dict[int, Shape] = {}
        """What each node may yield, by its identity: as of the last visit."""
        self._steps = 0

    def visit(self, node: Node, scope: Scope) -> Shape:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise wrong("too-large", language.TOO_LARGE, node.position)
        shape = self._visited(node, scope)
        self.shapes[id(node)] = shape
        return shape

    def _visited(self, node: Node, scope: Scope) -> Shape:
        match node:
            case Member(target, name):
                if target is None:
                    return self._root(node, name, scope)
                return self.member(node, self.visit(target, scope), name)
            case Call():
                return functions.called(self, node, scope)
            case Binary():
                return self._binary(node, scope)
            case Variable(name):
                return self._variable(name, scope)
            case _:
                return self._other(node, scope)

    def _other(self, node: Node, scope: Scope) -> Shape:
        match node:
            case Index(target, index):
                return self._indexed(node, self.visit(target, scope), self.visit(index, scope))
            case Sign(operator, operand):
                return self.signed(node, operator, self.visit(operand, scope))
            case TypeTest(operator, operand, written):
                return self.typed(node, operator, self.visit(operand, scope), written)
            case _:
                return literal(node)

    # --- paths ------------------------------------------------------------------------
    def _root(self, node: Member, name: str, scope: Scope) -> Shape:
        """A path's first name: a type, which must be the context's, or an element (§3.1)."""
        if not name[:1].isupper() or name not in self.types.registry.types:
            return self.member(node, scope.this, name)
        here = scope.this.types
        if here is None:
            return Shape(frozenset({name}), scope.this.many)
        kept = frozenset(t for t in here if self.types.may_be(t, name))
        if kept or not here:
            narrowed = {name if self.types.is_open(t) else t for t in kept}
            return replace(scope.this, types=frozenset(narrowed))
        shown = self.types.shown(here)
        self.say("other-type", phrases.OTHER_TYPE, node, name=name, type=shown)
        return Shape(frozenset(), elsewhere=True)

    def member(self, node: Node, target: Shape, name: str) -> Shape:
        """The element of every type that has it; wrong when none has."""
        if target.types is None:
            return UNKNOWN
        if target.elsewhere:
            return target
        found: list[Element] = []
        unknown = False
        for type_name in target.types:
            unknown |= self.types.leaves(type_name, name)
            found += self.types.elements(type_name, name)
        if unknown:
            return replace(UNKNOWN, many=target.many)
        if target.types and not found:
            self._missing(node, target.types, name)
            return EMPTY
        allowed = [element for element in found if element.max != 0]
        if self.strict and found and not allowed:
            shown = self.types.shown(target.types)
            self.say("prohibited", phrases.PROHIBITED, node, name=name, type=shown)
        return Shape(
            frozenset(ref.narrowest for element in allowed for ref in element.types),
            target.many or any(element.max != 1 for element in allowed),
            target.ordered,
        )

    def _missing(self, node: Node, types: frozenset[str], name: str) -> None:
        shown = {"name": name, "type": self.types.shown(types)}
        choices = (self.types.choice_of(type_name, name) for type_name in sorted(types))
        if choice := next(filter(None, choices), ""):
            self.say("unknown-element", phrases.CHOICE, node, near=choice, **shown)
        elif near := self.types.near_element(types, name):
            self.say("unknown-element", phrases.UNKNOWN_ELEMENT_NEAR, node, near=near, **shown)
        else:
            self.say("unknown-element", language.UNKNOWN_ELEMENT, node, **shown)

    def _variable(self, name: str, scope: Scope) -> Shape:
        match name:
            case "$this":
                return scope.this
            case "$index":
                return replace(INTEGER, least=1)
            case "%context":
                return scope.context
            case "%resource":
                return scope.resource
            case _:
                text = constant(name.removeprefix("%"))
                return UNKNOWN if text is None else replace(STRING, least=1)

    def _indexed(self, node: Node, target: Shape, index: Shape) -> Shape:
        if target.elsewhere:
            return target
        self.needs_order(node, "[…]", target)
        if index.known and all(self.types.system(t) != "Integer" for t in index.types or ()):
            self.never_takes(node, "[…]", "Integer", index)
        return target.one().some()

    # --- types ------------------------------------------------------------------------
    def typed(self, node: Node, operator: str, operand: Shape, written: str | None) -> Shape:
        """`is`, `as` and `ofType`, as operators or functions."""
        if operand.elsewhere:
            return operand
        wanted = self._named(node, operator, written)
        kept = self._kept(operand, wanted, operator) if wanted else None
        if self.strict and operand.known and kept == frozenset():
            found = self.types.shown(operand.types)
            self.say("never-matches", phrases.NEVER_MATCHES, node, found=found, name=written or "")
        if operator == "is":
            return replace(BOOLEAN, least=min(operand.least, 1))
        many = operand.many and operator == "ofType"
        return replace(operand.some(), types=kept, many=many)

    def _named(self, node: Node, operator: str, written: str | None) -> str:
        wanted = self.types.named(written) if written else ""
        if written is None:
            self.say("no-type", phrases.NO_TYPE, node, name=operator)
        elif not wanted:
            if near := self.types.near_type(written):
                self.say("unknown-type", phrases.UNKNOWN_TYPE_NEAR, node, name=written, near=near)
            else:
                self.say("unknown-type", language.UNKNOWN_TYPE, node, name=written)
        return wanted

    def _kept(self, operand: Shape, wanted: str, operator: str) -> frozenset[str]:
        if operand.types is None:
            return frozenset({wanted})
        left = (self.types.narrowed(name, wanted, operator) for name in operand.types)
        return frozenset(filter(None, left))

    # --- operators --------------------------------------------------------------------
    def _binary(self, node: Binary, scope: Scope) -> Shape:
        if node.operator == "|":
            return self._union(node, scope)
        left, right = self.visit(node.left, scope), self.visit(node.right, scope)
        name = node.operator
        shown = {"left": self.types.shown(left.types), "right": self.types.shown(right.types)}
        if operators.judges(name):
            self.judged(node, name, left)
            self.judged(node, name, right)
        same = operators.compares(name)
        if self.strict and same and not operators.may_be_equal(left, right, self.types):
            self.say("never-equal", phrases.NEVER_EQUAL, node, name=name, **shown)
        given = operators.result(name, left, right, self.types)
        if given is None:
            self.say("operands", phrases.OPERANDS, node, name=name, **shown)
        return UNKNOWN.one() if given is None else given

    def _union(self, node: Binary, scope: Scope) -> Shape:
        """Sides that speak of other types than the context's yield nothing, if another side fits.

        A search parameter has one expression for several resource types.
        """
        start = self.findings.mark()
        left = self.visit(node.left, scope)
        middle = self.findings.mark()
        right = self.visit(node.right, scope)
        if right.elsewhere and not left.elsewhere:
            self.findings.forget(middle)
        if left.elsewhere and not right.elsewhere:
            self.findings.forget(start, middle)
        return union(left, right, distinct=True)

    def signed(self, node: Node, operator: str, operand: Shape) -> Shape:
        given = operators.signed(operand, self.types)
        if given is None:
            found = self.types.shown(operand.types)
            self.say("operands", phrases.OPERAND, node, name=operator, found=found)
        return UNKNOWN.one() if given is None else given.one()

    # --- what is said -----------------------------------------------------------------
    def judged(self, node: Node, name: str, criterion: Shape) -> None:
        """A criterion: never several items; strictly, a Boolean (§4.5 takes any item for true)."""
        if criterion.least > 1:
            self.say("several", phrases.SEVERAL, node, name=name)
        elif (
            self.strict
            and criterion.known
            and all(self.types.system(t) != "Boolean" for t in criterion.types or ())
        ):
            found = self.types.shown(criterion.types)
            self.say("not-boolean", phrases.NOT_BOOLEAN, node, name=name, found=found)

    def needs_order(self, node: Node, name: str, target: Shape) -> None:
        if self.strict and target.many and not target.ordered:
            self.say("unordered", phrases.UNORDERED, node, name=name)

    def never_takes(self, node: Node, name: str, expected: str, found: Shape) -> None:
        shown = self.types.shown(found.types)
        self.say("wrong-type", phrases.NEVER_TAKES, node, name=name, expected=expected, found=shown)

    def say(self, rule: str, phrase: Phrase, node: Node, **details: str) -> None:
        self.findings.add(rule, phrase, node.position, **details)
