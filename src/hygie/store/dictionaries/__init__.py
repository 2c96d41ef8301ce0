"""Compression dictionaries: what zstd knows of bodies before it reads them.

Those shipped with the package are `NNN.dict`, numbered from 1 to 255, and trained on synthetic data
only: a dictionary holds fragments of what it saw. The establishment's own are in the database, from
256 on (`own`).
"""

import asyncio
import re
from contextlib import suppress
from importlib import resources
from typing import Final

import asyncpg

from hygie.store.bodies.sealer import BodySealer
from hygie.store.database import LOST, Pool
from hygie.store.keys.keyring import Keyring
from hygie.store.keys.news import DICTIONARY, KeyNews

_LEARN: Final = "SELECT number, sealed FROM hygie.dictionary WHERE number <> ALL($1::integer[])"
_NAME = re.compile(r"(\d{3})\.dict")


def shipped() -> dict[int, bytes]:
    """Number -> dictionary. Numbers are for ever: bodies name theirs."""
    found = {}
    for file in resources.files(__package__).iterdir():
        if match := _NAME.fullmatch(file.name):
            found[int(match[1])] = file.read_bytes()
    return found


class Dictionaries:
    """What bodies are compressed with: those shipped, and the establishment's own."""

    def __init__(self, pool: Pool, keyring: Keyring, news: KeyNews) -> None:
        self.bodies = BodySealer(shipped())
        self._pool = pool
        self._keyring = keyring
        self._learning: asyncio.Task[None] | None = None
        news.tell(self._hear)

    async def learn(self) -> None:
        """Takes in those that were trained meanwhile, here or by other processes."""
        for row in await self._pool.fetch(_LEARN, self.bodies.numbers):
            number: int = row["number"]
            self.bodies.learn(number, self._keyring.open(row["sealed"], purpose(number)))

    def _hear(self, announced: str) -> None:
        if announced in (DICTIONARY, ""):
            self._learning = asyncio.create_task(self._learn_soon())

    async def _learn_soon(self) -> None:
        """What is missed now is learnt when a body names it."""
        with suppress(OSError, asyncpg.PostgresError, *LOST):
            await self.learn()


def purpose(number: int) -> str:
    """What an own dictionary is sealed for."""
    return f"dictionary {number}"
