"""Who may try a password next."""

import asyncio
from contextlib import suppress

import pytest

from hygie.access.crowd import crowded
from hygie.access.lanes import Lane, Lanes
from hygie.refusal import Refused


class Room:
    """Lanes, and the order in which people had their turn."""

    def __init__(self, at_once: int = 2, waiting: int = 4) -> None:
        self.lanes = Lanes(at_once, waiting, crowded)
        self.order: list[str] = []
        self.gate = asyncio.Event()

    def comes(self, lane: Lane, who: str) -> "asyncio.Task[None]":
        return asyncio.create_task(self._turn(lane, who))

    async def _turn(self, lane: Lane, who: str) -> None:
        async with self.lanes.turn(lane, who):
            self.order.append(who)
            await self.gate.wait()

    async def all(self, *tasks: "asyncio.Task[None]") -> int:
        """Lets everybody through; how many were sent away."""
        self.gate.set()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        return sum(isinstance(one, Refused) for one in done)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_one_place_is_never_a_strangers() -> None:
    """Guards: an attack that takes every place, so that whoever works here waits for it."""
    room = Room()
    strangers = [room.comes(Lane.STRANGER, f"net{n}") for n in range(3)]
    await settle()
    assert room.order == ["net0"]
    known = room.comes(Lane.DEVICE, "ward")
    await settle()
    assert room.order == ["net0", "ward"]
    assert await room.all(known, *strangers) == 0


async def test_known_devices_go_first() -> None:
    """Guards: people who queue behind those who guess."""
    room = Room(at_once=1)
    first = room.comes(Lane.STRANGER, "a")
    await settle()
    later = [
        room.comes(lane, who)
        for lane, who in (
            (Lane.STRANGER, "b"), (Lane.ADDRESS, "house"), (Lane.DEVICE, "ward"),
        )
    ]  # fmt: skip
    await settle()
    await room.all(first, *later)
    assert room.order == ["a", "ward", "house", "b"]


async def test_a_flood_from_one_network_waits_for_itself() -> None:
    """Guards: a newcomer who finds no room, or waits behind thousands, because of one attacker."""
    room = Room(waiting=4)
    flood = [room.comes(Lane.STRANGER, "flood") for _ in range(9)]
    await settle()
    assert room.lanes.full(Lane.STRANGER, "flood")
    assert not room.lanes.full(Lane.STRANGER, "newcomer")
    newcomer = room.comes(Lane.STRANGER, "newcomer")
    await settle()
    assert await room.all(newcomer, *flood) == 5
    assert room.order[:3] == ["flood", "flood", "newcomer"]
    assert len(room.order) == 5


async def test_who_goes_away_leaves_no_hole() -> None:
    """Guards: places lost for ever by browsers that close."""
    room = Room(at_once=1)
    working = room.comes(Lane.DEVICE, "a")
    waiting = room.comes(Lane.DEVICE, "b")
    last = room.comes(Lane.DEVICE, "c")
    await settle()
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    assert await room.all(working, last) == 0
    assert room.order == ["a", "c"]
    assert not any(room.lanes._working.values())
    assert not any(room.lanes._queues.values())


async def test_what_breaks_gives_its_place_back() -> None:
    """Guards: a fault in the midst of a sign-in that ends all sign-ins."""
    room = Room(at_once=1)
    for _ in range(3):
        with pytest.raises(KeyError):
            async with room.lanes.turn(Lane.DEVICE, "a"):
                raise KeyError
    assert not any(room.lanes._working.values())
