"""The statement of a view as it grows: each stage is a SELECT from the stage before it.

A stage adds columns to those there are. One that unnests a list repeats its row for each item, in
the order of the list, so that rows come out in the order in which the resources came in.
"""

from dataclasses import dataclass, field

from hygie.insight.views.sql import quoting

SOURCE = "resources"
"""The table of one column, `resource`: the JSON of a resource."""


@dataclass(slots=True)
class Stages:
    """The statement so far, and the columns that the next stage will add."""

    sql: str = SOURCE
    _waiting: list[str] = field(default_factory=list)
    _names: int = 0

    def fresh(self, stem: str) -> str:
        """A name that no column has; none of the view's is given to a column before the end."""
        self._names += 1
        return f"{stem}_{self._names}"

    def add(self, expression: str, stem: str) -> str:
        """A column, there from the next stage on; its name."""
        name = self.fresh(stem)
        self._waiting.append(f"{expression} AS {name}")
        return name

    def settle(self) -> None:
        """Ends a stage: the columns added are there."""
        if self._waiting:
            self.sql = f"(SELECT *, {', '.join(self._waiting)}\nFROM {self.sql})"
            self._waiting = []

    def keep(self, condition: str) -> None:
        """Only rows for which the condition is true go on."""
        self.settle()
        self.sql = f"(SELECT *\nFROM {self.sql}\nWHERE {condition})"

    def unnest(self, items: str, stem: str) -> tuple[str, str]:
        """A row for each item: the names of the item, and of its place from 0."""
        self.settle()
        listed = self.add(items, "list")
        self.settle()
        item = self.add(f"unnest({listed})", stem)
        place = self.add(f"unnest(range(len({listed})))", "place")
        self.settle()
        return item, place

    def unnest_or_null(self, items: str, stem: str) -> tuple[str, str]:
        """The same, and one row when there is no item: of it, and of its place, NULL."""
        self.settle()
        listed = self.add(items, "list")
        self.settle()
        none = f"coalesce(len({listed}), 0) = 0"
        item = self.add(f"unnest(CASE WHEN {none} THEN [NULL] ELSE {listed} END)", stem)
        places = f"CASE WHEN {none} THEN [NULL] ELSE range(len({listed})) END"
        place = self.add(f"unnest({places})", "place")
        self.settle()
        return item, place

    def finished(self, columns: list[tuple[str, str]]) -> str:
        """The whole statement: columns by the names that the view gives them."""
        self.settle()
        named = ",\n  ".join(f"{sql} AS {quoting.name(name)}" for name, sql in columns)
        return f"SELECT {named}\nFROM {self.sql}"
