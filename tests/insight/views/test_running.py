"""Guards a view that runs while it is read: all rows in order, and nothing left when it ends."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Generator, Iterable
from contextlib import aclosing

import pyarrow as pa
import pytest

from hygie.insight.views import running
from hygie.insight.views.answering import encoded, limited
from hygie.insight.views.running import Counted, stored_rows
from hygie.insight.views.schema import ColumnType
from hygie.insight.views.tables import Batch
from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.store.reading.whole import Slice

COLUMNS = (ColumnType("resource", "string", "text"),)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH_RESOURCES", 10)


class Slices:
    """Twenty slices of five; `open` until somebody has let go of them."""

    def __init__(self, count: int = 20) -> None:
        self.given = 0
        self.open = True
        self._count = count

    async def each(self) -> AsyncGenerator[Slice]:
        try:
            for number in range(self._count):
                self.given += 1
                await asyncio.sleep(0)
                yield Slice([b"%d" % (number * 5 + place) for place in range(5)], unreadable=1)
        finally:
            self.open = False


def same(batches: Iterable[Batch]) -> Generator[Batch]:
    yield from batches


def texts(batches: Iterable[Batch]) -> list[str]:
    return [text.as_py() for batch in batches for text in batch.column(0)]


async def run(engine: running.Engine, slices: Slices) -> tuple[list[Batch], Counted]:
    counted = Counted()
    async with aclosing(stored_rows(engine, slices.each(), counted)) as rows:
        return [batch async for batch in rows], counted


async def test_all_rows_come_in_order() -> None:
    """Guards: rows lost or exchanged between the reader and the engine."""
    found, counted = await run(same, Slices())
    assert texts(found) == [str(number) for number in range(100)]
    assert (counted.resources, counted.rows, counted.unreadable) == (100, 100, 20)


async def test_nothing_is_read_far_ahead() -> None:
    """Guards: memory filled by a reader that is faster than the engine."""
    slices, most = Slices(), 0

    def slow(batches: Iterable[Batch]) -> Generator[Batch]:
        nonlocal most
        for number, batch in enumerate(batches):
            time.sleep(0.005)
            most = max(most, slices.given - 2 * number)
            yield batch

    await run(slow, slices)
    assert most <= 6


async def test_the_event_loop_is_free_while_the_engine_works() -> None:
    """Guards: a server that answers nobody while a view runs."""
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    def slow(batches: Iterable[Batch]) -> Generator[Batch]:
        for batch in batches:
            time.sleep(0.01)
            yield batch

    beside = asyncio.create_task(tick())
    await run(slow, Slices())
    beside.cancel()
    assert ticks > 20


async def test_who_leaves_early_leaves_nothing_running() -> None:
    """Guards: a transaction, a thread or a task that outlives the one who asked."""
    slices = Slices(1_000)
    async with aclosing(stored_rows(same, slices.each(), Counted())) as rows:
        await anext(rows)
    before = slices.given
    await asyncio.sleep(0.02)
    assert slices.given == before
    assert len(asyncio.all_tasks()) == 1


async def test_an_engine_that_ends_slowly_holds_nobody_up() -> None:
    """Guards: a server that answers nobody while what was begun ahead is given up."""
    waited, ended = 0, False

    def slow(batches: Iterable[Batch]) -> Generator[Batch]:
        nonlocal ended
        try:
            yield from batches
        finally:
            time.sleep(0.1)
            ended = True

    async def leave() -> None:
        async with aclosing(stored_rows(slow, Slices().each(), Counted())) as rows:
            await anext(rows)

    leaving = asyncio.create_task(leave())
    while not leaving.done():
        await asyncio.sleep(0.001)
        waited += 1
    assert ended
    assert waited > 20


async def test_a_cancelled_run_waits_for_its_thread() -> None:
    """Guards: an engine that goes on with connections that were closed under it."""
    working, ended = threading.Event(), threading.Event()

    def slow(batches: Iterable[Batch]) -> Generator[Batch]:
        for batch in batches:
            working.set()
            time.sleep(0.05)
            ended.set()
            yield batch

    task = asyncio.create_task(run(slow, Slices()))
    await asyncio.to_thread(working.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


async def test_what_the_engine_refuses_comes_out() -> None:
    """Guards: a value that does not fit, swallowed in a thread."""

    def wrong(batches: Iterable[Batch]) -> Generator[Batch]:
        for _ in batches:
            raise refuse(Category.UNPROCESSABLE, "view.misfit", Phrase("", ""))
        yield from ()

    with pytest.raises(Refused, match=r"view\.misfit"):
        await run(wrong, Slices())
    assert len(asyncio.all_tasks()) == 1


async def test_what_the_reader_raises_comes_out() -> None:
    """Guards: a database that goes away in the middle taken for the end of the data."""

    async def broken() -> AsyncGenerator[Slice]:
        yield Slice([b"1"] * 10)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        async with aclosing(stored_rows(same, broken(), Counted())) as rows:
            _ = [batch async for batch in rows]


async def batches() -> AsyncGenerator[Batch]:
    for start in (0, 10, 20):
        yield pa.record_batch([[str(start + place) for place in range(10)]], names=["resource"])


@pytest.mark.parametrize(
    ("limit", "rows"), [(None, 30), (0, 0), (1, 1), (10, 10), (11, 11), (99, 30)]
)
async def test_a_limit_is_exact(limit: int | None, rows: int) -> None:
    """Guards: more rows than asked for, or fewer."""
    found = [batch async for batch in limited(batches(), limit)]
    assert sum(batch.num_rows for batch in found) == rows
    raw = b"".join([piece async for piece in encoded(batches(), "ndjson", COLUMNS, limit=limit)])
    assert raw.count(b"\n") == rows
