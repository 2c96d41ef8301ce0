"""What the store gives and takes: the values at its door.

`StoredResource.body` is canonical JSON with `id` and `meta` in place: answers are made by joining
bytes, nothing is serialised again.
"""

from datetime import datetime
from typing import Any

import msgspec

from hygie.refusal import Issue

Resource = dict[str, Any]
"""A FHIR resource as decoded by `hygie.fhir.codec`: decimals are `Decimal`."""


class StoredResource(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one resource. A deleted version has an empty body."""

    type: str
    id: str
    version: int
    updated: datetime
    """UTC, millisecond precision: `meta.lastUpdated`."""
    body: bytes
    deleted: bool = False
    created: bool = False
    """True when the write that returned this made the resource (HTTP 201)."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Matches first, in order; then what `_include` and `_revinclude` brought, once each."""

    matches: tuple[StoredResource, ...]
    included: tuple[StoredResource, ...] = ()
    total: int | None = None
    next: str = ""
    """Cursor of the next page: opaque, authenticated; empty on the last page."""
    issues: tuple[Issue, ...] = ()
    """What could not be served of the page: rows altered on disk. The others are there."""
