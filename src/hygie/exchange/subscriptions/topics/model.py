"""What a topic is, once read: the changes that trigger it, the filters it allows, its shape."""

from dataclasses import dataclass

from hygie.exchange.subscriptions.changes import Interaction
from hygie.fhir.path import Path
from hygie.fhir.search.query import Criterion


@dataclass(frozen=True, slots=True)
class QueryTest:
    """R5 `resourceTrigger.queryCriteria`: what was, and what is. None: nothing is asked of it."""

    previous: tuple[Criterion, ...] | None
    current: tuple[Criterion, ...] | None
    passes_on_create: bool
    """Whether `previous` is taken for met when nothing was there before."""
    passes_on_delete: bool
    """Whether `current` is taken for met when nothing is there any more."""
    require_both: bool


@dataclass(frozen=True, slots=True)
class Trigger:
    """One `resourceTrigger`: all that it asks must hold."""

    type: str
    interactions: frozenset[Interaction]
    query: QueryTest | None = None
    path: Path | None = None
    """FHIRPath over `%current` and `%previous`."""

    @property
    def needs_previous(self) -> bool:
        """Whether what was there before decides: to be created anew after a deletion, too."""
        alike = ("create" in self.interactions) == ("update" in self.interactions)
        asked = self.query is not None and self.query.previous is not None
        return asked or self.path is not None or not alike


@dataclass(frozen=True, slots=True)
class Allowed:
    """One `canFilterBy`: a search parameter of a type, with these modifiers and no others."""

    type: str
    parameter: str
    modifiers: frozenset[str]
    """Of values (`eq`, `gt`…) or of parameters (`not`…); empty: any that the search offers."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Found by its URL, with or without its version."""

    url: str
    version: str
    title: str
    triggers: tuple[Trigger, ...]
    allowed: tuple[Allowed, ...]
    any_filter: bool = False
    """Every search parameter may filter."""
    included: tuple[tuple[str, str], ...] = ()
    """What goes with a focus resource: `_include` and `_revinclude`, as a search has them."""

    @property
    def types(self) -> frozenset[str]:
        """Of the resources that it is about."""
        return frozenset(trigger.type for trigger in self.triggers)
