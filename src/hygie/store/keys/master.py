"""The master key: it wraps the keys of the store, and nothing else.

What it wraps lies in the database (`hygie.wrapped_key`), so that a new master key rewrites a few
rows and no body. It is held outside of the database, by the establishment.
"""

import os
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hygie.store.keys.keyfile import generate_key_file, read_key_file
from hygie.store.keys.sealing import KEY_BYTES, derive, open_with, seal_with


class MasterKey:
    """32 random bytes. Immutable; nothing here prints or logs them."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(derive(key, "master"))
        self._check = derive(key, "master-name")

    @classmethod
    def load(cls, path: Path) -> "MasterKey":
        """Refused when absent, of another size, or readable by others."""
        return cls(read_key_file(path))

    @classmethod
    def generate(cls, path: Path) -> "MasterKey":
        """Makes a new key file (0600), durably. Refused when one exists."""
        return cls(generate_key_file(path))

    @classmethod
    def load_or_generate(cls, path: Path) -> "MasterKey":
        return cls.load(path) if path.exists() else cls.generate(path)

    @classmethod
    def random(cls) -> "MasterKey":
        """One that is kept nowhere: for trials and tests."""
        return cls(os.urandom(KEY_BYTES))

    @cached_property
    def name(self) -> str:
        """16 hexadecimal digits by which people and databases tell keys apart. Not secret."""
        return blake2b(b"hygie", key=self._check, digest_size=8).hexdigest()

    def wrap(self, key: bytes, generation: int) -> bytes:
        return seal_with(self._cipher, key, _binding(generation))

    def unwrap(self, wrapped: bytes, generation: int) -> bytes:
        """Raises `InvalidTag` when another key wrapped it, or for another generation."""
        return open_with(self._cipher, wrapped, _binding(generation))


def _binding(generation: int) -> bytes:
    return b"wrapped-key|%d" % generation
