"""How a function is described to whoever compiles, checks or interprets an expression."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

ArgumentKind = Literal["value", "collection", "later", "expression", "type"]
"""How an argument is evaluated:

"value": before the call, where the function stands, to a single value of the language;
"collection": before the call, where the function stands, to a list of items;
"later": where the function stands, but only if the function comes to need it;
"expression": for each item of the input, with that item as `$this`;
"type": not at all: it names a type.
"""

NUMBER: Final = "Number"
AMOUNT: Final = "Amount"
DAY: Final = "Day"
MOMENT: Final = "Moment"
MEASURED: Final = "Measured"
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    NUMBER: ("Integer", "Decimal"),
    AMOUNT: ("Integer", "Decimal", "Quantity"),
    DAY: ("Date", "DateTime"),
    MOMENT: ("Date", "DateTime", "Time"),
    MEASURED: ("Integer", "Decimal", "Quantity", "Date", "DateTime", "Time"),
    "Any": ("Boolean", "String", "Integer", "Decimal", "Quantity", "Date", "DateTime", "Time"),
}
"""What `takes` and `Argument.type` may say beside the name of one System type.

A value is first converted if its type is implicitly converted to one of those (§5.5)."""


@dataclass(frozen=True, slots=True)
class Argument:
    kind: ArgumentKind = "value"
    type: str = "Any"
    """Of a "value": a System type without its namespace, or a key of `KINDS`. Of an "expression":
    "Boolean" when it is read as a truth, else "Any"."""
    optional: bool = False
    """It may be left out, and is then None. If it is given but empty, so it is None as well."""
    repeats: bool = False
    """The last one, and there may be any number of it."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One function.

    `call(input, *arguments)`, or `call(evaluation, input, *arguments)` if `evaluation` is set,
    gives a value, None for empty, or a list of items if `many`. It never gets the source's
    position: it raises Refused with a position of -1.

    The input is, by `takes`:

    - "collection": the list of items as it is, empty or not;
    - "nothing": left out, the function is about none;
    - else a single value of that type. The caller refuses several items and values of other
      types; when the input is empty, or an argument that is not optional, the answer is empty,
      and the function is not called. For "Any", an element that is no value is handed as it is.

    `call` is None for what takes an "expression", a "type" or is evaluated "later": how, is for
    whoever runs the expression.
    """

    name: str
    takes: str
    gives: str
    """A System type; a FHIR type ("Extension"); "input": items of the input, or its value's type;
    "items": any items; "value": a value of any System type."""
    call: Callable[..., Any] | None = None
    arguments: tuple[Argument, ...] = ()
    many: bool = False
    """Whether it may give more than one item. With "input", never more than the input has."""
    evaluation: bool = False

    @property
    def fewest(self) -> int:
        """Arguments it must have."""
        return sum(not argument.optional for argument in self.arguments)

    @property
    def most(self) -> int | None:
        """Arguments it may have; None for any number."""
        last = self.arguments[-1:]
        return None if last and last[0].repeats else len(self.arguments)

    def admits(self, count: int) -> bool:
        """Whether it may be given so many arguments."""
        return self.fewest <= count and (self.most is None or count <= self.most)

    @property
    def expected(self) -> str:
        """How many it may be given, as a refusal says it: "1", "1–2", "1–…"."""
        if self.most == self.fewest:
            return str(self.fewest)
        return f"{self.fewest}–{'…' if self.most is None else self.most}"


def argument(type: str, *, optional: bool = False) -> Argument:  # noqa: A002
    """A single value."""
    return Argument("value", type, optional)


COLLECTION: Final = Argument("collection")
EXPRESSION: Final = Argument("expression")
CRITERION: Final = Argument("expression", "Boolean")
TYPE: Final = Argument("type")
