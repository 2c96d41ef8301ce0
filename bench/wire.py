"""Senders over MLLP: as fast as may be, or at their times. Each awaits the answer to a message
before it sends its next."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from hygie.demo.event import DemoMessage
from hygie.hl7v2.framing import frame

CONNECTIONS: Final = 64
"""To each source."""
_END: Final = b"\x1c\r"


class Answered(NamedTuple):
    """What a number of messages was answered, and how long each waited for it."""

    seconds: float
    codes: Counter[str]
    waits_ms: list[float]

    @property
    def p50(self) -> float:
        return self._rank(50)

    @property
    def p99(self) -> float:
        return self._rank(99)

    def _rank(self, percent: int) -> float:
        return round(sorted(self.waits_ms)[len(self.waits_ms) * percent // 100], 1)


class Wire:
    """Connections to the port of each source."""

    def __init__(self, ports: Mapping[str, int]) -> None:
        self._ports = ports
        self._free: dict[str, asyncio.LifoQueue[_Ends]] = {}

    @asynccontextmanager
    async def open(self) -> "AsyncIterator[Wire]":
        every = []
        for source, port in self._ports.items():
            self._free[source] = asyncio.LifoQueue()
            for _ in range(CONNECTIONS):
                every.append(await asyncio.open_connection("127.0.0.1", port))
                self._free[source].put_nowait(every[-1])
        try:
            yield self
        finally:
            for _, writer in every:
                writer.close()

    async def send(self, messages: Sequence[DemoMessage], per_second: float = 0) -> Answered:
        """`per_second`: 0 for as fast as may be. A message waits from when it was to be sent."""
        codes: Counter[str] = Counter()
        waits: list[float] = []
        start = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number, message in enumerate(messages):
                due = start + number / per_second if per_second else time.perf_counter()
                if (early := due - time.perf_counter()) > 0:
                    await asyncio.sleep(early)
                ends = await self._free[message.source].get()
                due = due if per_second else time.perf_counter()
                group.create_task(self._exchange(message, ends, due, codes, waits))
        return Answered(time.perf_counter() - start, codes, waits)

    async def _exchange(
        self, message: DemoMessage, ends: "_Ends", due: float,
        codes: Counter[str], waits: list[float],
    ) -> None:  # fmt: skip
        reader, writer = ends
        writer.write(frame(message.raw))
        answer = await reader.readuntil(_END)
        waits.append((time.perf_counter() - due) * 1_000)
        self._free[message.source].put_nowait(ends)
        codes[_code(answer)] += 1


_Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def _code(answer: bytes) -> str:
    """MSA-1."""
    found = next((line for line in answer.split(b"\r") if line.startswith(b"MSA|")), b"MSA|?")
    return found.split(b"|")[1].decode()
