"""A store on a server of its own, to which anything may be done."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from hygie.ledger import Ledger
from hygie.store.keys.envelope import unlock
from hygie.store.migrations import migrate
from hygie.store.server.cluster import Cluster
from hygie.store.server.keeper import kept_alive
from hygie.store.store import Store


@contextmanager
def served(directory: Path) -> Iterator[Cluster]:
    cluster = Cluster(directory)
    cluster.start("test")
    try:
        with kept_alive(cluster):
            yield cluster
    finally:
        cluster.stop()


async def opened(cluster: Cluster) -> Store:
    await migrate(cluster.dsn())
    key = cluster.directory / "keys" / "master.key"
    keyring = await unlock(cluster.dsn(), key, generate=True)
    return await Store.open(
        cluster.dsn(), keyring, lambda pool: Ledger(pool, keyring), zone=ZoneInfo("Europe/Paris")
    )
