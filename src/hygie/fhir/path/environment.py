"""What an evaluation is handed from outside: the clock, references, terminologies, variables.

The language itself reads nothing and asks no one. What is not handed in is refused when an
expression needs it, by name; what it can answer from the resource alone, it answers.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from hygie.fhir.definitions import Registry
from hygie.fhir.path import phrases
from hygie.fhir.path.items import UCUM, Element, Item
from hygie.fhir.path.library.phrases import TOO_MANY_ITEMS
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.values import DateTime
from hygie.limits import MAX_PATH_ITEMS

CONSTANTS: Final = {
    "sct": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "ucum": UCUM,
}
PREFIXES: Final = {
    "vs-": "http://hl7.org/fhir/ValueSet/",
    "ext-": "http://hl7.org/fhir/StructureDefinition/",
}
"""`%`vs-[name]`` and `%`ext-[name]`` (R4 fhirpath.html, "Environment variables")."""
HERE: Final = frozenset({"context", "resource", "rootResource"})


CHARACTERS: Final = 64
"""Of a text that count for one item more."""


class Environment(msgspec.Struct, frozen=True):
    """All optional. Functions are called with what the expression names, at any time and order."""

    now: DateTime | None = None
    resolve: Callable[[str], dict[str, Any] | None] | None = None
    """A reference or canonical as written -> the resource, or None when there is none."""
    member_of: Callable[[Item, str], bool | None] | None = None
    """An item, the URL of a value set -> whether it is one of its codes; None: unknown set."""
    conforms_to: Callable[[dict[str, Any], str], bool | None] | None = None
    """A resource, the URL of a profile -> whether it conforms; None: unknown profile."""
    subsumes: Callable[[Item, Item], bool | None] | None = None
    """Two codings or concepts -> whether the first is the second or above it; None: unknown."""
    trace: Callable[[str, list[Item]], None] | None = None
    """The name and items of a `trace()`: what they hold may be health data."""
    variables: Mapping[str, Sequence[Item]] = {}
    """External `%name`, without the sign."""
    max_items: int = MAX_PATH_ITEMS
    spend: Callable[[int], None] | None = None
    """Told the items gone through, of several runs that share a limit; it refuses beyond."""


class Evaluation:
    """One run of one expression on one resource.

    `resource` is what the expression is about (`%resource`), `context` the item that it begins
    with (`%context`), `container` the resource that holds `resource` (`%rootResource`).
    """

    __slots__ = ("_left", "container", "context", "environment", "registry", "resource")

    def __init__(
        self,
        registry: Registry,
        environment: Environment,
        resource: Element,
        *,
        context: Item | None = None,
        container: Element | None = None,
    ) -> None:
        self.registry = registry
        self.environment = environment
        self.resource = resource
        self.context = resource if context is None else context
        self.container = container or resource
        self._left = environment.max_items
        if environment.spend is not None:
            environment.spend(1)  # refused at once where nothing is left

    def spend(self, count: int = 1) -> None:
        """Count items gone through. Refused beyond the limit: an expression may never end."""
        self._left -= count
        if self._left < 0:
            limit = str(self.environment.max_items)
            raise wrong("too-many-items", TOO_MANY_ITEMS, -1, limit=limit)
        if self.environment.spend is not None:
            self.environment.spend(count)

    def spend_on(self, items: Sequence[Item]) -> None:
        """Count items that may be made of others again and again: a long text for more than one."""
        texts = sum(len(item) for item in items if type(item) is str)
        self.spend(len(items) + texts // CHARACTERS)

    def variable(self, name: str) -> list[Item]:
        """What `%name` stands for. Refused when it is not defined (§9)."""
        if name in HERE:
            return [self._here(name)]
        if name in self.environment.variables:
            return list(self.environment.variables[name])
        text = constant(name)
        if text is None:
            raise wrong("unknown-variable", phrases.UNKNOWN_VARIABLE, -1, name=name[:80])
        return [text]

    def _here(self, name: str) -> Item:
        if name == "context":
            return self.context
        return self.resource if name == "resource" else self.container


def constant(name: str) -> str | None:
    """The text of a variable that FHIR defines, or None."""
    if name in CONSTANTS:
        return CONSTANTS[name]
    for prefix, address in PREFIXES.items():
        if name.startswith(prefix):
            return address + name.removeprefix(prefix)
    return None


def is_defined(name: str) -> bool:
    """Whether a variable of that name is there in any evaluation, so that none may redefine it."""
    return name in HERE or constant(name) is not None
