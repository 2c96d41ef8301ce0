"""Guards against memory that a sender fills, and against a sender who waits for ever."""

import asyncio

from hygie.intake import reception
from hygie.intake.listening.pace import Pace
from hygie.intake.room import Room
from hygie.intake.values import Filters


async def entering(room: Room, *octets: int) -> list["asyncio.Task[None]"]:
    """Those who come, in this order, once they are in or wait."""
    tasks = [asyncio.create_task(room.enter(size)) for size in octets]
    await asyncio.sleep(0)
    return tasks


async def test_first_come_first_served_and_the_largest_alone():
    """A large message passed over for ever by small ones, or beside which everything else lies."""
    room = Room(3, 100)
    small, large, after = await entering(room, 10, 1_000, 10)
    assert [task.done() for task in (small, large, after)] == [True, False, False]
    room.leave(10)
    await asyncio.sleep(0)
    assert [task.done() for task in (large, after)] == [True, False]
    room.leave(1_000)
    await asyncio.sleep(0)
    assert after.done()


async def test_who_goes_away_while_waiting_leaves_the_others_their_turn():
    """Room that is lost with each connection that ends."""
    room = Room(1, 100)
    await room.enter(1)
    second, third, fourth = await entering(room, 1, 1, 1)
    second.cancel()
    room.leave(1)
    third.cancel()  # it was let in, and does not come
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert fourth.done()
    assert not fourth.cancelled()


async def test_who_goes_away_leaves_a_message_that_counts(gateway, write, monkeypatch):
    """A line that grows without bound: connections that send, and end before they are answered."""
    monkeypatch.setattr(gateway._reception, "_room", room := Room(3, 1_000_000))
    go = asyncio.Event()
    real = gateway.settler.settle

    async def settle(admissions):
        await go.wait()
        return await real(admissions)

    monkeypatch.setattr(gateway.settler, "settle", settle)
    for number in range(6):
        person = {3: f"{number}^^^CH&1.2.3&ISO^PI"}
        sent = asyncio.create_task(gateway.accept("gam", write("ADT^A28", person=person)))
        await asyncio.sleep(0.02)
        sent.cancel()
    await asyncio.sleep(0.1)
    assert len(await gateway.messages(Filters())) == 3
    go.set()
    await gateway._line.drain()
    async with asyncio.timeout(1):
        await room.enter(1_000_000)


async def test_large_messages_do_not_share_a_batch(gateway, write, monkeypatch):
    """Sixty-four documents of fifty megabytes in one process at one time."""
    monkeypatch.setattr("hygie.intake.line.MAX_BYTES_TOGETHER", 2_000)
    batches = []
    real = gateway.settler.settle

    async def settle(admissions):
        batches.append([len(one.arrival.raw) for one in admissions])
        return await real(admissions)

    monkeypatch.setattr(gateway.settler, "settle", settle)
    note = ("NTE|1||" + "A" * 2_000,)
    raws = [write("ADT^A28", person={3: f"{number}^^^CH&1.2.3&ISO^PI"}, extra=note * (number % 2))
            for number in range(12)]  # fmt: skip
    accepted = await asyncio.gather(*(gateway.accept("gam", raw) for raw in raws))
    assert {(await one.settled()).state for one in accepted} == {"filed"}
    assert all(len(batch) == 1 or sum(batch) <= 2_000 for batch in batches)


async def test_who_goes_away_takes_no_turn():
    """A source held back for hours by connections that sent a few messages and ended."""
    pace = Pace(20)
    for _ in range(50):
        gone = asyncio.create_task(pace.turn(20))
        await asyncio.sleep(0)
        gone.cancel()
    async with asyncio.timeout(1.5):
        await pace.turn(20)


async def test_a_number_given_to_everything_is_found_at_once(gateway, write, store, monkeypatch):
    """A sender whose control id never changes: each message slower than the one before."""
    rows = []
    real = reception.Inbox._seen

    async def seen(self, *given):
        found = await real(self, *given)
        rows.append(sum(map(len, found.controls.values())))
        return found

    monkeypatch.setattr(reception.Inbox, "_seen", seen)
    first = await gateway.receive("gam", write("ADT^A28", control="1"))
    states = [(await gateway.receive("gam", write("ADT^A28", control="1", person={8: sex}))).state
              for sex in ("M", "U", "X", "Y")]  # fmt: skip
    assert (first.state, states) == ("filed", ["quarantined"] * 4)
    assert max(rows) <= 2
