"""Plays the day over MLLP: a connection for each channel, one message under way on each.

A channel that loses its connection sends again what was not acknowledged, as systems do. Channels
keep near each other in the day's time, as they would in a hospital.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bench.hospital_day.disorder import Fate, Sending
from hygie.hl7v2.framing import frame

WINDOW: Final = timedelta(minutes=15)
ANSWER_SECONDS: Final = 60
PAUSE_SECONDS: Final = 0.2
_END: Final = b"\x1c\r"


class Player:
    def __init__(self, sendings: Sequence[Sending], ports: dict[str, int]) -> None:
        """`ports`: of each system."""
        self._queues: dict[str, list[Sending]] = defaultdict(list)
        for one in sorted(sendings, key=lambda one: one.moment):
            self._queues[one.channel].append(one)
        self._ports = ports
        self._now = {name: queue[0].moment for name, queue in self._queues.items()}
        self._moved = asyncio.Condition()
        self.answers: Counter[tuple[Fate, str]] = Counter()
        """By fate and MSA-1."""
        self.latencies: list[float] = []
        """Seconds from the sending to its acknowledgement."""
        self.repeated = 0
        """Sent again after a connection was lost."""
        self.sent = 0

    async def play(self) -> float:
        """Seconds it took."""
        start = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for name in self._queues:
                tasks.create_task(self._channel(name))
        return time.perf_counter() - start

    async def _channel(self, name: str) -> None:
        queue, at = self._queues[name], 0
        while at < len(queue):
            try:
                reader, writer = await self._connected(name)
            except OSError:
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            try:
                while at < len(queue):
                    await self._turn(name, queue[at])
                    await self._exchange(reader, writer, queue[at])
                    at += 1
            except (OSError, asyncio.IncompleteReadError, TimeoutError):
                self.repeated += 1
                await asyncio.sleep(PAUSE_SECONDS)
            finally:
                writer.close()
        async with self._moved:
            del self._now[name]
            self._moved.notify_all()

    async def _connected(self, name: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        port = self._ports[name.partition("/")[0]]
        return await asyncio.open_connection("127.0.0.1", port)

    async def _turn(self, name: str, one: Sending) -> None:
        """Waits while the others are far behind."""
        async with self._moved:
            self._now[name] = one.moment
            self._moved.notify_all()
            await self._moved.wait_for(lambda: one.moment <= min(self._now.values()) + WINDOW)

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one: Sending
    ) -> None:
        start = time.perf_counter()
        writer.write(frame(one.raw))
        await writer.drain()
        async with asyncio.timeout(ANSWER_SECONDS):
            answer = await reader.readuntil(_END)
        self.latencies.append(time.perf_counter() - start)
        self.answers[one.fate, _code(answer)] += 1
        self.sent += 1


def _code(answer: bytes) -> str:
    """MSA-1."""
    found = next((line for line in answer.split(b"\r") if line.startswith(b"MSA|")), b"MSA|?")
    return found.split(b"|")[1].decode()
