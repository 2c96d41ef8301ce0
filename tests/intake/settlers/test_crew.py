"""Guards against a message that nobody settles because a process is lost, and against processes
that are started for ever."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from hygie.intake.settlers import crew as crews
from hygie.intake.settlers.crew import Crew, Member, NotStartedError

OWN, PUT_OFF, THERE = ["own"], ["put off"], ["there"]


class Own:
    at_once = 2

    async def settle(self, _):
        return OWN

    async def put_off(self, _, why):
        assert why.refusal.issues[0].rule == "intake.settler-lost"
        return PUT_OFF


class Stream:
    """Answers at once, or holds a batch until its process ends."""

    def __init__(self, *, holds=False):
        self.lost = False
        self.gone = asyncio.Event()
        self.taken = asyncio.Event()
        self.holds = holds

    async def settle(self, _):
        self.taken.set()
        if not self.holds:
            return THERE
        await self.gone.wait()
        return None


class Processes:
    """What each start comes to: a stream, or None for one that fails."""

    def __init__(self, *starts):
        self.starts = list(starts)
        self.begun = 0
        self.left = 0

    @asynccontextmanager
    async def __call__(self):
        self.begun += 1
        stream = self.starts.pop(0) if self.starts else None
        if stream is None:
            raise NotStartedError
        yield Member([stream], stream.gone.wait)
        self.left += 1


def end(stream):
    stream.lost = True
    stream.gone.set()


@pytest.fixture
def pauses(monkeypatch):
    """The pauses before processes are started again; none is waited for but the last."""
    taken = []

    async def sleep(seconds):
        taken.append(seconds)
        await asyncio.Event().wait() if len(taken) > 3 else await real(0)

    real = asyncio.sleep
    monkeypatch.setattr(crews, "asyncio", SimpleNamespace(**vars(asyncio) | {"sleep": sleep}))
    return taken


async def ready(crew):
    async with asyncio.timeout(5):
        while await crew.settle([]) != THERE:  # noqa: ASYNC110
            await asyncio.sleep(0)


async def test_messages_do_not_wait_for_the_first_start():
    """A feed that stands still while processes start, or that starts them for nobody."""
    processes = Processes(Stream())
    crew = Crew(1, processes, Own())
    assert processes.begun == 0
    assert await crew.settle([]) == OWN
    await ready(crew)
    await crew.stop()
    assert await crew.settle([]) == OWN
    assert processes.begun == 1


async def test_what_a_lost_process_had_in_hand_is_put_off(pauses):
    """A sender who waits for ever; or the next message settled by the process that accepts, which
    would end as that one did."""
    first, second = Stream(), Stream()
    crew = Crew(1, Processes(first, second), Own())
    await ready(crew)
    first.holds = True
    held = asyncio.create_task(crew.settle([]))
    await asyncio.wait_for(first.taken.wait(), 5)
    await asyncio.sleep(0)
    end(first)
    assert await held == PUT_OFF
    assert await asyncio.wait_for(crew.settle([]), 5) == THERE
    assert pauses == [0]
    await crew.stop()


async def test_a_process_that_does_not_start_is_told_and_tried_more_and_more_seldom(pauses, caplog):
    """A machine kept busy by starting what cannot start, and nobody who knows."""
    processes = Processes()
    crew = Crew(1, processes, Own())
    assert await crew.settle([]) == OWN
    async with asyncio.timeout(5):
        while len(pauses) < 4:  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert pauses == [0, 1, 5, 15]
    assert await crew.settle([]) == OWN
    assert "does not start" in caplog.text
    await crew.stop()
    assert processes.begun == 4


async def test_one_that_was_ready_and_starts_no_more_keeps_nobody_waiting(pauses):
    """Messages that wait for a process that will never be there."""
    first = Stream()
    crew = Crew(1, Processes(first), Own())
    await ready(crew)
    end(first)
    assert await asyncio.wait_for(crew.settle([]), 5) == OWN
    await crew.stop()
