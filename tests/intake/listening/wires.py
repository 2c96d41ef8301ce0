"""A listener on a port of this machine, a gateway in memory behind it, and clients of all kinds."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import msgspec

from hygie.hl7v2.framing import Unframer, frame
from hygie.hl7v2.parse import parse
from hygie.intake.accepted import Accepted
from hygie.intake.listening.connection import Bounds
from hygie.intake.listening.gauge import Gauge
from hygie.intake.listening.mllp import MllpListener, Wires
from hygie.intake.sources.declaration import Mllp, Source
from hygie.intake.values import Receipt

HEADER = (
    "MSH|^~\\&|GAM|CH|HYGIE|CH|20260110120000||ADT^A28|{}|P|2.5^FRA^2.11|||{}|{}|FRA|UNICODE UTF-8"
)


def message(control: str, accept: str = "", application: str = "", extra: str = "") -> bytes:
    return f"{HEADER.format(control, accept, application)}\rPID|1\r{extra}".encode()


class Memory:
    """A `Receive` that keeps what it is given, and settles it when it is let."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.failure: Exception | None = None
        self.door = asyncio.Event()
        self.door.set()
        self.settling = asyncio.Event()
        self.settling.set()
        self.most_waiting = self._waiting = 0

    async def __call__(self, raw: bytes) -> Accepted:
        self._waiting += 1
        self.most_waiting = max(self.most_waiting, self._waiting)
        try:
            await self.door.wait()
        finally:
            self._waiting -= 1
        if self.failure:
            raise self.failure
        self.taken.append(raw)
        receipt = Receipt(id=len(self.taken), state="received", kind="hl7v2")
        return Accepted(receipt, asyncio.ensure_future(self._settled(receipt)))

    async def _settled(self, receipt: Receipt) -> Receipt:
        await self.settling.wait()
        return msgspec.structs.replace(receipt, state="filed")

    async def all(self, pieces):
        raise NotImplementedError


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._unframer = Unframer()
        self._answers: list[bytes] = []

    def send(self, *messages: bytes) -> None:
        self.writer.write(b"".join(map(frame, messages)))

    async def answer(self) -> tuple[str, str]:
        """The code and the control id that it answers."""
        msa = parse(await self.raw_answer()).require("MSA")
        return msa.text(1), msa.text(2)

    async def raw_answer(self) -> bytes:
        async with asyncio.timeout(10):
            while not self._answers:
                data = await self.reader.read(65_536)
                if not data:
                    raise EOFError
                self._answers += self._unframer.feed(data)
        return self._answers.pop(0)

    async def ended(self, seconds: float = 10) -> bool:
        """Whether the other side ends the connection, and says nothing more."""
        async with asyncio.timeout(seconds):
            with suppress(ConnectionError):
                return await self.reader.read(1) == b""
        return True


class Wire:
    """A running listener. `bounds` of its connections may be tightened."""

    def __init__(self, source: Source, memory: Memory, gauge: Gauge, wires: Wires) -> None:
        self.source = source
        self.memory = memory
        self.gauge = gauge
        self.wires = wires
        self.port = source.way.port
        self._clients: list[Client] = []

    async def client(self, tls=None) -> Client:
        name = "localhost" if tls else None
        opened = await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=tls, server_hostname=name
        )
        self._clients.append(Client(*opened))
        return self._clients[-1]

    async def close(self) -> None:
        for client in self._clients:
            client.writer.transport.abort()
        await asyncio.sleep(0)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def listening(
    *,
    way: dict | None = None,
    receive=None,
    most: int = 1_000,
    bounds: Bounds | None = None,
    **said,
) -> AsyncIterator[Wire]:
    source = Source(name="gam", way=Mllp(port=free_port(), **(way or {})), **said)
    memory, gauge = receive or Memory(), Gauge("gam")
    wires = Wires(lambda: datetime.now(UTC), bounds)
    task = asyncio.create_task(MllpListener(wires).run(source, memory, gauge))
    wire = Wire(source, memory, gauge, wires)
    try:
        await until(lambda: gauge.phase == "listening" or task.done())
        yield wire
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await wire.close()


async def until(condition, seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
