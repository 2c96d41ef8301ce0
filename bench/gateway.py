"""The gateway: messages of a clinic from `accept` to filed, end to end durable.

The messages are those of the demonstration, of many patients at once, as in a busy hour: each
patient's in order. Floor, of the same messages in the same run: COPY of their sealed bytes into a
table, which understands nothing.
"""

import asyncio
import itertools
import os
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from bench.harness import Figure, Floor, Result, beside
from bench.house import House, directory, house
from hygie.bootstrap import collect_seldom
from hygie.demo.clinic import DEFAULT_SEED, timeline
from hygie.demo.event import DemoMessage

PATIENTS, MESSAGES, WARM, PACED, PER_SECOND = 1_200, 6_000, 600, 3_000, 300
SENDERS: Final = 512
"""Messages that wait for their answer at once."""
RATE_GOAL, P99_GOAL_MS, MEMORY_GOAL_MB = 1_000, 50, 400
DAY: Final = date(2026, 6, 1)
_TABLE: Final = "CREATE TABLE hygie.bench_floor (raw bytea)"


class Told(NamedTuple):
    """What became of a number of messages, and how long each waited to be safe."""

    seconds: float
    processor: float
    states: Counter[str]
    waits_ms: list[float]


def messages() -> list[DemoMessage]:
    """ADT and ORU: the first of each family, then the second of each, and so on."""
    families: dict[int, list[DemoMessage]] = defaultdict(list)
    for timed in timeline(DEFAULT_SEED, PATIENTS, DAY):
        start = timed.message.raw[:120]
        if timed.message.kind == "hl7v2" and (b"|ADT^" in start or b"|ORU^" in start):
            families[timed.family].append(timed.message)
    rows = itertools.zip_longest(*families.values())
    every = (message for row in rows for message in row if message is not None)
    return list(itertools.islice(every, WARM + MESSAGES + PACED))


def run() -> Result:
    sent = messages()
    with directory() as folder:
        figures = asyncio.run(_measured(folder, sent))
    orus = sum(b"|ORU^" in message.raw[:120] for message in sent)
    data = f"{len(sent)} messages, {100 * orus // len(sent)} % ORU, {os.cpu_count()} cores"
    return Result(bench="gateway", data=data, figures=figures)


async def _measured(folder: Path, sent: Sequence[DemoMessage]) -> tuple[Figure, ...]:
    async with house(folder / "house") as opened:
        await _all(opened, sent[:WARM])
        collect_seldom()
        fast = await _all(opened, sent[WARM : WARM + MESSAGES])
        floor = Floor(
            await _copied(opened, sent[WARM : WARM + MESSAGES]), "COPY of sealed messages"
        )
        paced = await _paced(opened, sent[WARM + MESSAGES :])
        memory = _resident_mb()
    waits = sorted(paced.waits_ms)
    unfiled = sum((fast.states + paced.states).values()) - (fast.states + paced.states)["filed"]
    count = sum(fast.states.values())
    cost = round(fast.processor / count * 1e6)
    return (
        beside("ADT and ORU, filed", round(count / fast.seconds), "/s", floor, goal=RATE_GOAL),
        Figure(name="processor of our process, a message", ours=cost, unit="µs"),
        Figure(name=f"safe, at {PER_SECOND}/s: p50", ours=_ms(statistics.median(waits)), unit="ms"),
        Figure(
            name=f"safe, at {PER_SECOND}/s: p99", ours=_ms(waits[len(waits) * 99 // 100]),
            unit="ms", goal=P99_GOAL_MS,
        ),
        Figure(name="resident memory", ours=memory, unit="MB", goal=MEMORY_GOAL_MB),
        Figure(name="in quarantine: mistakes of the demonstration", ours=unfiled, unit=""),
    )  # fmt: skip


async def _all(opened: House, sent: Sequence[DemoMessage]) -> Told:
    """As fast as may be."""
    waiting = iter(sent)
    states: Counter[str] = Counter()
    waits: list[float] = []

    async def sender() -> None:
        for message in waiting:
            await _one(opened, message, states, waits)

    start, before = time.perf_counter(), time.process_time()
    await asyncio.gather(*(sender() for _ in range(SENDERS)))
    return Told(time.perf_counter() - start, time.process_time() - before, states, waits)


async def _paced(opened: House, sent: Sequence[DemoMessage]) -> Told:
    """At their times, however long answers take."""
    states: Counter[str] = Counter()
    waits: list[float] = []
    start, before = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for number, message in enumerate(sent):
            if (early := start + number / PER_SECOND - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            group.create_task(_one(opened, message, states, waits))
    return Told(time.perf_counter() - start, time.process_time() - before, states, waits)


async def _one(
    opened: House, message: DemoMessage, states: Counter[str], waits: list[float]
) -> None:
    begun = time.perf_counter()
    accepted = await opened.gateway.accept(message.source, message.raw)
    waits.append((time.perf_counter() - begun) * 1_000)
    states[(await accepted.settled()).state] += 1


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


def _resident_mb() -> int:
    """The most this process ever had."""
    lines = Path("/proc/self/status").read_text().splitlines()
    highest = next(line for line in lines if line.startswith("VmHWM"))
    return round(int(highest.split()[1]) / 1024)


def _ms(value: float) -> float:
    return round(value, 1)
