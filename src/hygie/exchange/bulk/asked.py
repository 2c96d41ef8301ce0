"""What an export is asked for, understood: kept, sealed, for whoever makes it."""

from collections.abc import Collection
from datetime import datetime
from typing import Final, Literal, NamedTuple

import msgspec

from hygie.store.reading.moment import Wanted

Level = Literal["system", "patient", "group"]
Kind = Literal["output", "deleted", "error"]
ERROR_TYPE: Final = "OperationOutcome"


class Stream(NamedTuple):
    """What goes into files of its own, in order."""

    kind: Kind
    type: str


PROVENANCE: Final = "Provenance"
ASSOCIATED: Final = Stream("output", PROVENANCE)
"""Of an export that does not ask for that type itself."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One export, but for when."""

    url: str
    """Of the request, as the manifest says it."""
    level: Level = "system"
    types: tuple[str, ...] = ()
    """Of resources."""
    since: datetime | None = None
    until: datetime | None = None
    elements: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Type, and the elements asked of it; of the others, everything."""
    filters: tuple[str, ...] = ()
    """Of types, as given (`_typeFilter`)."""
    associated: tuple[str, ...] = ()
    """What comes along (`includeAssociatedData`)."""
    patients: tuple[int, ...] = ()
    """Keyed hashes of those asked for; empty for all."""
    token: int = 0
    """Number of the token it was asked with, whose sight it is made with."""
    partial: bool = False
    """Whether a manifest may be given out before all files are made."""

    def elements_of(self, kind: str) -> tuple[str, ...]:
        return dict(self.elements).get(kind, ())

    def streams(self, present: Collection[str]) -> list[Stream]:
        """Those of types of which there is something. What was deleted is told of when changes
        were asked for (Bulk Data 2.0, “deleted”)."""
        types = sorted(set(self.types).intersection(present))
        found = [Stream("output", kind) for kind in types]
        if self.associated and PROVENANCE in present:
            found.append(ASSOCIATED)
        return [*found, *(Stream("deleted", kind) for kind in types if self.since is not None)]

    def wanted(self, stream: Stream, moment: datetime) -> Wanted:
        if stream == ASSOCIATED and self.associated:
            return Wanted(PROVENANCE, moment)
        return Wanted(
            stream.type, moment, self.since, self.until, deleted=stream.kind == "deleted",
            compartments=self.level != "system", patients=frozenset(self.patients),
        )  # fmt: skip
