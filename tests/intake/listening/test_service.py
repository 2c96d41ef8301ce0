"""What is declared listens, what is not does not, and everybody can see which."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from tests.intake.listening.wires import Client, free_port, until

from hygie.intake.listening.mllp import MllpListener, Wires
from hygie.intake.listening.service import Listening
from hygie.intake.sources import state
from hygie.intake.sources.declaration import Mllp, Source
from hygie.store.declarations import Declared

NOW = datetime(2026, 1, 10, tzinfo=UTC)


class Office:
    """Declarations, and a service that goes by them."""

    def __init__(self, store, gateway) -> None:
        self.store = store
        self.standing: dict[str, Declared] = {}
        wires = Wires(lambda: datetime.now(UTC))
        makers = {Mllp: lambda: MllpListener(wires)}
        self.service = Listening(store, self._declared, gateway, makers, again_seconds=0.1)

    async def _declared(self) -> tuple[Declared, ...]:
        return tuple(self.standing.values())

    def declare(self, name: str, **said) -> Source:
        version = self.standing[name].version + 1 if name in self.standing else 1
        source = Source(name=name, **said)
        self.standing[name] = Declared(source, version, NOW)
        return source

    async def state(self, name: str) -> state.SourceState:
        await asyncio.sleep(0.05)
        return self.service._running[name].gauge.state()


@pytest.fixture
async def office(store, gateway) -> AsyncIterator[Office]:
    made = Office(store, gateway)
    yield made
    made.standing.clear()
    await made.service.adjust()


async def states(store) -> dict[str, state.SourceState]:
    found = await state.read(store.pool, store.keyring)
    return {name: one for name, (one,) in found.items()}


async def told(store, condition) -> None:
    """Returns once the states that all can read are so."""
    async with asyncio.timeout(10):
        while not condition(await states(store)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def ask(port: int, raw: bytes) -> tuple[str, str]:
    client = Client(*await asyncio.open_connection("127.0.0.1", port))
    try:
        client.send(raw)
        return await client.answer()
    finally:
        client.writer.close()


async def test_a_source_is_listened_to_as_it_is_declared(office: Office, write):
    """A port that stays open after somebody closed it; one that follows yesterday's declaration."""
    first, second = free_port(), free_port()
    office.declare("gam", way=Mllp(port=first))
    await office.service.adjust()
    assert (await office.state("gam")).phase == "listening"
    assert await ask(first, write("ADT^A28", control="C1")) == ("AA", "C1")
    office.declare("gam", way=Mllp(port=second), events=("ORU^R01",))
    await office.service.adjust()
    assert (await office.state("gam")).phase == "listening"
    with pytest.raises(ConnectionRefusedError):
        await ask(first, b"")
    assert await ask(second, write("ADT^A28", control="C2")) == ("AR", "C2")
    office.declare("gam", way=Mllp(port=second), running=False)
    await office.service.adjust()
    with pytest.raises(ConnectionRefusedError):
        await ask(second, b"")


async def test_a_port_that_comes_free_is_listened_on(office: Office, write):
    """A source that stays silent because its port was taken for a moment at the start."""
    port = free_port()
    taken = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", port)
    office.declare("gam", way=Mllp(port=port))
    await office.service.adjust()
    told = await office.state("gam")
    assert told.phase == "failed"
    assert "déjà pris" in told.trouble.text("fr")
    taken.close()
    await taken.wait_closed()
    await until(lambda: office.service._running["gam"].gauge.phase == "listening")
    assert await ask(port, write("ADT^A28", control="C1")) == ("AA", "C1")


async def test_one_process_listens_and_tells_all(store, gateway, write):
    """Two processes on one folder; a source whose state nobody can see."""
    one, other = Office(store, gateway), Office(store, gateway)
    source = one.declare("gam", way=Mllp(port=free_port()))
    other.standing = one.standing
    tasks = [asyncio.create_task(office.service.run()) for office in (one, other)]
    try:
        await told(store, lambda states: "gam" in states and states["gam"].phase == "listening")
        assert len(one.service._running) + len(other.service._running) == 1
        assert await ask(source.way.port, write("ADT^A28", control="C1")) == ("AA", "C1")
        await told(store, lambda states: states["gam"].answered == {"AA": 1})
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def test_what_was_answered_by_a_lost_connection_is_answered_again(office: Office, write):
    """A message filed twice, or a sender told otherwise, because an answer was lost."""
    port = free_port()
    office.declare("gam", way=Mllp(port=port))
    await office.service.adjust()
    await office.state("gam")
    raw = write("ADT^A28", control="C1")
    cut_off = Client(*await asyncio.open_connection("127.0.0.1", port))
    cut_off.send(raw)
    await asyncio.sleep(0.01)
    cut_off.writer.transport.abort()
    assert await ask(port, raw) == ("AA", "C1")
    assert await ask(port, raw) == ("AA", "C1")
    flows = (await office.service._gateway.counts()).states
    assert flows["filed"] == 1
