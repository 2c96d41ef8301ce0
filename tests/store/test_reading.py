"""Readers who come together, and the connections they share."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from hygie.refusal import Category, Refused
from hygie.store.database import Connection
from hygie.store.reading.lanes import Lanes
from hygie.store.store import Store
from hygie.trace import Context


@pytest.fixture
async def lanes(database_url: str) -> AsyncIterator[Lanes]:
    lanes = Lanes(database_url, size=2)
    yield lanes
    await lanes.close()


async def backend(lane: Connection) -> int:
    await lane.fetchval("SELECT pg_sleep(0.01)")
    return int(await lane.fetchval("SELECT pg_backend_pid()"))


async def test_each_reader_gets_what_it_asked_for(
    store: Store, context: Context, statements: list[str]
) -> None:
    """Guards: one reader answered with another's resource, or refused for another's sake."""
    async with store.transaction(context) as transaction:
        await transaction.write_many(
            [{"resourceType": "Patient", "id": f"p{n}"} for n in range(30)]
        )
        await transaction.delete("Patient", "p7")
    statements.clear()
    asked = [f"p{n}" for n in (*range(40), 3, 3)]
    answers = await asyncio.gather(
        *(store.read(context, "Patient", name) for name in asked), return_exceptions=True
    )
    for name, answer in zip(asked, answers, strict=True):
        match int(name[1:]):
            case 7:
                assert isinstance(answer, Refused)
                assert answer.refusal.category is Category.GONE
            case n if n < 30:
                assert not isinstance(answer, BaseException)
                assert answer.id == name
            case _:
                assert isinstance(answer, Refused)
                assert answer.refusal.category is Category.NOT_FOUND
    assert len([query for query in statements if "hygie.resource_patient" in query]) <= 2


async def test_a_read_sees_what_was_written_before_it(store: Store, context: Context) -> None:
    """Guards: a reader who shares a statement that began before its own write."""

    async def write_and_read(n: int) -> None:
        made = await store.run(
            context, lambda tx: tx.update({"resourceType": "Patient", "id": f"p{n % 5}"})
        )
        read = await store.read(context, "Patient", made.id)
        assert read.version >= made.version

    await asyncio.gather(*(write_and_read(n) for n in range(40)))


async def test_a_remembered_resource_that_is_altered_on_disk_is_noticed(
    store: Store, context: Context
) -> None:
    """Guards: a body altered on disk and served from memory, or worse, as it is."""
    async with store.transaction(context) as transaction:
        await transaction.update({"resourceType": "Patient", "id": "a"})
    assert (await store.read(context, "Patient", "a")).id == "a"
    await store.pool.execute(
        "UPDATE hygie.resource SET body = set_byte(body, 20, get_byte(body, 20) # 1)"
    )
    with pytest.raises(Refused, match=r"store\.body-unreadable"):
        await store.read(context, "Patient", "a")


async def test_lanes_are_bounded_and_used_again(lanes: Lanes) -> None:
    """Guards: a server whose connections one process takes for itself."""
    used = await asyncio.gather(*(lanes.run(backend) for _ in range(20)))
    assert len(set(used)) == 2


async def test_a_lost_lane_is_replaced(lanes: Lanes, database_url: str) -> None:
    """Guards: requests that fail for ever after the database went away once."""
    first = await lanes.run(backend)
    killer = await asyncpg.connect(database_url)
    await killer.execute("SELECT pg_terminate_backend($1)", first)
    await killer.close()
    second = await lanes.run(backend)
    assert second != first


async def test_a_reader_who_leaves_takes_no_lane_along(lanes: Lanes) -> None:
    """Guards: lanes lost one by one to clients who hang up, and answers to their statements."""
    for _ in range(3):
        leaving = asyncio.create_task(lanes.fetch("SELECT 1 AS n FROM pg_sleep(30)"))
        await asyncio.sleep(0.05)
        leaving.cancel()
        await asyncio.wait({leaving})
    async with asyncio.timeout(10):
        answers = await asyncio.gather(*(lanes.fetch("SELECT $1::int AS n", n) for n in range(9)))
    assert [rows[0]["n"] for rows in answers] == list(range(9))


async def test_a_mistake_is_its_makers_alone(lanes: Lanes) -> None:
    """Guards: a statement that fails and leaves its lane unfit for the next reader."""
    for _ in range(3):
        with pytest.raises(asyncpg.UndefinedTableError):
            await lanes.fetch("SELECT FROM nowhere")
    assert await lanes.fetch("SELECT 1 AS n")
