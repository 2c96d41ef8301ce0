"""What subscriptions are made of in every process: in the one that dispatches, and at the doors."""

from hygie.access.standing import Standing
from hygie.exchange.subscriptions.channels import Channels
from hygie.exchange.subscriptions.composing import Composer
from hygie.exchange.subscriptions.events import Events
from hygie.exchange.subscriptions.filters import FilterReader
from hygie.exchange.subscriptions.queues import Queues
from hygie.exchange.subscriptions.recent import Recent
from hygie.exchange.subscriptions.rights import Judge
from hygie.exchange.subscriptions.roster import Roster
from hygie.exchange.subscriptions.statuses import Statuses
from hygie.exchange.subscriptions.telling import Telling
from hygie.exchange.subscriptions.topics import Catalogue
from hygie.fhir.definitions import Registry
from hygie.store.reading.versions import Versions
from hygie.store.store import Store


class Parts:
    """For the tasks of one event loop. Made once, wired; none of it runs by itself."""

    def __init__(self, store: Store, channels: Channels, base: str) -> None:
        """`base`: the server's base URL, as subscribers are told it."""
        self.store = store
        self.channels = channels
        self.base = base
        self.catalogue = Catalogue(self._registry, store.zone, store.mirror("Basic"))
        self.filters = FilterReader(self._registry, store.zone)
        self.versions = Versions(store.pool, store.vault)
        self.events = Events(store.pool, store.vault.types)
        self.standing = Standing(store.pool, store.keyring)
        self.judge = Judge(self.standing)
        self.statuses = Statuses(store)
        self.recent = Recent(store.vault.keys.news)
        self.queues = Queues(self.events, self.recent)
        self.telling = Telling(store, self.versions, self.recent)
        self.composer = Composer(base, store.registry)

    def _registry(self) -> Registry:
        return self.store.registry

    def roster(self) -> Roster:
        """A new one, empty."""
        return Roster(self.versions, self.events, self.catalogue, self.filters, self.store.keyring)
