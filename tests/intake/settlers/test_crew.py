"""Guards against a message that nobody settles because a process is lost, and against processes
that are started for ever."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from hygie.intake.arrival import Arrival
from hygie.intake.inbox import Admission
from hygie.intake.settlers import crew as crews
from hygie.intake.settlers.crew import Crew, Member, NotStartedError
from hygie.intake.settlers.suspects import Suspects
from hygie.limits.gateway import MAX_SUSPECTS

OWN, PUT_OFF, THERE = ["own"], ["put off"], ["there"]


class Own:
    at_once = 2

    async def settle(self, _):
        return OWN

    def __init__(self):
        self.given_up = []

    async def put_off(self, _, why):
        assert why.refusal.issues[0].rule == "intake.settler-lost"
        return PUT_OFF

    async def give_up(self, admission, outcome):
        assert outcome[0] == "quarantined"
        self.given_up.append(admission.id)
        return "given up"


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
    held = asyncio.create_task(crew.settle([admitted(1, "A")]))
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


# --- a message that ends processes ----------------------------------------------------------------


def admitted(entry, *lanes, attempts=0):
    arrival = Arrival(source="gam", name="", raw=b"", kind="hl7v2", lanes=lanes)
    return Admission(entry, arrival, "received", (), attempts=attempts)


class Deadly(Stream):
    """Ends with the process when a message is in hand, or one that is settled before it."""

    def __init__(self, deadly):
        super().__init__()
        self.deadly = deadly

    async def settle(self, admissions):
        if any(one.id >= self.deadly and "A" in one.arrival.lanes for one in admissions):
            end(self)
            return None
        return [one.id for one in admissions]


@pytest.fixture
def at_once(monkeypatch):
    """Processes that are started again without a pause."""

    async def sleep(_):
        await real(0)

    real = asyncio.sleep
    monkeypatch.setattr(crews, "asyncio", SimpleNamespace(**vars(asyncio) | {"sleep": sleep}))


async def test_a_message_that_ends_processes_stops_nobody_else(at_once):
    """One message that nobody can settle, and all that came with it tried again for ever."""
    own = Own()
    crew = Crew(1, Processes(*(Deadly(2) for _ in range(9))), own)
    async with asyncio.timeout(5):
        while await crew.settle([]) == OWN:  # noqa: ASYNC110
            await asyncio.sleep(0)
        batch = [admitted(1, "B"), admitted(2, "A"), admitted(3, "A", "C"), admitted(4, "C")]
        assert await crew.settle(batch) == PUT_OFF
        assert await crew.settle(batch) == [1, *PUT_OFF, *PUT_OFF, 4]
        assert own.given_up == []
        assert await crew.settle(batch) == [1, "given up", *PUT_OFF, 4]
    assert own.given_up == [2], "what comes after it in its lanes is not the cause"
    await crew.stop()


async def test_what_was_tried_in_vain_waits_for_the_first_start():
    """A message that ended the server is settled by the server as soon as that is there again."""
    first = Stream()
    crew = Crew(1, Processes(first), Own())
    assert await asyncio.wait_for(crew.settle([admitted(1, "A", attempts=1)]), 5) == THERE
    await crew.stop()


def test_the_one_to_blame_is_the_first_of_those_that_are_settled_together():
    """A message put aside for what another did that came before it."""
    suspects = Suspects()
    assert (
        suspects.lost([admitted(n, *lanes) for n, lanes in enumerate(("AB", "BC", "CD"), 1)])
        is None
    )
    assert suspects.first_before(admitted(9, "D")).id == 1
    assert suspects.first_before(admitted(9, "E")).id == 9
    assert suspects.among([admitted(9, "D")])
    suspects.cleared(1)
    assert suspects.first_before(admitted(9, "D")).id == 2


def test_suspects_are_so_many_at_most():
    """Memory that fills with messages which somebody else has settled."""
    suspects = Suspects()
    suspects.lost([admitted(n, str(n)) for n in range(MAX_SUSPECTS + 5)])
    assert not suspects.among([admitted(4, "x")])
    assert suspects.among([admitted(5, "x")])
