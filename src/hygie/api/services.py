"""What every handler works with."""

import asyncio
from collections.abc import Callable

import msgspec

from hygie.access import Access
from hygie.exchange.bulk.exports import Exports
from hygie.fhir.definitions import Registry
from hygie.fhir.policy.standards import Standards
from hygie.store.interactions import Repository
from hygie.store.store import Store


class Services(msgspec.Struct, frozen=True):
    """The rooms behind this door. Made once, never changed."""

    store: Store
    repository: Repository
    access: Access
    standards: Standards
    registry: Registry
    capabilities: Callable[[str], bytes]
    """The CapabilityStatement, as asked for under a base URL."""
    views: asyncio.Semaphore
    """Taken by each view that runs."""
    exports: Exports
