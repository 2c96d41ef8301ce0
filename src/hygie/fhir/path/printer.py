"""Syntax tree -> text that parses back to the same tree."""

from decimal import Decimal

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

_ESCAPES = str.maketrans({"\\": r"\\", "'": r"\'", "`": r"\`", "\n": r"\n", "\r": r"\r"})
_RESERVED = frozenset({"and", "or", "xor", "implies", "div", "mod", "true", "false"})
"""Words that the grammar does not read as names; `as`, `is`, `in` and `contains` it does."""


def to_text(node: Node) -> str:  # noqa: PLR0911 - one a node
    """An expression equal to `node`, with no more than one space or parenthesis than it needs."""
    match node:
        case Empty():
            return "{}"
        case Literal(value, long):
            return _literal(value) + ("L" if long else "")
        case Moment(text):
            return f"@{text}"
        case Quantity(value, unit, calendar):
            return f"{value:f} {unit if calendar else _quoted(unit)}"
        case Variable(name, target):
            plain = _plain(name[1:]) or name[0] == "$"
            return _prefix(target) + (name if plain else f"%{_quoted(name[1:], '`')}")
        case Member(target, name):
            return _prefix(target) + _name(name)
        case Call(target, name, arguments):
            return f"{_prefix(target)}{_name(name)}({', '.join(map(to_text, arguments))})"
        case _:
            return _operation(node)


def _operation(node: Index | Sign | TypeTest | Binary) -> str:
    match node:
        case Index(target, index):
            return f"{_operand(target)}[{to_text(index)}]"
        case Sign("desc", operand):
            return f"{to_text(operand)} desc"
        case Sign(operator, operand):
            return f"{operator}{_operand(operand)}"
        case TypeTest(operator, operand, type_name):
            name = ".".join(map(_name, type_name.split(".")))
            return f"{_operand(operand)} {operator} {name}"
        case Binary(operator, left, right):
            return f"{_operand(left)} {operator} {_operand(right)}"


def _operand(node: Node) -> str:
    text = to_text(node)
    bare = not isinstance(node, Binary | TypeTest | Sign | Quantity)
    return text if bare else f"({text})"


def _prefix(target: Node | None) -> str:
    return "" if target is None else _operand(target) + "."


def _literal(value: str | bool | int | Decimal) -> str:  # noqa: FBT001 - a value, no switch
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _quoted(value)
    return str(value) if isinstance(value, int) else f"{value:f}"


def _quoted(text: str, quote: str = "'") -> str:
    return quote + text.translate(_ESCAPES) + quote


def _plain(name: str) -> bool:
    return name.isidentifier() and name.isascii()


def _name(name: str) -> str:
    return name if _plain(name) and name not in _RESERVED else _quoted(name, "`")
