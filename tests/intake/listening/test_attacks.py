"""Peers that mean harm, or are broken, lose their connection; nobody else loses anything."""

import asyncio
import ssl
from contextlib import suppress

import pytest
from tests.intake.listening.wires import Wire, listening, message, until

from hygie.hl7v2.framing import Unframer, frame
from hygie.intake.listening.allowance import FREE_BYTES, Allowance
from hygie.intake.listening.connection import Bounds
from hygie.intake.sources.declaration import Tls
from hygie.limits.gateway import MAX_PIPELINED_MESSAGES

QUICK = Bounds(frame_seconds=1, unread_seconds=1)


async def is_well(wire: Wire, tls: ssl.SSLContext | None = None) -> bool:
    """Whether somebody else is served."""
    client = await wire.client(tls)
    client.send(message("WELL"))
    return await client.answer() == ("AA", "WELL")


async def test_a_frame_that_never_ends_costs_a_connection():
    """A peer that sends a byte a minute and holds its place for ever."""
    async with listening(bounds=QUICK) as wire:
        slow = await wire.client()
        slow.writer.write(b"\x0bMSH|^~\\&|")
        began = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() - began < 5 and wire.gauge.connections:
            slow.writer.write(b"x")
            await asyncio.sleep(0.1)
        assert await slow.ended()
        assert await is_well(wire)
        assert wire.memory.taken == [message("WELL")]


async def test_a_peer_that_reads_no_answers_costs_a_connection():
    """Memory filled with answers that nobody takes."""
    async with listening(bounds=QUICK) as wire:
        deaf = await wire.client()
        deaf.writer.transport.pause_reading()
        burst = b"".join(frame(message(f"{n:01000d}")) for n in range(64))
        with suppress(ConnectionError):
            while wire.gauge.connections or not wire.memory.taken:
                deaf.writer.write(burst)
                async with asyncio.timeout(5):
                    await deaf.writer.drain()
                await asyncio.sleep(0)
        assert await is_well(wire)
        assert wire.gauge.connections == 1


async def test_nothing_is_read_while_too_much_is_under_way():
    """Messages piled up in memory because the store is slow."""
    async with listening() as wire:
        wire.memory.door.clear()
        client = await wire.client()
        sent = 0
        with suppress(TimeoutError):
            while sent < 50_000:
                client.send(*(message(f"{sent + n:0200d}") for n in range(100)))
                sent += 100
                async with asyncio.timeout(0.5):
                    await client.writer.drain()
        assert sent < 50_000
        assert wire.memory.most_waiting == MAX_PIPELINED_MESSAGES
        wire.memory.door.set()
        assert await client.answer() == ("AA", f"{0:0200d}")


@pytest.mark.parametrize(
    "garbage", [b"GET / HTTP/1.1\r\n" * 9_000, bytes(range(32, 256)) * 400, b"\x1c\r" * 70_000]
)
async def test_another_protocol_is_hung_up_on(garbage):
    """A scanner, or a sender without frames, that is listened to for ever; and nobody told why."""
    async with listening() as wire:
        client = await wire.client()
        client.writer.write(garbage)
        assert await client.ended()
        assert wire.memory.taken == []
        assert "MLLP" in wire.gauge.trouble.text("fr")
        assert await is_well(wire)
        assert wire.gauge.trouble is None


async def test_two_thousand_connections_leave_room_for_those_who_send():
    """A flood of connections that keeps the hospital's own systems out."""
    async with listening(way={"connections": 20}) as wire:
        known = await wire.client()
        known.send(message("C1"))
        assert await known.answer() == ("AA", "C1")
        for _ in range(20):
            crowd = [asyncio.open_connection("127.0.0.1", wire.port) for _ in range(100)]
            for found in await asyncio.gather(*crowd, return_exceptions=True):
                if isinstance(found, tuple):
                    found[1].transport.abort()
            assert len(wire.wires.doors) <= 20
        known.send(message("C2"))
        assert await known.answer() == ("AA", "C2")
        await until(lambda: wire.gauge.connections == 1)
        assert wire.gauge.refused_connections > 500


async def test_who_sends_nothing_gives_way(monkeypatch):
    """Every place held by connections that never say anything."""
    monkeypatch.setattr("hygie.intake.listening.doors.UNPROVEN_SECONDS", 0.2)
    async with listening(way={"connections": 4}) as wire:
        proven = await wire.client()
        proven.send(message("C1"))
        assert await proven.answer() == ("AA", "C1")
        silent = [await wire.client() for _ in range(3)]
        await until(lambda: wire.gauge.connections == 4)
        await asyncio.sleep(0.3)
        assert await is_well(wire)
        assert await silent[0].ended()
        proven.send(message("C2"))
        assert await proven.answer() == ("AA", "C2")


async def test_only_declared_networks_connect():
    """Anybody on the network who admits and merges patients."""
    async with listening(way={"peers": ("10.0.0.0/8",)}) as wire:
        client = await wire.client()
        client.send(message("C1"))
        assert await client.ended()
        assert wire.memory.taken == []
        assert "127.0.0.1" in wire.gauge.trouble.text("fr")
    async with listening(way={"peers": ("10.0.0.0/8", "127.0.0.0/8")}) as wire:
        assert await is_well(wire)


async def test_fifty_megabytes_in_one_field(monkeypatch):
    """A document that blocks the feed; or a limit that nobody is told of."""
    monkeypatch.setattr(Unframer.__init__, "__defaults__", (1_000_000,))
    async with listening() as wire:
        client = await wire.client()
        client.send(message("C1", extra="OBX|1|ED|||" + "A" * 900_000 + "\r"))
        assert await client.answer() == ("AA", "C1")
        client.send(message("C2", extra="OBX|1|ED|||" + "A" * 1_100_000 + "\r"))
        assert await client.answer() == ("AR", "C2")
        assert await client.ended()
        assert len(wire.memory.taken) == 1
        assert wire.gauge.state().last_refusal == "hl7.size"


async def test_long_messages_of_many_share_a_bounded_memory():
    """The server's memory times the number of those who connect."""
    async with listening(bounds=QUICK) as wire:
        wire.wires.allowance._limit = 1_000_000
        clients = [await wire.client() for _ in range(12)]
        raw = message("C1", extra="OBX|1|ED|||" + "A" * 600_000 + "\r")
        most = 0

        async def watch():
            nonlocal most
            while True:
                most = max(most, wire.wires.allowance.total)
                await asyncio.sleep(0)

        watching = asyncio.create_task(watch())
        for client in clients:
            client.send(raw)
        answers = [await client.answer() for client in clients]
        watching.cancel()
        assert answers == [("AA", "C1")] * 12
        assert most < 1_000_000 + len(raw) + 12 * 4 * FREE_BYTES
        assert wire.wires.allowance.total == 0


def test_one_holder_goes_on_when_there_is_no_room():
    """Connections that wait for each other for ever."""
    allowance = Allowance(100)
    called: list[str] = []

    def first() -> None:
        called.append("first")

    def second() -> None:
        called.append("second")

    assert allowance.hold(first, FREE_BYTES + 90)
    assert allowance.hold(second, FREE_BYTES + 90)  # nobody has gone on before it
    assert not allowance.hold(first, FREE_BYTES + 95)
    assert allowance.hold(second, FREE_BYTES + 10_000)
    allowance.leave(second)
    assert called == ["first"]
    assert allowance.hold(first, FREE_BYTES + 95)


async def test_tls_is_spoken_and_asked_for(authority):
    """Messages that anybody on the way reads."""
    clinic = authority("clinic")
    certificate, key = (str(file) for file in clinic.sign("server"))
    async with listening(way={"tls": Tls(certificate=certificate, key=key)}) as wire:
        assert await is_well(wire, clinic.client())
        plain = await wire.client()
        plain.send(message("C1"))
        assert await plain.ended()
        assert wire.memory.taken == [message("WELL")]


async def test_mutual_tls_lets_in_whom_the_authority_knows(authority):
    """A stranger with a certificate of his own making who merges patients."""
    clinic, stranger = authority("clinic"), authority("stranger")
    certificate, key = (str(file) for file in clinic.sign("server"))
    tls = Tls(certificate=certificate, key=key, authorities=str(clinic.file))
    async with listening(way={"tls": tls}) as wire:
        assert await is_well(wire, clinic.client("gam"))
        foreign = ssl.create_default_context(cafile=str(clinic.file))
        foreign.load_cert_chain(*stranger.sign("gam2"))
        for context in (clinic.client(), foreign):
            with suppress(OSError):
                client = await wire.client(context)
                client.send(message("C1"))
                assert await client.ended()
        assert wire.memory.taken == [message("WELL")]
        assert wire.gauge.refused_connections == 2
