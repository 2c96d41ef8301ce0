"""Guards against messages lost, quarantined or filed twice while a real database goes away."""

import asyncio
from contextlib import asynccontextmanager

import asyncpg
import pytest

from hygie.store.outages import UNAVAILABLE


@pytest.fixture
async def outage(cluster, database_url):
    """`async with outage():` meanwhile every connection to the database is ended."""
    name = database_url.split("@/")[1].split("?")[0]
    query = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"

    async def end_all(connection):
        while True:
            await connection.execute(query)

    @asynccontextmanager
    async def away():
        connection = await asyncpg.connect(cluster.dsn())
        task = asyncio.create_task(end_all(connection))
        await asyncio.sleep(0.05)
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await connection.close()

    return away


async def test_what_was_accepted_before_the_database_went_away_is_filed_once_it_is_back(
    gateway, write, everything, outage
):
    """A sender told that its messages are safe, and a quarantine full of good ones."""
    persons = [{3: f"{n}^^^CH&1.2.3&ISO^PI"} for n in range(60)]
    accepted = [await gateway.accept("gam", write("ADT^A28", person=one)) for one in persons]
    async with outage():
        receipts = [await one.settled() for one in accepted]
    assert {receipt.state for receipt in receipts} <= {"filed", "received"}
    assert receipts[-1].state == "received", "the database went away too late"
    await gateway.resume()
    counts = await gateway.counts()
    assert counts.states == {"filed": 60}
    assert len(await everything("Patient")) == 60


async def test_connections_that_end_all_the_time_lose_and_double_nothing(
    gateway, write, everything, outage
):
    """A message filed, and filed again because nobody heard that it was."""

    async def disturb():
        while True:
            await asyncio.sleep(0.3)
            async with outage():
                await asyncio.sleep(0.05)

    disturbing = asyncio.create_task(disturb())
    sent = 0
    for number in range(12):
        raw = write("ADT^A28", person={3: f"{number}^^^CH&1.2.3&ISO^PI"})
        for _ in range(50):
            try:
                await gateway.receive("gam", raw)
                sent += 1
                break
            except UNAVAILABLE:
                await asyncio.sleep(0.02)
    disturbing.cancel()
    await asyncio.gather(disturbing, return_exceptions=True)
    await gateway.resume()
    assert sent == 12
    states = (await gateway.counts()).states
    assert states["filed"] == 12
    assert set(states) <= {"filed", "duplicate"}
    patients = await everything("Patient")
    assert len(patients) == 12
    assert {patient["meta"]["versionId"] for patient in patients} == {"1"}
