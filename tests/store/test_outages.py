"""Guards against answers that are not true when the database goes away, comes back, or is full."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.disk import fill, small_disk
from tests.store.serving import opened, served

from hygie.fhir.validate import base_validator
from hygie.refusal import Category, Refused
from hygie.store.interactions import Manner, Repository
from hygie.store.outages import AWAY, OutcomeUnknownError, outage
from hygie.store.server.cluster import Cluster
from hygie.store.store import Store

PATIENT = {"resourceType": "Patient", "name": [{"family": "Martin"}]}
real_commit = asyncpg.transaction.Transaction.commit
real_fetch = asyncpg.Connection.fetch


class Cut:
    """Loses the connection at commits, before or after the server made them."""

    def __init__(self, *, made: bool, times: int = 1) -> None:
        self.left = times
        self._made = made

    async def cut(
        self, connection: asyncpg.Connection, commit: Callable[[], Awaitable[Any]]
    ) -> Any:
        if self.left == 0:
            return await commit()
        self.left -= 1
        if self._made:
            await commit()
        connection.terminate()
        raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle")


@pytest.fixture(params=[True, False], ids=["committed", "undone"])
def cut(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Cut]:
    def begin(times: int = 1) -> Cut:
        cut = Cut(made=request.param, times=times)

        async def commit(transaction: asyncpg.transaction.Transaction) -> None:
            await cut.cut(transaction._connection, lambda: real_commit(transaction))

        async def fetch(connection: asyncpg.Connection, query: str, *given: Any, **how: Any) -> Any:
            """A statement that writes outside of a transaction commits by itself."""
            if "INSERT" not in query or connection.is_in_transaction():
                return await real_fetch(connection, query, *given, **how)
            return await cut.cut(connection, lambda: real_fetch(connection, query, *given, **how))

        monkeypatch.setattr(asyncpg.transaction.Transaction, "commit", commit)
        monkeypatch.setattr(asyncpg.Connection, "fetch", fetch)
        return cut

    return begin


async def versions(store: Store, context, name: str) -> list[tuple[int, bool]]:
    page = await store.history(context, "Patient", name, count=100)
    return [(one.version, one.deleted) for one in page.matches]


async def test_a_single_write_cut_off_finds_out(store, context, cut):
    """Made twice, or refused although it was made: a duplicate patient, a lost update."""
    cut()
    made = await store.create(context, PATIENT)
    assert (made.version, made.created) == (1, True)
    cut()
    updated = await store.update(context, PATIENT | {"id": made.id, "gender": "male"}, if_match=1)
    assert updated.version == 2
    cut()
    await store.delete(context, "Patient", made.id, if_match=2)
    assert await versions(store, context, made.id) == [(3, True), (2, False), (1, False)]
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.resource") == 1


async def test_a_group_cut_off_is_made_once(store, context, cut):
    """One cut for many: each must be there once, and told so."""
    await store.create(context, PATIENT)
    cut()
    made = await asyncio.gather(*(store.create(context, PATIENT) for _ in range(20)))
    assert len({one.id for one in made}) == 20
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.resource") == 21


async def test_a_conflict_is_still_one_after_a_cut(store, context, cut):
    """Taking anybody's newer version for one's own would lose an update."""
    await store.update(context, PATIENT | {"id": "a"})
    await store.update(context, PATIENT | {"id": "a", "gender": "male"})
    cut()
    with pytest.raises(Refused, match=r"store\.version-conflict"):
        await store.update(context, PATIENT | {"id": "a", "gender": "female"}, if_match=1)


async def test_a_transaction_cut_off_is_not_tried_again(store, context, cut):
    """Trying again would make a bundle twice; an answer would be a guess."""
    one = cut()

    async def work(transaction):
        await transaction.create(PATIENT)

    with pytest.raises(OutcomeUnknownError) as raised:
        await store.run(context, work)
    refusal = outage(raised.value)
    assert refusal.category is Category.BUSY
    assert refusal.issues[0].rule == "store.outcome-unknown"
    assert one.left == 0
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.resource") == one._made


@pytest.mark.parametrize("criteria", ["identifier=urn:a|1"])
async def test_asking_again_with_criteria_is_harmless(store, context, cut, criteria):
    """If-None-Exist is what makes a create whose outcome is unknown safe to repeat."""
    repository = Repository(store, base_validator())
    resource = PATIENT | {"identifier": [{"system": "urn:a", "value": "1"}]}
    cut()
    with pytest.raises(OutcomeUnknownError):
        await repository.create(context, resource, if_none_exist=criteria)
    await repository.create(context, resource, if_none_exist=criteria)
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.resource") == 1


async def test_entries_of_a_batch_say_it_too(store, context, cut):
    """A fault ("500") tells a client to call somebody, not to try again."""
    cut(times=100)
    bundle = {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"resource": PATIENT, "request": {"method": "POST", "url": "Patient"}}],
    }
    result = await Repository(store, base_validator()).bundle(context, bundle, Manner())
    assert [answer.status for answer in result.answers] == [503]


class Writers:
    """Write until told to stop; remember what was acknowledged, and what was refused."""

    def __init__(self, store: Store, context) -> None:
        self._store, self._context = store, context
        self.made: list[str] = []
        self.refused: list[Exception] = []
        self.leaving = False

    async def one(self) -> None:
        text = "x" * 2_000
        while not self.leaving:
            try:
                done = await self._store.create(self._context, PATIENT | {"language": text})
                self.made.append(done.id)
            except Exception as error:
                self.refused.append(error)
                await asyncio.sleep(0.05)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 - it is about the database, not a task
                await asyncio.sleep(0.02)


async def examined(store: Store, writers: Writers, context) -> None:
    """Everything acknowledged is there; every version has its entry, every entry its version."""
    for name in writers.made[:5] + writers.made[-5:]:
        assert (await store.read(context, "Patient", name)).version == 1
    rows = await store.pool.fetch("SELECT key FROM hygie.resource")
    there = sorted(row["key"] for row in rows)
    assert {store.keyring.reference("Patient", name) for name in writers.made} <= set(there)
    written = await store.pool.fetch("SELECT key FROM hygie.audit_written")
    assert sorted(row["key"] for row in written) == there


@asynccontextmanager
async def writing(directory: Path, context) -> AsyncIterator[tuple[Cluster, Writers]]:
    """A server that six write to. What is done to it, they must get over by themselves: then they
    go on, were told of an outage or of nothing, and all is examined."""
    with served(directory) as cluster:
        store = await opened(cluster)
        writers = Writers(store, context)
        tasks = [asyncio.create_task(writers.one()) for _ in range(6)]
        await writers.until(lambda: len(writers.made) >= 20)
        yield cluster, writers
        before = len(writers.made)
        await writers.until(lambda: len(writers.made) >= before + 20)
        writers.leaving = True
        await asyncio.gather(*tasks)
        assert all(outage(error) for error in writers.refused)
        await examined(store, writers, context)
        await store.close()


async def test_the_server_is_killed_and_comes_back(tmp_path, context):
    """Clients wait or are told; nothing is half there; nobody restarts Hygie."""
    async with writing(tmp_path / "data", context) as (cluster, _):
        pid = int((cluster.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)


async def test_a_full_disk_refuses_cleanly_and_recovers(tmp_path, context):
    """Half a change, a crash for good, or a service that somebody has to start again."""
    with small_disk(tmp_path) as disk:
        await _full(disk, context)


async def _full(disk: Path, context) -> None:
    async with writing(disk / "data", context) as (_, writers):
        filler = disk / "filler"
        fill(filler)
        await writers.until(lambda: len(writers.refused) >= 6)
        filler.unlink()
    assert not any(isinstance(error, Refused) for error in writers.refused)


def test_what_is_said_of_each_outage():
    """A bug that passes for an outage is never repaired."""
    assert outage(ValueError("x")) is None
    assert outage(asyncpg.UndefinedColumnError("x")) is None
    assert outage(asyncpg.exceptions._base.DataError("bad parameter")) is None
    assert outage(asyncpg.DiskFullError("x")).issues[0].rule == "store.disk-full"
    assert outage(FileNotFoundError("x")).issues[0].rule == "store.unavailable"
    assert outage(asyncpg.QueryCanceledError("x")).issues[0].rule == "store.busy"
    assert all(issubclass(kind, Exception) for kind in AWAY)
