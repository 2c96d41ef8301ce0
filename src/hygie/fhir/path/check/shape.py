"""What a node of an expression may yield, as far as the definitions tell."""

from dataclasses import dataclass, replace
from typing import Final

from hygie.fhir.path.syntax import Literal, Moment, Node, Quantity

Constants = frozenset[object]


@dataclass(frozen=True, slots=True)
class Shape:
    """The items a node may give."""

    types: frozenset[str] | None
    """Keys of `Registry.types` ("HumanName", "code", a profile's URL) and types of the language
    ("System.Integer"). None when knowledge ends: anything. Empty: never any item."""
    many: bool = False
    """Whether there may be several."""
    ordered: bool = True
    """Whether their order means something (§6.3: not that of children, nor of a union)."""
    least: int = 0
    """How many there are in any case."""
    constants: Constants | None = None
    """The values, where they are written in the expression itself."""
    elsewhere: bool = False
    """It follows a path that starts with another type than the context's."""

    @property
    def known(self) -> bool:
        """Whether there may be items, and their types are known."""
        return bool(self.types)

    def one(self) -> "Shape":
        """Of these items, one at most."""
        if not self.many and self.constants is None:
            return self
        return replace(self, many=False, least=min(self.least, 1), constants=None)

    def some(self) -> "Shape":
        """Of these items, perhaps none."""
        if not self.least and self.constants is None:
            return self
        return replace(self, least=0, constants=None)


EMPTY: Final = Shape(frozenset())
UNKNOWN: Final = Shape(None, many=True)
BOOLEAN: Final = Shape(frozenset({"System.Boolean"}))
STRING: Final = Shape(frozenset({"System.String"}))
INTEGER: Final = Shape(frozenset({"System.Integer"}))
_LITERALS: Final = {bool: "Boolean", str: "String", int: "Integer"}


def literal(node: Node) -> Shape:
    """What is written in the expression itself; `{}` is nothing."""
    constants: Constants | None = None
    match node:
        case Literal(value):
            name = _LITERALS.get(type(value), "Decimal")
            constants = frozenset({value})
        case Moment(text):
            name = "Time" if text[0] == "T" else "DateTime" if "T" in text else "Date"
        case Quantity():
            name = "Quantity"
        case _:
            return EMPTY
    return Shape(frozenset({f"System.{name}"}), least=1, constants=constants)


def either(left: Shape, right: Shape) -> Shape:
    """One or the other."""
    return Shape(
        _types(left, right),
        left.many or right.many,
        left.ordered and right.ordered,
        min(left.least, right.least),
        elsewhere=left.elsewhere and right.elsewhere,
    )


def union(left: Shape, right: Shape, *, distinct: bool) -> Shape:
    """Both: `left | right` when they are made distinct, else `left.combine(right)`."""
    constants = None
    least = max(left.least, right.least) if distinct else left.least + right.least
    if distinct and left.constants is not None and right.constants is not None:
        constants = left.constants | right.constants
        least = len(constants)
    one_side = EMPTY.types in (left.types, right.types)
    return Shape(
        _types(left, right),
        many=(left.many or right.many) if one_side else True,
        ordered=one_side and left.ordered and right.ordered,
        least=least,
        constants=constants,
        elsewhere=left.elsewhere and right.elsewhere,
    )


def _types(left: Shape, right: Shape) -> frozenset[str] | None:
    return None if left.types is None or right.types is None else left.types | right.types
