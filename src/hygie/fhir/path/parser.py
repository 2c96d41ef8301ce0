"""Tokens -> syntax tree, by precedence climbing over the whole FHIRPath N1 grammar."""

from decimal import Decimal
from typing import Final

from hygie.fhir.path import phrases
from hygie.fhir.path.lexer import Token, tokenize
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.syntax import (
    Binary,
    Call,
    Empty,
    Index,
    Literal,
    Member,
    Moment,
    Node,
    Quantity,
    Sign,
    TypeTest,
    Variable,
)
from hygie.limits import MAX_EXPRESSION_DEPTH
from hygie.refusal import Refused

PRECEDENCE: Final = {
    "implies": 1,
    "or": 2, "xor": 2,
    "and": 3,
    "in": 4, "contains": 4,
    "=": 5, "~": 5, "!=": 5, "!~": 5,
    "<": 6, ">": 6, "<=": 6, ">=": 6,
    "|": 7,
    "is": 8, "as": 8,
    "+": 9, "-": 9, "&": 9,
    "*": 10, "/": 10, "div": 10, "mod": 10,
}  # fmt: skip
"""Every binary operator; a higher figure binds tighter; all are left-associative."""
_UNITS: Final = frozenset(
    name + plural
    for name in ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")
    for plural in ("", "s")
)


def parse(text: str) -> Node:
    """The tree of an expression. Raises Refused with the place at fault."""
    return _Parser(tokenize(text)).whole()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._open = 0

    def whole(self) -> Node:
        node = self._expression(0)
        if self._peek().kind != "end":
            raise self._expected("end of expression")
        return node

    # --- tokens -----------------------------------------------------------------------
    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _at(self, symbol: str) -> bool:
        token = self._peek()
        return token.kind == "symbol" and token.text == symbol

    def _accept(self, symbol: str) -> bool:
        if self._at(symbol):
            self._next += 1
            return True
        return False

    def _require(self, symbol: str) -> None:
        if not self._accept(symbol):
            raise self._expected(symbol)

    def _expected(self, what: str) -> Refused:
        token = self._peek()
        found = token.text[:40] if token.kind != "end" else "end"
        return wrong("syntax", phrases.EXPECTED, token.position, expected=what, found=found)

    def _depth(self, position: int, *children: Node) -> int:
        """The height of a node above `children`, refused beyond the limit."""
        depth = 1 + max((child.depth for child in children), default=0)
        if depth > MAX_EXPRESSION_DEPTH:
            raise self._too_deep(position)
        return depth

    def _too_deep(self, position: int) -> Refused:
        return wrong("too-deep", phrases.TOO_DEEP, position, limit=str(MAX_EXPRESSION_DEPTH))

    # --- operators --------------------------------------------------------------------
    def _expression(self, floor: int) -> Node:
        """An expression whose operators all bind tighter than `floor`."""
        self._open += 1
        if self._open > MAX_EXPRESSION_DEPTH:
            raise self._too_deep(self._peek().position)
        left = self._signed()
        while (strength := self._strength()) > floor:
            left = self._operation(left, self._take(), strength)
        self._open -= 1
        return left

    def _strength(self) -> int:
        token = self._peek()
        return PRECEDENCE.get(token.text, 0) if token.kind in ("symbol", "identifier") else 0

    def _operation(self, left: Node, operator: Token, strength: int) -> Node:
        at = operator.position
        if operator.text in ("is", "as"):
            depth = self._depth(at, left)
            return TypeTest(operator.text, left, self._type_name(), position=at, depth=depth)
        right = self._expression(strength)
        depth = self._depth(at, left, right)
        return Binary(operator.text, left, right, position=at, depth=depth)

    def _type_name(self) -> str:
        name = self._identifier("type")
        return f"{name}.{self._identifier('type')}" if self._accept(".") else name

    def _signed(self) -> Node:
        if not (self._at("-") or self._at("+")):
            return self._path()
        token = self._take()
        operand = self._expression(PRECEDENCE["*"])
        depth = self._depth(token.position, operand)
        return Sign(
            "-" if token.text == "-" else "+", operand, position=token.position, depth=depth
        )

    # --- paths ------------------------------------------------------------------------
    def _path(self) -> Node:
        node = self._term()
        while True:
            at = self._peek().position
            if self._accept("."):
                node = self._invocation(node)
            elif self._accept("["):
                index = self._expression(0)
                self._require("]")
                node = Index(node, index, position=at, depth=self._depth(at, node, index))
            else:
                return node

    def _invocation(self, target: Node | None) -> Node:
        """A member, a function or a variable, applied to `target` or standing alone."""
        token = self._peek()
        at = token.position
        above = () if target is None else (target,)
        name = self._identifier("name")
        if token.kind == "identifier" and self._accept("("):
            arguments = self._arguments()
            return Call(
                target, name, arguments, position=at, depth=self._depth(at, *above, *arguments)
            )
        return Member(target, name, position=at, depth=self._depth(at, *above))

    def _identifier(self, what: str) -> str:
        if self._peek().kind not in ("identifier", "quoted"):
            raise self._expected(what)
        return self._take().text

    def _arguments(self) -> tuple[Node, ...]:
        if self._accept(")"):
            return ()
        arguments = [self._expression(0)]
        while self._accept(","):
            arguments.append(self._expression(0))
        self._require(")")
        return tuple(arguments)

    def _term(self) -> Node:  # noqa: PLR0911 - one a token
        token = self._peek()
        at = token.position
        if token.kind == "identifier" and token.text in ("true", "false"):
            self._take()
            return Literal(token.text == "true", position=at)
        if token.kind in ("identifier", "quoted"):
            return self._invocation(None)
        if token.kind == "symbol":
            return self._bracketed()
        if token.kind == "end":
            raise self._expected("expression")
        self._take()
        if token.kind == "number":
            return self._number(token)
        if token.kind == "string":
            return Literal(token.text, position=at)
        if token.kind == "moment":
            return Moment(token.text, position=at)
        return Variable(token.text, position=at)

    def _bracketed(self) -> Node:
        at = self._peek().position
        if self._accept("("):
            node = self._expression(0)
            self._require(")")
            return node
        if self._accept("{"):
            self._require("}")
            return Empty(position=at)
        raise self._expected("expression")

    def _number(self, token: Token) -> Node:
        unit = self._peek()
        if unit.kind == "string":
            self._take()
            return Quantity(Decimal(token.text), unit.text, position=token.position)
        if unit.kind == "identifier" and unit.text in _UNITS:
            self._take()
            value = Decimal(token.text)
            return Quantity(value, unit.text, calendar=True, position=token.position)
        value_of = Decimal if "." in token.text else int
        return Literal(value_of(token.text), position=token.position)
