"""Trains a dictionary, in a process apart that yields to all others.

    python -m hygie.store.dictionaries.training < samples > dictionary

Samples are MessagePack pairs of a patient and a body; nothing is written anywhere else.
"""

import os
import random
import sys
from collections.abc import Sequence
from typing import Final

import msgspec
import zstandard

from hygie.fhir.codec import decode, encode
from hygie.fhir.definitions import r4
from hygie.store.dictionaries.blanking import Blanker

Sample = tuple[int, bytes]
"""Whose a body is, and the body."""
DICTIONARY_BYTES: Final = 96 * 1024
LEVEL: Final = 3
LARGEST_SAMPLE: Final = 16 * 1024
"""A letter as PDF teaches nothing."""
LEAST_POLITE: Final = 19


def train(samples: Sequence[Sample], size: int = DICTIONARY_BYTES) -> bytes:
    """A dictionary of the bodies' structure, codes and systems; of nothing personal."""
    chance = random.SystemRandom()
    blanker = Blanker(r4(), chance)
    resources = [(patient, decode(body)) for patient, body in samples if len(body) < LARGEST_SAMPLE]
    for patient, resource in resources:
        blanker.learn(resource, patient)
    blanked = [encode(blanker.blank(resource)) for _, resource in resources]
    return trained(blanked, size)


def trained(bodies: Sequence[bytes], size: int) -> bytes:
    """Raises `ZstdError` when they are too few, or too much alike."""
    return bytes(zstandard.train_dictionary(size, list(bodies), level=LEVEL).as_bytes())


def main() -> None:
    os.nice(LEAST_POLITE)
    samples = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[Sample])
    sys.stdout.buffer.write(train(samples))


if __name__ == "__main__":
    main()
