"""Who is meant: national identity (INS), its reliability, finding and merging patients."""

from hygie.identity.merge import Merged, Merger
from hygie.identity.person import LocalIdentifier, Person
from hygie.identity.resolve import Identity, Resolution, guards_of

__all__ = ["Identity", "LocalIdentifier", "Merged", "Merger", "Person", "Resolution", "guards_of"]
