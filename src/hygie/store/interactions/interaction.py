"""What somebody asks of the store: one FHIR interaction, understood (R4 §3.1.0)."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from hygie.store.contract import Resource, StoredResource

Verb = Literal["create", "update", "patch", "delete", "read", "vread", "search", "history"]
WRITES: frozenset[Verb] = frozenset({"create", "update", "patch", "delete"})

Permitted = Callable[[str, Verb], bool]
"""Whether the one who asks may do this to resources of this type."""


class Interaction(msgspec.Struct, frozen=True, kw_only=True):
    """One request, or one entry of a bundle.

    `query` holds the criteria of a conditional interaction (If-None-Exist for a create) or the
    query string of a search, percent-encoded, without "?".
    """

    verb: Verb
    type: str
    id: str = ""
    version: int = 0
    query: str = ""
    resource: Resource | None = None
    patch: Any = None
    """RFC 6902 operations, decoded."""
    if_match: int | None = None
    if_none_match: int | None = None
    full_url: str = ""
    """Of a bundle's entry: what other entries may refer to it by."""
    place: str = ""
    """Where it stands ("Bundle.entry[3]"), put before the location of every issue."""

    @property
    def conditional(self) -> bool:
        return self.verb in WRITES and self.query != ""


def creating(resource: Resource, *, if_none_exist: str = "", full_url: str = "") -> Interaction:
    """A create; the server gives the id."""
    return Interaction(
        verb="create",
        type=resource["resourceType"],
        query=if_none_exist,
        resource=resource,
        full_url=full_url,
    )


def updating(resource: Resource, *, if_match: int | None = None, full_url: str = "") -> Interaction:
    """An update of the resource that has this id, or its creation under this id."""
    return Interaction(
        verb="update",
        type=resource["resourceType"],
        id=resource.get("id", ""),
        resource=resource,
        if_match=if_match,
        full_url=full_url,
    )


class Written(msgspec.Struct, frozen=True):
    """What a write came to. `stored` is None when there was nothing to delete."""

    interaction: Interaction
    stored: StoredResource | None
    created: bool = False
