"""The gateway: messages of a clinic over MLLP to `hygie serve`, end to end durable.

The messages are those of the demonstration, of many patients at once, as in a busy hour: each
patient's in order. They are answered in original mode, once they are filed; at a pace also as soon
as they are safe (`acknowledge = received`). The sender is a process of the same machine. Floor, of
the same messages: COPY of their sealed bytes into a table, which understands nothing.
"""

import asyncio
import itertools
import os
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import msgspec
import uvloop

from bench.harness import Figure, Floor, Result, beside
from bench.house import House, Served, directory, free_port, house, postgres_s, served
from bench.wire import CONNECTIONS, Answered, Wire
from hygie.demo.clinic import DEFAULT_SEED, timeline
from hygie.demo.event import DemoMessage
from hygie.intake.sources.declaration import Mllp, Source
from hygie.trace import Context

PATIENTS, MESSAGES, WARM, PACED, PER_SECOND = 1_200, 4_000, 1_200, 1_800, 300
LISTEN_SECONDS: Final = 30
SETTLING_SECONDS: Final = 5
"""Until the processes that settle are there, and what came before is filed."""
RATE_GOAL, P99_GOAL_MS, MEMORY_GOAL_MB = 1_000, 50, 400
DAY: Final = date(2026, 6, 1)
CONTEXT: Final = Context(actor="bench", kind="system")
_TABLE: Final = "CREATE TABLE hygie.bench_floor (raw bytea)"


def messages() -> list[DemoMessage]:
    """ADT and ORU: the first of each family, then the second of each, and so on."""
    families: dict[int, list[DemoMessage]] = defaultdict(list)
    for timed in timeline(DEFAULT_SEED, PATIENTS, DAY):
        start = timed.message.raw[:120]
        if timed.message.kind == "hl7v2" and (b"|ADT^" in start or b"|ORU^" in start):
            families[timed.family].append(timed.message)
    rows = itertools.zip_longest(*families.values())
    every = (message for row in rows for message in row if message is not None)
    return list(itertools.islice(every, WARM + MESSAGES + 2 * PACED))


def run() -> Result:
    sent = messages()
    with directory() as folder:
        figures = uvloop.run(_measured(folder / "house", sent))
    orus = sum(b"|ORU^" in message.raw[:120] for message in sent)
    data = f"{len(sent)} messages, {100 * orus // len(sent)} % ORU, {os.cpu_count()} cores"
    return Result(bench="gateway", data=data, figures=figures)


async def _measured(data: Path, sent: Sequence[DemoMessage]) -> tuple[Figure, ...]:
    warm, sent = sent[:WARM], sent[WARM:]
    fast, paced, safe = sent[:MESSAGES], sent[MESSAGES : MESSAGES + PACED], sent[-PACED:]
    async with house(data) as opened:
        floor = Floor(await _copied(opened, fast), "COPY of sealed messages")
        ports = await _declared(opened, {message.source for message in sent})
    running = served(data)
    server = await asyncio.to_thread(running.__enter__)
    try:
        await _listening(ports)
        async with Wire(ports).open() as wire:
            await wire.send(warm)
            before = _spent(server, data)
            filed = await wire.send(fast)
            spent = [after - then for after, then in zip(_spent(server, data), before, strict=True)]
            told = await wire.send(paced, PER_SECOND)
        memory = server.memory_mb()
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)
    return (
        beside("ADT and ORU, filed", round(len(fast) / filed.seconds), "/s", floor, goal=RATE_GOAL),
        *(
            Figure(name=f"processor of {whose}, a message", ours=_micros(cost, fast), unit="µs")
            for whose, cost in zip(("our processes", "PostgreSQL"), spent, strict=True)
        ),
        *_waits("filed and answered", told),
        *_waits("safe and answered", await _safe(data, ports, safe)),
        Figure(name="memory of our processes", ours=memory, unit="MB", goal=MEMORY_GOAL_MB),
        Figure(
            name="not AA: mistakes of the demonstration", unit="",
            ours=sum((filed.codes + told.codes).values()) - (filed.codes + told.codes)["AA"],
        ),
    )  # fmt: skip


def _waits(what: str, answered: Answered) -> tuple[Figure, ...]:
    name = f"{what}, at {PER_SECOND}/s"
    return (
        Figure(name=f"{name}: p50", ours=answered.p50, unit="ms"),
        Figure(name=f"{name}: p99", ours=answered.p99, unit="ms", goal=P99_GOAL_MS),
    )


async def _safe(data: Path, ports: dict[str, int], sent: Sequence[DemoMessage]) -> Answered:
    """Answered as soon as they are committed."""
    async with house(data) as opened:
        for name in ports:
            source = await opened.sources.named(name)
            early = msgspec.structs.replace(source, acknowledge="received")
            await opened.sources.declare(early, CONTEXT)
    running = served(data)
    await asyncio.to_thread(running.__enter__)
    try:
        await _listening(ports)
        async with Wire(ports).open() as wire:
            await wire.send(sent[: PACED // 3], PER_SECOND / 3)  # warm
            await asyncio.sleep(SETTLING_SECONDS)
            return await wire.send(sent[PACED // 3 :], PER_SECOND)
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


async def _declared(opened: House, names: set[str]) -> dict[str, int]:
    """A source each, with its port."""
    ports = {name: free_port() for name in sorted(names)}
    for name, port in ports.items():
        source = Source(name=name, way=Mllp(port=port, connections=CONNECTIONS))
        await opened.sources.declare(source, CONTEXT)
    return ports


async def _listening(ports: dict[str, int]) -> None:
    async with asyncio.timeout(LISTEN_SECONDS):
        for port in ports.values():
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.1)
                else:
                    writer.close()
                    break


def _spent(server: Served, data: Path) -> tuple[float, float]:
    """Seconds of processor: of our processes, and of PostgreSQL."""
    return server.processor_s(), postgres_s(data)


def _micros(seconds: float, sent: Sequence[DemoMessage]) -> float:
    return round(seconds / len(sent) * 1e6)


async def _copied(opened: House, sent: Sequence[DemoMessage]) -> float:
    """Messages a second, sealed and copied, a commit for every 64."""
    keyring = opened.store.keyring
    async with opened.store.pool.acquire() as connection:
        await connection.execute(_TABLE)
        start = time.perf_counter()
        for first in range(0, len(sent), 64):
            rows = [(keyring.seal(one.raw, "bench"),) for one in sent[first : first + 64]]
            await connection.copy_records_to_table("bench_floor", schema_name="hygie", records=rows)
        return len(sent) / (time.perf_counter() - start)
