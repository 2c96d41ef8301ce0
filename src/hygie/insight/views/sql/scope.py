"""What names mean where an expression stands."""

from dataclasses import dataclass, replace

from hygie.insight.views.sql.values import Value


@dataclass(frozen=True, slots=True)
class Scope:
    this: Value
    resource: Value
    row_index: str = "0"
    """SQL of `%rowIndex`."""
    text: str = ""
    """The column that holds the JSON of `this`, or empty."""
    index: str = ""
    """SQL of `$index`, inside a criterion."""
    depth: int = 0
    """Criteria around: each names its own lambda variable."""

    @property
    def variable(self) -> str:
        """The variable of a lambda for each item of what is in this scope."""
        return f"this{self.depth}"

    @property
    def counter(self) -> str:
        """The second variable of that lambda, which counts from 1."""
        return f"count{self.depth}"

    def focused(self, items: Value) -> "Scope":
        """The scope of an argument that is evaluated for each of `items`."""
        this = replace(items, many=False, dense=False)
        index = "0"
        if items.many:
            this = replace(this, sql=self.variable)
            index = f"({self.counter} - 1)"
        return replace(self, this=this, text="", index=index, depth=self.depth + 1)
