"""What clients were told, and what they had asked for when nobody answered any more."""

from dataclasses import dataclass, field
from typing import Any

Content = dict[str, Any] | None
"""None: deleted."""


@dataclass(slots=True)
class Known:
    """One resource whose address is known. `next` is what a last, unanswered request would make."""

    version: int
    content: Content
    pending: bool = False
    next: Content = None
    doomed: bool = False
    """Its record is being erased: it may be gone."""
    erased: bool = False
    """Its record was: it must be gone."""


@dataclass
class Journal:
    """One life of a store."""

    known: dict[str, Known] = field(default_factory=dict)
    """By "Type/id"."""
    groups: list[list[tuple[str, Content]]] = field(default_factory=list)
    """Unanswered creations, as (type, content) by their name: all of a group, or none."""
    touched: set[str] = field(default_factory=set)
    """Addresses written to since the last verification."""
    acknowledged: int = 0
    """Writes answered with success."""

    def created(self, address: str, version: int, content: Content) -> None:
        self.imported(address, content, version)
        self.acknowledged += 1

    def imported(self, address: str, content: Content, version: int = 1) -> None:
        """It must be there from now on, whoever wrote it."""
        self.known[address] = Known(version, content)
        self.touched.add(address)

    def asked(self, address: str, content: Content) -> None:
        """Before a change of a known resource is sent."""
        one = self.known[address]
        one.pending, one.next = True, content
        self.touched.add(address)

    def answered(self, address: str, version: int) -> None:
        """The change asked last was acknowledged."""
        one = self.known[address]
        one.version, one.content, one.pending = version, one.next, False
        self.acknowledged += 1
