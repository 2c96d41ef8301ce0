"""Guards against a crash that loses what was acknowledged, or leaves half of it."""

import os
import signal
import subprocess
import sys
import time
from zoneinfo import ZoneInfo

import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.search import parse_query
from hygie.store.keys.envelope import unlock
from hygie.store.server.cluster import Cluster
from hygie.store.store import Store

pytestmark = pytest.mark.embedded

WRITER = """
import asyncio, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from hygie.store.server.cluster import Cluster
from hygie.store.keys.envelope import unlock
from hygie.store.migrations import migrate
from hygie.store.store import Store
from hygie.trace import Context

class Silent:
    async def append(self, connection, entries): pass
    async def record(self, entry): pass

async def main(directory):
    dsn = Cluster(directory).start("writer")
    await migrate(dsn)
    keyring = await unlock(dsn, directory / "keys" / "master.key", generate=True)
    store = await Store.open(dsn, keyring, lambda pool: Silent(), zone=ZoneInfo("Europe/Paris"))
    context = Context(actor="writer", kind="system")
    await store.outbox.register("reader")
    async def write(lane):
        for number in range(100_000):
            name = f"p{lane}-{number}"
            async with store.transaction(context) as transaction:
                await transaction.create({"resourceType": "Patient", "name": [{"family": name}]},
                                         id=name)
                await transaction.create({"resourceType": "Observation", "status": "final",
                                          "subject": {"reference": f"Patient/{name}"}})
            print(name, flush=True)
    await asyncio.gather(*(write(lane) for lane in range(4)))

asyncio.run(main(Path(sys.argv[1])))
"""


def start_and_kill(directory, *, server: bool) -> list[str]:
    """Writes until killed; the names acknowledged before."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(directory)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    acknowledged = [process.stdout.readline().strip() for _ in range(40)]
    assert all(acknowledged)
    if server:
        pid = int((directory / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
    process.kill()
    rest, _ = process.communicate()
    return acknowledged + [line for line in rest.split("\n")[:-1] if line]


@pytest.mark.parametrize("server", [False, True], ids=["our process", "the server"])
async def test_what_was_acknowledged_is_there(tmp_path, context, trail, server):
    """Killed between any two writes: all that was acknowledged is read and found, whole."""
    directory = tmp_path / "data"
    acknowledged = start_and_kill(directory, server=server)
    cluster = Cluster(directory)
    dsn = cluster.start()
    try:
        keyring = await unlock(dsn, directory / "keys" / "master.key")
        store = await Store.open(dsn, keyring, lambda pool: trail, zone=ZoneInfo("Europe/Paris"))
        for name in acknowledged:
            assert (await store.read(context, "Patient", name)).version == 1
            query = parse_query(
                r4(), "Observation", (("patient.family:exact", name),), zone=store.zone
            ).query
            assert len((await store.search(context, query)).matches) == 1
        counts = await store.pool.fetch("SELECT count(*) FROM hygie.resource GROUP BY type")
        assert counts[0] == counts[1]
        told = [c.key for one in await store.outbox.read("reader", 10**6) for c in one.changes]
        there = await store.pool.fetch("SELECT key FROM hygie.resource")
        assert sorted(told) == sorted(row["key"] for row in there)
        await store.close()
    finally:
        cluster.stop()
