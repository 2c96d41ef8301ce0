"""What a validation is handed besides the resource: definitions, codes, a way to other resources.

The checks read nothing and ask no one: what is not handed in is not checked, and said so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from hygie.fhir.packages import Library
from hygie.fhir.path.environment import Environment
from hygie.fhir.terminology import Membership, SystemKind, Verdict
from hygie.refusal import Severity

if TYPE_CHECKING:
    from hygie.fhir.validate.report import Place, Report

Json = dict[str, Any]
__all__ = ["NOTHING", "Context", "Json", "Membership", "Terminology"]


class Terminology(Protocol):
    """Answers about codes: `hygie.fhir.terminology.Terms`.

    `near` is the package that asks, as in `Library.find`; `holder` the resource that names a value
    set, which may be contained in it (`#id`).
    """

    def member(
        self, value_set: str, system: str, code: str, near: str = "", holder: Json | None = None
    ) -> Membership:
        """Whether a code is in a value set; `system` is "" for a `code` element."""
        ...

    def title(self, value_set: str, near: str = "", holder: Json | None = None) -> str:
        """What a person calls the set; "" when it is not known."""
        ...

    def some(
        self, value_set: str, count: int, near: str = "", holder: Json | None = None
    ) -> list[str]:
        """The first codes of a set, to show what is expected; fewer when they are not known."""
        ...

    def kind(self, system: str, near: str = "") -> SystemKind:
        """What is known of the URI that a coding gives as its system."""
        ...

    def known(self, system: str, code: str, version: str = "", near: str = "") -> Membership:
        """Whether a code is one of its system."""
        ...

    def subsumes(self, system: str, upper: str, lower: str) -> Membership:
        """Whether a code of a system is another one of it, or above it in its hierarchy."""
        ...

    def displays(self, system: str, code: str) -> frozenset[str]:
        """The display and designations of a code, all languages; empty when not known."""
        ...

    def verdict(self, system: str, code: str, display: str, version: str) -> Verdict | None:
        """What is wrong with a coding, "" for what it does not give; None when nothing is."""
        ...


class ProfileChecks(Protocol):
    """The compiled profiles (`validate/profiles`)."""

    def check(
        self, canonical: str, value: Any, place: "Place", report: "Report", near: str = ""
    ) -> None:
        """Checks a value, whose structure was checked, against what a profile adds."""
        ...

    def followed(self, resource: Json) -> list[str]:
        """The profiles that a resource declares, and those that it follows without saying so."""
        ...

    def conforms(self, canonical: str, value: Any, report: "Report") -> bool:
        """Whether the value breaks nothing that the profile adds; nothing is reported."""
        ...


class ResourceRules(Protocol):
    """Rules of the establishment's own (`validate/rules`)."""

    def check(self, resource: Json, place: "Place", report: "Report") -> None: ...


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
    profiles: "ProfileChecks | None" = None
    rules: "ResourceRules | None" = None
    """Hygie's own."""


NOTHING = Context()
