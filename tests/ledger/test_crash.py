"""The server is killed while entries are being recorded."""

import asyncio
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from hygie.ledger import Ledger
from hygie.store.keys.keyring import Keyring
from hygie.store.migrations import migrate
from hygie.store.server.cluster import Cluster
from hygie.trace import AuditEntry, Context

CALLERS = 16
BEFORE_THE_CRASH = 300


@pytest.fixture
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("crash")
    yield path
    shutil.rmtree(path, ignore_errors=True)


class Recorder:
    """Callers who record one entry after the other, and remember what was acknowledged."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.acknowledged: set[int] = set()
        self.enough = asyncio.Event()

    async def record_until_failure(self, caller: int) -> None:
        number = caller
        while True:
            number += CALLERS
            entry = AuditEntry(context=Context("alice", "account"), action="read", key=number)
            try:
                await self.ledger.record(entry)
            except Exception:
                return  # told that it is not kept, in whichever way the connection died
            self.acknowledged.add(number)
            if len(self.acknowledged) >= BEFORE_THE_CRASH:
                self.enough.set()


async def record_and_kill(dsn: str, keyring: Keyring, server: int) -> set[int]:
    """The numbers of the entries acknowledged before the server was killed."""
    await migrate(dsn)
    pool = await asyncpg.create_pool(dsn, min_size=1, max_size=4)
    recorder = Recorder(Ledger(pool, keyring))
    callers = [asyncio.create_task(recorder.record_until_failure(n)) for n in range(CALLERS)]
    await recorder.enough.wait()
    os.kill(server, signal.SIGKILL)
    async with asyncio.timeout(60):
        await asyncio.gather(*callers)
    pool.terminate()
    return recorder.acknowledged


async def kept(dsn: str) -> set[int]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("SELECT key FROM hygie.audit")
    await connection.close()
    assert len(rows) == len({row["key"] for row in rows})
    return {row["key"] for row in rows}


async def test_what_was_acknowledged_survives(directory: Path, keyring: Keyring) -> None:
    """Guards: an answer given to someone whose trace a crash then takes away."""
    cluster = Cluster(directory)
    try:
        dsn = cluster.start("crash test")
        server = int((cluster.data / "postmaster.pid").read_text().split()[0])
        acknowledged = await record_and_kill(dsn, keyring, server)
    finally:
        cluster.stop()
    again = Cluster(directory)
    try:
        survivors = await kept(again.start("crash test"))
    finally:
        again.stop()
    assert len(acknowledged) >= BEFORE_THE_CRASH
    assert acknowledged <= survivors
    assert len(survivors - acknowledged) <= CALLERS
