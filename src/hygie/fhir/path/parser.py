"""Tokens -> syntax tree, by precedence climbing over the whole FHIRPath N1 grammar."""

from decimal import Decimal
from typing import Final

from hygie.fhir.path import phrases
from hygie.fhir.path.lexer import Token, tokenize
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.places import placed
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
from hygie.fhir.path.values import read_literal
from hygie.limits import MAX_DECIMAL_DIGITS, MAX_EXPRESSION_DEPTH
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
_ASSOCIATIVE: Final = frozenset({"|", "and", "or"})
"""Operators whose chains mean the same wherever they are parted (§6.3.1, §6.5)."""
_LONG: Final = 32
"""Operands of a chain; the longest in R4 has 34."""
_UNITS: Final = frozenset(
    name + plural
    for name in ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")
    for plural in ("", "s")
)


_RESERVED: Final = frozenset({"and", "or", "xor", "implies", "div", "mod"})
_MAX_INTEGER: Final = 2**31


def parse(text: str) -> Node:
    """The tree of an expression. Raises Refused with the place at fault, its line and column."""
    try:
        return _Parser(tokenize(text)).whole()
    except Refused as problem:
        raise placed(problem, text) from None


def _shown(token: Token) -> str:
    """A token as a refusal quotes it."""
    text = token.text[:40]
    return {"string": f"'{text}'", "moment": f"@{text}"}.get(token.kind, text)


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._open = 0

    def whole(self) -> Node:
        node = self._expression(0)
        if self._peek().kind != "end":
            found = self._peek()
            raise wrong("syntax", phrases.EXPECTED_END, found.position, found=_shown(found))
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

    def _expected(self, symbol: str) -> Refused:
        token = self._peek()
        phrase = phrases.EXPECTED_AT_END if token.kind == "end" else phrases.EXPECTED
        return wrong("syntax", phrase, token.position, expected=symbol, found=_shown(token))

    def _missing(self) -> Refused:
        token = self._peek()
        ended = token.kind == "end"
        phrase = phrases.EXPECTED_OPERAND_AT_END if ended else phrases.EXPECTED_OPERAND
        return wrong("syntax", phrase, token.position, found=_shown(token))

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
            name = self._type_name()
            return self._suffixed(TypeTest(operator.text, left, name, position=at, depth=depth))
        operands, places = [left], []
        while True:
            places.append(operator.position)
            operands.append(self._expression(strength))
            if operator.text not in _ASSOCIATIVE or self._peek()[:2] != operator[:2]:
                return self._joined(operator.text, operands, places)
            operator = self._take()

    def _joined(self, operator: str, operands: list[Node], places: list[int]) -> Node:
        """`a | b | c` leans to the left, as written; a long chain is halved, which means the same.

        A list of two hundred codes would else be two hundred levels deep.
        """
        if len(operands) > _LONG:
            middle = len(operands) // 2
            left = self._joined(operator, operands[:middle], places[: middle - 1])
            right = self._joined(operator, operands[middle:], places[middle:])
            return self._binary(operator, left, right, places[middle - 1])
        node = operands[0]
        for right, at in zip(operands[1:], places, strict=True):
            node = self._binary(operator, node, right, at)
        return node

    def _binary(self, operator: str, left: Node, right: Node, at: int) -> Node:
        return Binary(operator, left, right, position=at, depth=self._depth(at, left, right))

    def _type_name(self) -> str:
        """All the names joined by dots, but not a function that follows: `a is B.not()`."""
        name = self._identifier()
        while self._at(".") and not self._called():
            self._take()
            name += "." + self._identifier()
        return name

    def _called(self) -> bool:
        """Whether a function is invoked at this dot."""
        following = self._tokens[self._next + 1 : self._next + 3]
        return [token.text for token in following[1:]] == ["("] and following[1].kind == "symbol"

    def _signed(self) -> Node:
        if not (self._at("-") or self._at("+")):
            return self._suffixed(self._term())
        token = self._take()
        operand = self._expression(PRECEDENCE["*"])
        depth = self._depth(token.position, operand)
        return Sign(
            "-" if token.text == "-" else "+", operand, position=token.position, depth=depth
        )

    # --- paths ------------------------------------------------------------------------
    def _suffixed(self, node: Node) -> Node:
        """`node` and the invocations and indexes that follow it."""
        while (token := self._peek()).kind == "symbol":
            at = token.position
            if self._accept("."):
                node = self._invocation(node)
            elif self._accept("["):
                index = self._expression(0)
                self._require("]")
                node = Index(node, index, position=at, depth=self._depth(at, node, index))
            else:
                break
        return node

    def _invocation(self, target: Node | None) -> Node:
        """A member, a function or a variable, applied to `target` or standing alone."""
        token = self._peek()
        at = token.position
        above = () if target is None else (target,)
        if token.kind == "variable" and token.text[0] == "$":
            return Variable(self._take().text, target, position=at, depth=self._depth(at, *above))
        name = self._identifier()
        if self._accept("("):
            arguments = self._arguments(name)
            return Call(
                target, name, arguments, position=at, depth=self._depth(at, *above, *arguments)
            )
        return Member(target, name, position=at, depth=self._depth(at, *above))

    def _identifier(self) -> str:
        if self._peek().kind not in ("identifier", "quoted"):
            raise self._missing()
        return self._take().text

    def _arguments(self, function: str) -> tuple[Node, ...]:
        if self._accept(")"):
            return ()
        arguments = [self._argument(function)]
        while self._accept(","):
            arguments.append(self._argument(function))
        self._require(")")
        return tuple(arguments)

    def _argument(self, function: str) -> Node:
        """An expression; in `sort`, it may be followed by its direction."""
        node = self._expression(0)
        token = self._peek()
        if function != "sort" or token.kind != "identifier" or token.text not in ("asc", "desc"):
            return node
        self._take()
        if token.text == "asc":
            return node
        depth = self._depth(token.position, node)
        return Sign("desc", node, position=token.position, depth=depth)

    def _term(self) -> Node:
        token = self._peek()
        at = token.position
        if token.kind == "identifier":
            if token.text in ("true", "false"):
                self._take()
                return Literal(token.text == "true", position=at)
            if token.text in _RESERVED:
                raise wrong("reserved", phrases.RESERVED, at, name=token.text)
        if token.kind in ("identifier", "quoted"):
            return self._invocation(None)
        return self._bracketed() if token.kind in ("symbol", "end") else self._literal()

    def _literal(self) -> Node:
        token = self._take()
        at = token.position
        match token.kind:
            case "number":
                return self._number(token)
            case "string":
                return Literal(token.text, position=at)
            case "moment":
                if read_literal(token.text) is None:
                    raise wrong("no-such-moment", phrases.NO_SUCH_MOMENT, at, found=_shown(token))
                return Moment(token.text, position=at)
            case _:
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
        raise self._missing()

    def _number(self, token: Token) -> Node:
        at = token.position
        if len(token.text.rstrip("L").replace(".", "")) > MAX_DECIMAL_DIGITS:
            raise wrong("digits", phrases.DIGITS, at, limit=str(MAX_DECIMAL_DIGITS))
        unit = self._peek()
        if token.text.endswith("L"):
            return Literal(int(token.text[:-1]), long=True, position=at)
        if unit.kind == "string":
            self._take()
            return Quantity(Decimal(token.text), unit.text, position=at)
        if unit.kind == "identifier" and unit.text in _UNITS:
            self._take()
            return Quantity(Decimal(token.text), unit.text, calendar=True, position=at)
        if "." in token.text:
            return Literal(Decimal(token.text), position=at)
        return Literal(self._integer(token), position=at)

    def _integer(self, token: Token) -> int:
        """Its own maximum, 2^31 - 1, and one more after a minus: the language has no negatives."""
        value = int(token.text)
        negative = self._next > 1 and self._tokens[self._next - 2].text == "-"
        if value >= _MAX_INTEGER + negative:
            raise wrong("integer", phrases.INTEGER, token.position, found=str(value))
        return value
