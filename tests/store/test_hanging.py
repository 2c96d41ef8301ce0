"""Guards against a database that hangs, and everybody with it."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.crash.server import children
from tests.store.serving import opened, served

from hygie.fhir.definitions import r4
from hygie.fhir.search import parse_query
from hygie.limits import STATEMENT_TIMEOUT_MS
from hygie.store.outages import outage
from hygie.store.store import Store

PATIENT = {"resourceType": "Patient", "name": [{"family": "Martin"}]}


class Clients:
    """Read and write under names of their own until told to stop; remember what they were told."""

    def __init__(self, store: Store, context) -> None:
        self._store, self._context = store, context
        self._count = 0
        self.made: list[str] = []
        self.read = 0
        self.told: dict[str, str] = {}
        """Name -> rule of the refusal."""
        self.waited = 0.0
        """Seconds, at most, for any answer."""
        self.leaving = False

    async def write(self) -> None:
        while not self.leaving:
            self._count += 1
            name, work = f"n{self._count}", (self._put, self._in_transaction)[self._count % 2]
            if rule := await self._refusal(work(name)):
                self.told[name] = rule
            else:
                self.made.append(name)

    async def look(self) -> None:
        while not self.leaving:
            if not await self._refusal(self._store.read(self._context, "Patient", "a")):
                self.read += 1

    async def search(self) -> None:
        while not self.leaving:
            query = parse_query(r4(), "Patient", (("family", "Martin"),), zone=self._store.zone)
            await self._refusal(self._store.search(self._context, query.query))

    async def _put(self, name: str) -> None:
        await self._store.update(self._context, PATIENT | {"id": name})

    async def _in_transaction(self, name: str) -> None:
        async def work(transaction) -> None:
            await transaction.create(PATIENT, id=name)

        await self._store.run(self._context, work)

    async def _refusal(self, work: Awaitable[object]) -> str:
        since = time.monotonic()
        (outcome,) = await asyncio.gather(work, return_exceptions=True)
        self.waited = max(self.waited, time.monotonic() - since)
        if not isinstance(outcome, Exception):
            return ""
        refusal = outage(outcome)
        assert refusal, repr(outcome)
        await asyncio.sleep(0.05)
        return refusal.issues[0].rule


async def reached(condition: Callable[[], bool], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - it is about the database, not a task
            await asyncio.sleep(0.02)


@contextmanager
def stopped(pids: Sequence[int]) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hygie.store.keys.news.BEAT_SECONDS", 0.5)
    monkeypatch.setattr("hygie.store.database.CONNECT_SECONDS", 1)
    monkeypatch.setattr("hygie.store.database.COMMAND_SECONDS", 1.5)


@pytest.mark.embedded
@pytest.mark.parametrize("what", ["all", "postmaster", "session"])
async def test_a_hung_server_holds_nobody_up(tmp_path, context, impatient, what):
    """Requests that never end, until no worker is left; or "nothing was changed" of what was."""
    with served(tmp_path / "data") as cluster:
        store = await opened(cluster)
        await store.update(context, PATIENT | {"id": "a"})
        clients = Clients(store, context)
        tasks = [
            asyncio.create_task(one())
            for one in (*[clients.write] * 6, clients.look, clients.search)
        ]
        await reached(lambda: len(clients.made) >= 20)
        postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])
        sessions = [pid for pid in children(postmaster) if b" idle" not in title(pid)]
        hung = {
            "all": [postmaster, *children(postmaster)],
            "postmaster": [postmaster],
            "session": sessions[-1:],
        }[what]
        with stopped(hung):
            if what == "all":
                await reached(lambda: len(clients.told) >= 12)
                assert await said_of(store.read(context, "Patient", "a")) == "store.unavailable"
            else:
                await asyncio.sleep(4)
        made, read = len(clients.made), clients.read
        await reached(lambda: len(clients.made) >= made + 20 and clients.read > read)
        clients.leaving = True
        await asyncio.gather(*tasks)
        assert clients.waited < STATEMENT_TIMEOUT_MS / 1_000
        await told_truly(store, clients, context)
        await store.close()


def title(pid: int) -> bytes:
    """What a process of the database says that it does."""
    return Path(f"/proc/{pid}/cmdline").read_bytes()


async def said_of(work: Awaitable[object]) -> str:
    """The rule of a refusal that comes at once."""
    async with asyncio.timeout(1):
        with pytest.raises(Exception) as raised:  # noqa: PT011 - `outage` says which
            await work
    refusal = outage(raised.value)
    return refusal.issues[0].rule if refusal else repr(raised.value)


async def told_truly(store: Store, clients: Clients, context) -> None:
    """What was acknowledged is there, what was said to be undone is not, and there is no other."""
    rows = await store.pool.fetch("SELECT key FROM hygie.resource")
    there = {row["key"] for row in rows}
    names = {store.keyring.reference("Patient", name): name for name in clients.told}
    assert {store.keyring.reference("Patient", name) for name in clients.made} <= there
    unknown = {names[key] for key in there & names.keys()}
    assert {clients.told[name] for name in unknown} <= {"store.outcome-unknown"}
    written = await store.pool.fetch("SELECT key FROM hygie.audit_written")
    assert sorted(row["key"] for row in written) == sorted(there)
