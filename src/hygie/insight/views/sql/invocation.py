"""A function of the language as it is called in a view."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hygie.fhir.path.syntax import Call, Node
from hygie.insight.views.sql.beyond import Beyond
from hygie.insight.views.sql.scope import Scope
from hygie.insight.views.sql.values import Value

if TYPE_CHECKING:
    from hygie.insight.views.sql.paths import Compiler


@dataclass(frozen=True, slots=True)
class Invocation:
    """`target.name(arguments)`, its target compiled: arguments are compiled where they stand."""

    compiler: "Compiler"
    node: Call
    target: Value
    scope: Scope

    @property
    def arguments(self) -> tuple[Node, ...]:
        return self.node.arguments

    @property
    def argument(self) -> Node:
        """The only argument."""
        if len(self.arguments) != 1:
            raise Beyond("a wrong number of arguments")
        return self.arguments[0]
