"""What operators take and give (FHIRPath §6): which types can be added, ordered, or be equal."""

from collections.abc import Callable, Iterator
from typing import Final

from hygie.fhir.path.check.shape import BOOLEAN, STRING, UNKNOWN, Shape
from hygie.fhir.path.check.types import Types

NUMBERS: Final = ("Integer", "Decimal")
AMOUNTS: Final = (*NUMBERS, "Quantity")
MOMENTS: Final = ("Date", "DateTime", "Time")
_ORDERS: Final = (AMOUNTS, ("Date", "DateTime"), ("Time",), ("String",))
"""Types whose values are compared with each other, once converted (§6.2, §10.1)."""
_TRUTHS: Final = frozenset({"and", "or", "xor", "implies"})
_EQUALITIES: Final = frozenset({"=", "!=", "~", "!~", "in", "contains"})
_ORDERINGS: Final = frozenset({"<", ">", "<=", ">="})
Rule = Callable[[str, str], str]
"""The types of two operands, without their namespace -> that of the result, or ""."""


def _sum(left: str, right: str) -> str:
    if left in MOMENTS:
        return left if right == "Quantity" else ""
    return _product(left, right)


def _plus(left: str, right: str) -> str:
    return "String" if left == right == "String" else _sum(left, right)


def _product(left: str, right: str) -> str:
    """Of the wider type: Integer, Decimal, Quantity."""
    if left not in AMOUNTS or right not in AMOUNTS:
        return ""
    return max(left, right, key=AMOUNTS.index)


def _quotient(left: str, right: str) -> str:
    wider = _product(left, right)
    return wider and ("Quantity" if wider == "Quantity" else "Decimal")


def _whole(left: str, right: str) -> str:
    wider = _product(left, right)
    return "" if wider == "Quantity" else wider and "Integer"


def _remainder(left: str, right: str) -> str:
    wider = _product(left, right)
    return "" if wider == "Quantity" else wider


ARITHMETIC: Final[dict[str, Rule]] = {
    "+": _plus, "-": _sum, "*": _product, "/": _quotient, "div": _whole, "mod": _remainder,
}  # fmt: skip


def result(operator: str, left: Shape, right: Shape, types: Types) -> Shape | None:
    """What an operator gives, or None when it never applies to such operands."""
    if operator in _TRUTHS or operator in _EQUALITIES:
        return BOOLEAN
    if operator == "&":
        return STRING
    if not (left.known and right.known):
        return BOOLEAN if operator in _ORDERINGS else UNKNOWN.one()
    pairs = list(_pairs(left, right, types))
    if operator in _ORDERINGS:
        return BOOLEAN if any(_ordered(*pair) for pair in pairs) else None
    given = {given for pair in pairs if (given := ARITHMETIC[operator](*pair))}
    return Shape(frozenset(f"System.{name}" for name in given)) if given else None


def signed(operand: Shape, types: Types) -> Shape | None:
    """What `-operand` gives, or None."""
    if not operand.known:
        return operand
    kept = {s for name in operand.types or () if (s := types.system(name)) in AMOUNTS}
    return Shape(frozenset(f"System.{name}" for name in kept)) if kept else None


def compares(operator: str) -> bool:
    """Whether an operator asks if its operands are the same."""
    return operator in _EQUALITIES


def judges(operator: str) -> bool:
    """Whether an operator takes truths."""
    return operator in _TRUTHS


def may_be_equal(left: Shape, right: Shape, types: Types) -> bool:
    """Whether an item of one may be that of the other."""
    if not (left.known and right.known):
        return True
    return any(_same(mine, its, types) for mine in left.types or () for its in right.types or ())


def _same(mine: str, its: str, types: Types) -> bool:
    values = types.system(mine), types.system(its)
    if all(values):
        return values[0] == values[1] or _ordered(*values)
    return types.may_be(mine, its) or types.may_be(its, mine)


def _ordered(left: str, right: str) -> bool:
    return any(left in order and right in order for order in _ORDERS)


def _pairs(left: Shape, right: Shape, types: Types) -> Iterator[tuple[str, str]]:
    for mine in left.types or ():
        for its in right.types or ():
            yield types.system(mine), types.system(its)
