"""Trains the compression dictionary that is shipped: on resources of every R4 type made from the
definitions (`skeletons`), and on the demonstration clinic. No real person is in either.

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

from skeletons import FREQUENT, Skeletons

from hygie.bootstrap import House, open_house
from hygie.demo import load
from hygie.fhir.codec import encode
from hygie.fhir.definitions import r4
from hygie.settings import Settings
from hygie.store.dictionaries.training import DICTIONARY_BYTES, LARGEST_SAMPLE, trained
from hygie.trace import Context

TRAINER = Context(actor="train-dictionary", kind="system", purpose="maintenance")
PAGE = 1_000
SKELETONS, SKELETONS_IF_FREQUENT = 12, 60
SAMPLES_PER_TYPE = 300


async def bodies(house: House) -> list[bytes]:
    """Every version of every resource."""
    found: list[bytes] = []
    cursor = ""
    while True:
        page = await house.store.history(TRAINER, None, None, count=PAGE, cursor=cursor)
        found += [version.body for version in page.matches if version.body]
        if not (cursor := page.next):
            return found


def skeletons() -> list[bytes]:
    """Resources of every type, more of those that an establishment keeps most of."""
    made = Skeletons(r4(), seed=1)
    return [
        encode(made.resource(kind))
        for kind in r4().resource_types
        for _ in range(SKELETONS_IF_FREQUENT if kind in FREQUENT else SKELETONS)
    ]


def spread(found: list[bytes], chance: random.Random) -> list[bytes]:
    """As many of each type as it takes, so that rare types count."""
    by_type: dict[bytes, list[bytes]] = {}
    for body in found:
        by_type.setdefault(body.split(b'"', 4)[3], []).append(body)
    return [
        body
        for of_type in by_type.values()
        for body in chance.sample(of_type, min(len(of_type), SAMPLES_PER_TYPE))
    ]


async def demonstration() -> list[bytes]:
    with tempfile.TemporaryDirectory() as directory:
        async with open_house(Settings(data=Path(directory) / "data"), "training") as house:
            await load(house.gateway, house.access, today=date(2026, 1, 15))
            return await bodies(house)


def train() -> bytes:
    chance = random.Random(1)  # noqa: S311 - a sample, not a secret
    found = [*skeletons(), *spread(asyncio.run(demonstration()), chance)]
    samples = [body for body in found if len(body) <= LARGEST_SAMPLE]
    chance.shuffle(samples)
    return trained(samples, DICTIONARY_BYTES)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(train())
