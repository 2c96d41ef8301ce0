"""What every handler works with."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import msgspec

from hygie.access import Access
from hygie.exchange.bulk.exports import Exports
from hygie.exchange.subscriptions.parts import Parts as Subscriptions
from hygie.fhir.definitions import Registry
from hygie.fhir.policy.standards import Standards
from hygie.intake.imports.imports import Imports
from hygie.intake.listening.posts import Posts
from hygie.intake.sources.registry import Sources
from hygie.ledger import Ledger
from hygie.nomenclature.closures import Closures
from hygie.nomenclature.terminology import Terminology
from hygie.store.interactions import Repository
from hygie.store.store import Store


class Rooms(msgspec.Struct, frozen=True, kw_only=True):
    """What stands behind this door."""

    store: Store
    repository: Repository
    access: Access
    standards: Standards
    terminology: Terminology
    exports: Exports
    imports: Imports
    subscriptions: Subscriptions
    sources: Sources
    posts: Posts
    ledger: Ledger


class Services(Rooms, frozen=True, kw_only=True):
    """The rooms, and what is made of them. Made once, never changed."""

    registry: Registry
    closures: Closures
    capabilities: Callable[[str], bytes]
    """The CapabilityStatement, as asked for under a base URL."""
    since: datetime
    """When this server started."""
    views: asyncio.Semaphore
    """Taken by each view that runs."""
