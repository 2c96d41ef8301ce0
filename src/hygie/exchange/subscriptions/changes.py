"""One change of one resource, opened: what subscriptions are matched with."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from hygie.fhir.codec import decode
from hygie.fhir.search import Extractor
from hygie.fhir.search.entry import Entry
from hygie.limits import MAX_RESOURCE_BYTES
from hygie.store.contract import StoredResource
from hygie.store.vault import Opened

Json = dict[str, Any]
Interaction = Literal["create", "update", "delete"]
INTERACTIONS: tuple[Interaction, ...] = ("create", "update", "delete")


@dataclass(eq=False)
class Seen:
    """One version of a resource: decoded once, its entries extracted once, when first asked for."""

    body: bytes
    extractor: Extractor

    @cached_property
    def json(self) -> Json:
        return decode(self.body, limit=MAX_RESOURCE_BYTES)

    def entries(self, code: str) -> list[Entry]:
        """Those of one search parameter."""
        found = self._entries.get(code)
        if found is None:
            found = self._entries[code] = self.extractor.entries_of(self.json, (code,))
        return found

    @cached_property
    def _entries(self) -> dict[str, list[Entry]]:
        return {}


@dataclass(eq=False)
class Changed:
    """A version that is there, and what it replaced."""

    opened: Opened
    key: int
    current: Seen | None
    """None when it was deleted."""
    previous: Seen | None
    """None when there was nothing before, or nobody asks for it."""
    interaction: Interaction
    triggered: dict[object, bool] = field(default_factory=dict)
    """What was decided already, for whoever asks again."""

    @property
    def stored(self) -> StoredResource:
        return self.opened.stored

    @property
    def patient(self) -> int:
        """Whose it is; 0 for nobody's, or several people's."""
        return int(self.opened.record[0])

    @property
    def type(self) -> str:
        return self.stored.type

    @property
    def at(self) -> datetime:
        return self.stored.updated

    @property
    def focus(self) -> Seen | None:
        """What filters are decided on: what is there, or what was there last."""
        return self.current or self.previous
