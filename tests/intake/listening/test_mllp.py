"""MLLP as senders speak it: every message answered, in order, once it is safe, and only then."""

import asyncio

import pytest
from tests.intake.listening.wires import Memory, listening, message, until

from hygie.hl7v2.framing import frame
from hygie.hl7v2.parse import parse
from hygie.intake.listening.connection import Bounds
from hygie.intake.listening.gauge import Gauge
from hygie.intake.listening.mllp import MllpListener
from hygie.intake.listening.pace import Pace
from hygie.refusal import Refused


async def test_messages_are_answered_in_their_order():
    """A sender that takes the answer to one message for that to another."""
    async with listening() as wire:
        client = await wire.client()
        client.send(*(message(f"C{number}") for number in range(200)))
        answers = [await client.answer() for _ in range(200)]
        assert answers == [("AA", f"C{number}") for number in range(200)]
        assert wire.memory.taken == [message(f"C{number}") for number in range(200)]
        told = wire.gauge.state()
        assert (told.received, told.answered, told.connections) == (200, {"AA": 200}, 1)


async def test_nothing_is_said_before_the_message_is_committed():
    """A message that a crash loses after its sender has forgotten it."""
    async with listening() as wire:
        wire.memory.door.clear()
        client = await wire.client()
        client.send(message("C1"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.reader.read(1), 0.2)
        wire.memory.door.set()
        assert await client.answer() == ("AA", "C1")


async def test_what_could_not_be_kept_is_not_answered_nor_is_what_follows():
    """An acknowledgement of a message that is nowhere."""
    async with listening() as wire:
        wire.memory.failure = OSError("disk")
        client = await wire.client()
        client.send(message("C1"), message("C2"))
        assert await client.ended()
        wire.memory.failure = None
        again = await wire.client()
        again.send(message("C1"))
        assert await again.answer() == ("AA", "C1")
        assert wire.gauge.unanswered == 2


async def test_the_answer_may_leave_once_the_message_is_safe():
    """A sender with a short patience that sends again and again what is being filed."""
    async with listening(acknowledge="received") as wire:
        wire.memory.settling.clear()
        client = await wire.client()
        client.send(message("C1"))
        assert await client.answer() == ("AA", "C1")
        wire.memory.settling.set()


async def test_what_takes_long_is_told_of_as_received():
    """A feed that stands still behind one message that the database cannot file now."""
    async with listening(bounds=Bounds(settled_seconds=0.05)) as wire:
        wire.memory.settling.clear()
        client = await wire.client()
        client.send(message("C1"))
        answer = parse(await client.raw_answer())
        assert (answer.require("MSA").text(1), answer.require("ERR").text(4)) == ("AA", "I")
        wire.memory.settling.set()


async def test_enhanced_mode_answers_twice():
    """A sender that waits for an answer of the application that never comes, or comes first."""
    async with listening() as wire:
        wire.memory.settling.clear()
        client = await wire.client()
        client.send(message("C1", "AL", "AL"), message("C2", "AL", "NE"))
        assert [await client.answer() for _ in range(2)] == [("CA", "C1"), ("CA", "C2")]
        wire.memory.settling.set()
        assert await client.answer() == ("AA", "C1")
        client.send(message("C3", "NE", "NE"), message("C4"))
        assert await client.answer() == ("AA", "C4")


async def test_acknowledgements_are_not_acknowledged():
    """Two systems that answer each other's answers for ever."""
    async with listening() as wire:
        client = await wire.client()
        client.send(message("C1").replace(b"ADT^A28", b"ACK^A28"), message("C2"))
        assert await client.answer() == ("AA", "C2")
        assert len(wire.memory.taken) == 2


async def test_who_has_sent_everything_still_gets_its_answers():
    """Answers lost because a sender closes its side first."""
    async with listening() as wire:
        wire.memory.settling.clear()
        client = await wire.client()
        client.send(message("C1"))
        client.writer.write_eof()
        await until(lambda: wire.memory.taken)
        wire.memory.settling.set()
        assert await client.answer() == ("AA", "C1")
        assert await client.ended()


async def test_stopping_answers_what_is_under_way():
    """A message filed whose sender is never told, each time somebody stops a source."""
    async with listening() as wire:
        wire.memory.settling.clear()
        client = await wire.client()
        client.send(message("C1"))
        await until(lambda: wire.memory.taken)
        asyncio.get_running_loop().call_later(0.1, wire.memory.settling.set)
    assert await client.answer() == ("AA", "C1")


async def test_the_rate_that_is_declared_is_kept():
    """One source that takes the time of all others."""

    class Paced(Memory):
        pace = Pace(50)

        async def __call__(self, raw):
            await self.pace.turn()
            return await super().__call__(raw)

    async with listening(receive=Paced()) as wire:
        client = await wire.client()
        began = asyncio.get_running_loop().time()
        client.send(*(message(f"C{number}") for number in range(80)))
        answers = [await client.answer() for _ in range(80)]
        assert answers == [("AA", f"C{number}") for number in range(80)]
        assert 0.5 < asyncio.get_running_loop().time() - began < 3


async def test_a_port_that_is_taken_is_told():
    """A source that looks as if it listened, and does not."""
    async with listening() as wire:
        with pytest.raises(Refused) as refused:
            await MllpListener(wire.wires).run(wire.source, wire.memory, Gauge("other"))
        issue = refused.value.refusal.issues[0]
        assert "déjà pris" in issue.text("fr")
        assert str(wire.port) in issue.text("fr")


async def test_broken_frames_of_real_senders_are_understood():
    """A laboratory cut off for a byte that its software forgets."""
    async with listening() as wire:
        client = await wire.client()
        client.writer.write(b"\r\n\x0b\x0b" + message("C1") + b"\x1c\n" + frame(message("C2")))
        assert [await client.answer(), await client.answer()] == [("AA", "C1"), ("AA", "C2")]
