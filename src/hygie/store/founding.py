"""What a store stands on: connections, keys, dictionaries and rules, opened in their order."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from zoneinfo import ZoneInfo

import msgspec

from hygie.fhir.definitions import Registry
from hygie.fhir.search import Extractor
from hygie.store.connections import Connections
from hygie.store.database import Pool
from hygie.store.dictionaries import Dictionaries
from hygie.store.index.blinding import Blinder
from hygie.store.keys.keyring import Keyring
from hygie.store.keys.news import KeyNews
from hygie.store.keys.patients import PatientKeys
from hygie.store.parameters.rules import Rules
from hygie.store.pulse import Pulse
from hygie.store.tables.partitions import Partitions
from hygie.store.tables.type_codes import TypeCodes
from hygie.store.vault import Vault


class Tools(msgspec.Struct, frozen=True):
    """What a store reads and files with."""

    keyring: Keyring
    registry: Registry
    zone: ZoneInfo
    words: bool = True
    """Whether texts are filed by their words."""


@asynccontextmanager
async def founded(dsn: str, tools: Tools, pulse: Pulse) -> AsyncIterator[tuple[Connections, Vault]]:
    """Everything open, and left open unless what is done with it fails. Refused when the database
    is another key's."""
    keyring, registry = tools.keyring, tools.registry
    async with AsyncExitStack() as undo:
        connections = await Connections.open(dsn, pulse)
        undo.push_async_callback(connections.close)
        pool = connections.pool
        await _confirm_key(pool, keyring)
        types = await TypeCodes.load(pool, registry.resource_types)
        partitioned = Partitions(dsn, types)
        news = KeyNews(dsn, pulse)
        keys = await PatientKeys.open(dsn, keyring, news, pulse)
        undo.push_async_callback(keys.close)
        dictionaries = Dictionaries(pool, keyring, news)
        await news.start()
        undo.push_async_callback(news.stop)
        await dictionaries.learn()
        extractor = Extractor(registry, tools.zone)
        rules = Rules(pool, extractor, news)
        await rules.learn()
        blinder = Blinder(keyring, registry, tools.zone, words=tools.words)
        vault = Vault(keyring, extractor, blinder, dictionaries, keys, partitioned, rules)
        news.tell(vault.hear)
        yield connections, vault
        undo.pop_all()


async def _confirm_key(pool: Pool, keyring: Keyring) -> None:
    query = "SELECT value FROM hygie.store_meta WHERE name = 'store-key-check'"
    keyring.confirm(await pool.fetchval(query) or b"")
