"""Which parts of a resource a view reads: the structure that its JSON is decoded into.

A tree with a node for every element that an expression touches. DuckDB decodes JSON into that
structure alone (`from_json`): what no column reads is passed over. Objects become STRUCTs and
arrays LISTs; every value that is not looked into stays a leaf, the text of its JSON, so that its
kind (text, number, object) and all its digits are still there when it is used.

Where it matters whether an element is there at all, whatever is read of it, its node is `counted`.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from hygie.insight.views.sql import quoting
from hygie.insight.views.sql.beyond import Beyond

EXACT: Final = "#"
"""A field that no element is called. `from_json` keeps the digits of the numbers of a document as
they are written when its structure has a DECIMAL somewhere, and else reads them as doubles."""


@dataclass(slots=True)
class Shape:
    """What is read of one element, or of a whole resource at the root."""

    repeats: bool = False
    primitive: bool = False
    counted: bool = False
    parent: "Shape | None" = None
    name: str = ""
    """In JSON."""
    children: "dict[str, Shape]" = field(default_factory=dict)

    def child(self, name: str, *, primitive: bool, repeats: bool) -> "Shape":
        """The node of an element, made when it is first read."""
        return self.children.setdefault(name, Shape(repeats, primitive, parent=self, name=name))

    def beside(self) -> "Shape":
        """Of a primitive: the node of the object that holds its extensions, and has no value."""
        if self.parent is None:
            raise Beyond("the extensions of a resource as those of a value")
        return self.parent.child("_" + self.name, primitive=False, repeats=self.repeats)

    def count(self) -> None:
        """Says that it matters whether the element is there, whatever is read of it."""
        self.counted = True
        if self.primitive:
            self.beside()

    @property
    def leaf(self) -> bool:
        """Whether its JSON is kept as text; final once all expressions have been compiled."""
        return self.primitive or not self.children

    def structure(self) -> str:
        """What `from_json` is told, as a literal of SQL."""
        fields: dict[str, Any] = {EXACT: "DECIMAL(38,9)"}
        return quoting.text(json.dumps(fields | self._fields()))

    def _fields(self) -> dict[str, Any]:
        return {name: child.type() for name, child in self.children.items()}

    def type(self) -> Any:
        """The part of the structure that stands for this element."""
        inner = "JSON" if self.leaf else self._fields()
        return [inner] if self.repeats else inner
