"""What a validation is handed besides the resource: definitions, codes, a way to other resources.

The checks read nothing and ask no one: what is not handed in is not checked, and said so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from hygie.fhir.packages import Library
from hygie.fhir.path.environment import Environment
from hygie.refusal import Severity

Json = dict[str, Any]


class Membership(Enum):
    """What is known of a code and a value set, or of a code and its system."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"
    """The set or the system is not known here, or not known whole."""


class Terminology(Protocol):
    """Answers about codes. `near` is the package that asks, as in `Library.find`."""

    def member(self, value_set: str, system: str, code: str, near: str = "") -> Membership:
        """Whether a code is in a value set; `system` is "" for a `code` element."""
        ...

    def known(self, system: str, code: str, version: str = "", near: str = "") -> Membership:
        """Whether a code is one of its system."""
        ...

    def displays(self, system: str, code: str) -> frozenset[str]:
        """The display and designations of a code, all languages; empty when not known."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """One for each validation; shared by all its checks."""

    library: Library = field(default_factory=Library)
    terms: Terminology | None = None
    resolve: Callable[[str], Json | None] | None = None
    """A reference as written -> the resource it names elsewhere (the store), or None."""
    environment: Environment = field(default_factory=Environment)
    """Of FHIRPath: its functions see what this context knows."""
    unknown_extensions: Severity | None = "warning"
    """What an extension without a known definition is worth; None: nothing is said."""
    best_practice: Severity | None = "warning"
    """What a broken best-practice invariant is worth; None: they are not evaluated."""
    root: Any = None
    """The resource that validation began with."""


NOTHING = Context()
