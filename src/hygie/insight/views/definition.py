"""What a view is, once read: the ViewDefinition of SQL on FHIR, its expressions parsed.

A view makes rows from resources of one type (https://sql-on-fhir.org/ig/latest/, logical model
ViewDefinition). `hygie.insight.views.reading` makes a `View` from JSON and refuses what is wrong;
whatever runs a view may rely on what that promised.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from hygie.fhir.path.syntax import Node

ROW_INDEX = "%rowIndex"
"""Where the item in focus stands in what the nearest `forEach` or `repeat` goes through, from 0."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A FHIRPath expression of a view, and its place there: `select[0].column[2].path`."""

    text: str
    node: Node
    """Its syntax tree, where literals stand for the constants of the view."""
    place: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Tag:
    """What a column is tagged with: `ansi/type`, for example, and a type of SQL."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: one value a row, or the list of all values when it is a `collection`."""

    name: str
    path: Expression
    type: str = ""
    """The FHIR type it is declared to have ("string", "Observation.referenceRange"), or empty."""
    collection: bool = False
    description: str = ""
    tags: tuple[Tag, ...] = ()
    place: str = field(default="", compare=False)

    def tag(self, name: str) -> str:
        """The value of its first tag of that name, or empty."""
        return next((tag.value for tag in self.tags if tag.name == name), "")


@dataclass(frozen=True, slots=True)
class Select:
    """Rows made from an element: its columns × the rows of each select × those of the union.

    At most one of `for_each`, `for_each_or_null` and `repeat` says which elements these are;
    without, it is the element that the select around it has in focus.
    """

    columns: tuple[Column, ...] = ()
    selects: tuple["Select", ...] = ()
    union_all: tuple["Select", ...] = ()
    for_each: Expression | None = None
    for_each_or_null: Expression | None = None
    repeat: tuple[Expression, ...] = ()
    place: str = field(default="", compare=False)

    def all_columns(self) -> Iterator[Column]:
        """The columns it yields, in their order: its own, its selects', its union's.

        Those of a union are said by its first branch; the others have the same names.
        """
        yield from self.columns
        for inner in (*self.selects, *self.union_all[:1]):
            yield from inner.all_columns()


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that the text of expressions calls `%name`; `type` is a primitive type."""

    name: str
    type: str
    value: str | bool | int | Decimal


@dataclass(frozen=True, slots=True)
class View:
    """A table made of resources of one type: those for which every `where` is true."""

    resource: str
    selects: tuple[Select, ...]
    where: tuple[Expression, ...] = ()
    constants: tuple[Constant, ...] = ()
    name: str = ""
    title: str = ""
    description: str = ""
    url: str = ""

    def columns(self) -> tuple[Column, ...]:
        """Its columns, in the order of its rows' values (SQL on FHIR, Column Ordering)."""
        return tuple(column for select in self.selects for column in select.all_columns())
