"""Work in groups, with a writer that the test holds in its hand."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.grouping import Grouping

ODD = 999


class Disk:
    """Keeps what is written; waits for leave to finish, and fails on request."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        """What each write was given, failed ones included."""
        self.leave = asyncio.Event()
        self.leave.set()
        self.failing = False

    @property
    def written(self) -> list[int]:
        return [value for batch in self.batches for value in batch]

    async def write(self, values: list[int]) -> list[int | Exception]:
        self.batches.append(values)
        await self.leave.wait()
        if self.failing:
            raise OSError("disk is full")
        return [ValueError("odd one") if n == ODD else -n for n in values]


async def settle() -> None:
    """Lets every task run as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


def group(disk: Disk, *, waiting: int = 100, batch: int = 100) -> Grouping[int, int]:
    return Grouping(disk.write, waiting=waiting, largest=batch)


async def test_nothing_is_acknowledged_before_it_is_written() -> None:
    """Guards: an answer given before its trace is durable."""
    disk = Disk()
    disk.leave.clear()
    adding = asyncio.create_task(group(disk).add(1))
    await settle()
    assert disk.batches == [[1]]
    assert not adding.done()
    disk.leave.set()
    await adding


async def test_callers_during_a_write_share_the_next() -> None:
    """Guards: one commit for each caller, and a delay for a caller who is alone."""
    disk = Disk()
    commits = group(disk)
    disk.leave.clear()
    adding = [asyncio.create_task(commits.add(1))]
    await settle()
    adding += [asyncio.create_task(commits.add(n)) for n in (2, 3, 4)]
    await settle()
    disk.leave.set()
    await asyncio.gather(*adding)
    assert disk.batches == [[1], [2, 3, 4]]


async def test_a_failure_reaches_every_caller_of_its_batch_and_no_other() -> None:
    """Guards: a lost entry that its caller believes kept, and a ledger dead after one failure."""
    disk = Disk()
    commits = group(disk)
    disk.failing = True
    outcomes = await asyncio.gather(*(commits.add(n) for n in range(5)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [OSError] * 5
    disk.failing = False
    await commits.add(6)
    assert disk.batches == [[0, 1, 2, 3, 4], [6]]


async def test_a_full_queue_makes_callers_wait() -> None:
    """Guards: memory filled by requests faster than the disk."""
    disk = Disk()
    commits = group(disk, waiting=3)
    disk.leave.clear()
    adding = [asyncio.create_task(commits.add(n)) for n in range(10)]
    await settle()
    assert len(disk.written) == 3
    disk.leave.set()
    await asyncio.gather(*adding)
    assert sorted(disk.written) == list(range(10))


async def test_a_caller_who_leaves_takes_nobody_along() -> None:
    """Guards: a client that hangs up and breaks the trace of others."""
    disk = Disk()
    commits = group(disk)
    disk.leave.clear()
    first, second = (asyncio.create_task(commits.add(n)) for n in (1, 2))
    await settle()
    first.cancel()
    disk.leave.set()
    await second
    assert first.cancelled()
    await commits.add(3)
    assert disk.batches == [[1, 2], [3]]


async def test_drain_waits_for_all() -> None:
    """Guards: entries lost at a clean stop."""
    disk = Disk()
    commits = group(disk, batch=1)
    adding = [asyncio.create_task(commits.add(n)) for n in range(3)]
    await settle()
    await commits.drain()
    assert all(task.done() for task in adding)
    assert disk.batches == [[0], [1], [2]]


async def test_a_cancelled_writer_leaves_nobody_waiting() -> None:
    """Guards: a shutdown that hangs."""
    disk = Disk()
    commits = group(disk, batch=1)
    disk.leave.clear()
    adding = [asyncio.create_task(commits.add(n)) for n in range(3)]
    await settle()
    writer = commits._worker
    assert writer is not None
    writer.cancel()
    outcomes = await asyncio.gather(*adding, return_exceptions=True)
    assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)


@given(
    pauses=st.lists(st.integers(0, 4), max_size=40),
    failing=st.sets(st.integers(0, 20)),
    waiting=st.integers(1, 8),
    batch=st.integers(1, 8),
)
def test_each_value_is_kept_once_or_refused(
    pauses: list[int], failing: set[int], waiting: int, batch: int
) -> None:
    """Guards: an entry written twice, dropped, out of order, or acknowledged and not there."""
    kept: list[int] = []
    writes = iter(range(1000))

    async def write(values: list[int]) -> list[int]:
        assert 0 < len(values) <= batch
        await asyncio.sleep(0)
        if next(writes) in failing:
            raise OSError("disk is full")
        kept.extend(values)
        return values

    outcomes = asyncio.run(_add_all(write, pauses, waiting, batch))
    acknowledged = [n for n, outcome in enumerate(outcomes) if outcome == n]
    assert sorted(kept) == acknowledged
    if not any(pauses):
        assert kept == acknowledged


async def _add_all(
    write: Callable[[list[int]], Awaitable[list[int]]], pauses: list[int], waiting: int, batch: int
) -> list[BaseException | int]:
    commits = Grouping(write, waiting=waiting, largest=batch)

    async def add(number: int, pause: int) -> int:
        for _ in range(pause):
            await asyncio.sleep(0)
        return await commits.add(number)

    calls = (add(number, pause) for number, pause in enumerate(pauses))
    return list(await asyncio.gather(*calls, return_exceptions=True))


@pytest.mark.parametrize("size", [1, 7, 1000])
async def test_batches_are_bounded_and_in_order(size: int) -> None:
    """Guards: the last of many callers waiting for one huge statement."""
    disk = Disk()
    await asyncio.gather(*map(group(disk, batch=size).add, range(50)))
    assert disk.written == list(range(50))
    assert max(map(len, disk.batches)) <= size


async def test_an_outcome_concerns_its_caller_only() -> None:
    """Guards: one refused write that takes the group it came with along."""
    commits = group(Disk())
    outcomes = await asyncio.gather(*map(commits.add, (1, ODD, 3)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [int, ValueError, int]
    assert [outcomes[0], outcomes[2]] == [-1, -3]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers()), max_size=30), st.integers(1, 5))
def test_values_of_one_key_keep_apart_and_in_order(
    values: list[tuple[str, int]], largest: int
) -> None:
    """Guards: two writes of one resource in one statement, or the older one last."""
    done: list[list[tuple[str, int]]] = []

    async def work(group: list[tuple[str, int]]) -> list[None]:
        await asyncio.sleep(0)
        done.append(group)
        return [None] * len(group)

    async def run() -> None:
        keyed = Grouping(work, waiting=100, largest=largest, apart=lambda value: value[0])
        await asyncio.gather(*map(keyed.add, values))

    asyncio.run(run())
    assert all(len({key for key, _ in group}) == len(group) <= largest for group in done)
    for key in "abc":
        in_order = [value for group in done for value in group if value[0] == key]
        assert in_order == [value for value in values if value[0] == key]
