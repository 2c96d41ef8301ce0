"""The day from its first message to its balance."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from bench.harness import Figure, Result
from bench.hospital_day.balance import Balance, entries, key_of, reckon
from bench.hospital_day.day import Day, simulate
from bench.hospital_day.disorder import Fate, Sending, sendings
from bench.hospital_day.player import Player
from bench.hospital_day.victim import Victim
from bench.hospital_day.wards import EMERGENCY, WARDS
from bench.house import directory, free_port
from hygie.bootstrap import House, open_house
from hygie.demo.clock import ZONE
from hygie.insight.census import by_unit, census
from hygie.intake import Filters
from hygie.intake.sources.declaration import Mllp, Source
from hygie.refusal import Refused
from hygie.settings import Settings
from hygie.trace import Context

SEED: Final = 7
DAY: Final = date(2026, 3, 10)
MESSAGES: Final = int(os.environ.get("HYGIE_DAY_MESSAGES", "200000"))
KILL_EVERY: Final = int(os.environ.get("HYGIE_DAY_KILL_EVERY", "25000"))
"""Acknowledged messages between two kills: at the goal's rate, less than a minute."""
SYSTEMS: Final = ("GAM", "SIL", "RIS", "MONITEURS", "DPI", "PHARMA", "RDV", "FACT")
CONTEXT: Final = Context(actor="bench", kind="system")
LODGING: Final = frozenset({*WARDS, EMERGENCY})
GOAL_PER_SECOND: Final = 1_000
GOAL_MB: Final = 400


def run() -> Result:
    day = simulate(SEED, DAY, MESSAGES)
    planned = list(sendings(day.messages, SEED))
    with directory() as folder:
        data = folder / "data"
        ports = asyncio.run(_declare(data))
        victim, player = Victim(data, free_port()), Player(planned, ports)
        seconds = asyncio.run(_play(victim, player))
        balance, differing, corrected, counts = asyncio.run(_settle(data, day, planned))
    about = f"{len(planned)} sendings of {len(day.messages)} messages, seed {SEED}"
    figures = [
        *_speed(player, victim, seconds),
        *_accounts(balance, corrected),
        *_truth(day, differing, counts),
    ]
    return Result(bench="hospital_day", data=about, figures=tuple(figures))


async def _declare(data: Path) -> dict[str, int]:
    """A source for each system, listening on a port of its own."""
    ports = {system: free_port() for system in SYSTEMS}
    async with open_house(Settings(data=data), "bench") as house:
        for system, port in ports.items():
            way = Mllp(port=port)
            await house.sources.declare(Source(name=system.lower(), way=way), CONTEXT)
    return ports


async def _play(victim: Victim, player: Player) -> float:
    await asyncio.to_thread(victim.start)
    killer = asyncio.create_task(victim.be_killed(lambda: player.sent, KILL_EVERY))
    try:
        return await player.play()
    finally:
        killer.cancel()
        await asyncio.gather(killer, return_exceptions=True)
        await asyncio.to_thread(victim.stop)


async def _settle(
    data: Path, day: Day, planned: Sequence[Sending]
) -> tuple[Balance, int, int, dict[str, int]]:
    """What is left to people is done; then all is counted."""
    left = {key_of(one.raw): one.right for one in planned if one.fate is Fate.LEFT}
    async with open_house(Settings(data=data), "bench") as house:
        await house.gateway.resume()
        corrected = await correct_left(house, left)
        await replay_stopped(house)
        balance = await reckon(house, planned, left.values())
        differing = 0
        for hour in range(1, 25):
            differing += not await same_census(house, day, hour)
        counts = {kind: await _count(house, kind) for kind in ("Patient", "Encounter")}
    return balance, differing, corrected, counts


async def replay_stopped(house: House) -> None:
    """What waited for another message, a merge for its patients, is tried once more."""
    with suppress(Refused):  # nothing is stopped
        await house.gateway.replays.ask(Filters(states=("quarantined",)), "fin de journée", CONTEXT)
        await house.gateway.replaying.once()


async def correct_left(house: House, left: dict[bytes, bytes]) -> int:
    """Somebody writes what the message should have said."""
    waiting = [
        (one.id, left[key])
        async for key, one in entries(house)
        if one.state == "quarantined" and key in left
    ]
    for entry, right in waiting:
        await house.gateway.corrections.correct(entry, right, "relu avec l'émetteur", CONTEXT)
    return len(waiting)


async def same_census(house: House, day: Day, hour: int) -> bool:
    moment = day.begin + timedelta(hours=hour)
    found = by_unit(await census(house.store, CONTEXT, moment.replace(tzinfo=ZONE)))
    lodged = {unit: numbers for unit, numbers in found.items() if unit in LODGING}
    return lodged == day.census(moment)


async def _count(house: House, kind: str) -> int:
    relation = await house.store.vault.partitions.of(house.store.pool, kind)
    return int(await house.store.pool.fetchval(f"SELECT count(*) FROM {relation}"))


# --- figures -------------------------------------------------------------------------------------
def _speed(player: Player, victim: Victim, seconds: float) -> list[Figure]:
    waits = sorted(player.latencies)
    return [
        Figure(
            name="messages acknowledged, kills and restarts within", ours=player.sent / seconds,
            unit="/s", goal=GOAL_PER_SECOND, note=f"{player.sent} in {seconds:.0f} s",
        ),
        Figure(name="acknowledgement, p50", ours=waits[len(waits) // 2] * 1e3, unit="ms"),
        Figure(name="acknowledgement, p99", ours=waits[int(len(waits) * 0.99)] * 1e3, unit="ms"),
        Figure(name="memory, at most", ours=victim.largest_mb, unit="MB", goal=GOAL_MB),
        Figure(name="kill -9", ours=victim.kills, unit="kills"),
        Figure(name="sent again after a lost connection", ours=player.repeated, unit="messages"),
        *(
            Figure(name=f"answered {code} ({fate.value})", ours=count, unit="messages")
            for (fate, code), count in sorted(player.answers.items(), key=str)
        ),
    ]  # fmt: skip


def _accounts(balance: Balance, corrected: int) -> list[Figure]:
    def none(name: str, count: int, note: str = "") -> Figure:
        return Figure(name=name, ours=count, unit="messages", goal=0, note=note)

    return [
        *(Figure(name=f"entries {state}", ours=count, unit="messages")
          for state, count in sorted(balance.states.items())),
        *(Figure(name=f"stopped: {rule}", ours=count, unit="messages")
          for rule, count in sorted(balance.rules.items())),
        Figure(name="corrected by hand", ours=corrected, unit="messages"),
        none("acknowledged and not found", balance.lost),
        none("filed twice", balance.twice),
        none("sound and not filed", sum(balance.unfiled.values()), str(dict(balance.unfiled))),
        none("ruined and filed", balance.swallowed),
    ]  # fmt: skip


def _truth(day: Day, differing: int, counts: dict[str, int]) -> list[Figure]:
    wrong = abs(counts["Patient"] - day.patients), abs(counts["Encounter"] - len(day.stays))
    return [
        Figure(name="hours of which the census differs", ours=differing, unit="hours", goal=0),
        Figure(name="patients too many or too few", ours=wrong[0], unit="patients", goal=0),
        Figure(name="stays too many or too few", ours=wrong[1], unit="stays", goal=0),
    ]
