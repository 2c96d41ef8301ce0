"""Trains a compression dictionary on the demonstration clinic, which holds no real person.

    .venv/bin/python tools/train_dictionary.py src/hygie/store/dictionaries/001.dict

A number, once shipped, is for ever: bodies name their dictionary. Train the next one under the next
number.
"""

import asyncio
import random
import sys
import tempfile
from datetime import date
from pathlib import Path

import zstandard

from hygie.bootstrap import House, open_house
from hygie.demo import load
from hygie.settings import Settings
from hygie.trace import Context

TRAINER = Context(actor="train-dictionary", kind="system", purpose="maintenance")
DICTIONARY_BYTES = 96 * 1024
PAGE = 1_000
SAMPLES_PER_TYPE = 1_500
LARGEST_SAMPLE = 16 * 1024
"""A letter as PDF teaches nothing."""


async def bodies(house: House) -> list[bytes]:
    """Every version of every resource."""
    found: list[bytes] = []
    cursor = ""
    while True:
        page = await house.store.history(TRAINER, None, None, count=PAGE, cursor=cursor)
        found += [version.body for version in page.matches if version.body]
        if not (cursor := page.next):
            return found


def spread(found: list[bytes]) -> list[bytes]:
    """As many of each type as it takes, so that rare types count."""
    by_type: dict[bytes, list[bytes]] = {}
    for body in found:
        if len(body) <= LARGEST_SAMPLE:
            by_type.setdefault(body.split(b'"', 4)[3], []).append(body)
    chance = random.Random(1)  # noqa: S311 - a sample, not a secret
    samples = [
        body
        for of_type in by_type.values()
        for body in chance.sample(of_type, min(len(of_type), SAMPLES_PER_TYPE))
    ]
    chance.shuffle(samples)
    return samples


async def train() -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        async with open_house(Settings(data=Path(directory) / "data"), "training") as house:
            await load(house.gateway, house.access, today=date(2026, 1, 15))
            found = await bodies(house)
    trained = zstandard.train_dictionary(DICTIONARY_BYTES, spread(found), level=3)
    return bytes(trained.as_bytes())


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(asyncio.run(train()))
