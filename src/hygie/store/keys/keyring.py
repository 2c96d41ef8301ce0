"""The keyring: everything that derives from the store key, and the keys that wrap patients' keys.

Sealing is that of `hygie.store.keys.sealing`; keyed hashes are BLAKE2b (RFC 7693). Keys stay in
memory; nothing here prints or logs them.
"""

import hmac
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hygie.refusal import Category, refuse
from hygie.store import phrases
from hygie.store.keys.sealing import derive, open_with, seal_with

MAX_CACHED_HASHES: Final = 16_384
"""Of each kind. Most names of rows come a few times within a second and never again; a hash
costs a microsecond, an entry 350 bytes, in each process."""
MAX_CACHED_CHARACTERS: Final = 200
"""Longer texts are hashed each time: what comes from outside does not fill the memory."""


class RowKey(NamedTuple):
    """128 bits of keyed hash that name a resource outside its sealed body."""

    key: int
    """The first 64 bits, signed: what references and audit entries hold."""
    rest: int
    """The other 64, signed: with them, two ids never meet in one row."""


class WrappedKey(NamedTuple):
    """A patient's data key as it is kept."""

    generation: int
    """Of the key that wraps it."""
    wrapped: bytes


class Keyring:
    """Seals, opens and blinds. Safe to share between tasks and threads.

    Immutable, but for the key-wrapping keys that a rotation adds while it is in use.
    """

    def __init__(
        self,
        store_key: bytes,
        wrapping: Mapping[int, bytes] = MappingProxyType({}),
        source: Path | None = None,
    ) -> None:
        self.source = source
        """The file of the master key that opened this, to be read again after a rotation."""
        self._wrapping: dict[int, AESGCM] = {}
        self.learn(wrapping)
        self._values = AESGCM(derive(store_key, "values"))
        self._cursors = AESGCM(derive(store_key, "cursors"))
        self.establishment = AESGCM(derive(store_key, "establishment"))
        """Cipher of resources that belong to no single patient."""
        self._check = derive(store_key, "check")
        self._row_hash = blake2b(digest_size=16, key=derive(store_key, "rows"))
        self._token_hash = blake2b(digest_size=8, key=derive(store_key, "tokens"))
        self._cached_row_key = lru_cache(MAX_CACHED_HASHES)(self._row_key)
        self._cached_blind = lru_cache(MAX_CACHED_HASHES)(self._blind)

    # --- small values, for every room (trace.Sealer) ----------------------------------------

    def seal(self, plain: bytes, purpose: str) -> bytes:
        return seal_with(self._values, plain, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Raises `cryptography.exceptions.InvalidTag` when altered, or sealed for another end."""
        return open_with(self._values, sealed, purpose.encode())

    def seal_cursor(self, plain: bytes, binding: bytes) -> bytes:
        return seal_with(self._cursors, plain, binding)

    def open_cursor(self, sealed: bytes, binding: bytes) -> bytes:
        return open_with(self._cursors, sealed, binding)

    # --- keyed hashes -----------------------------------------------------------------------

    def row_key(self, resource_type: str, id: str) -> RowKey:
        """The keyed 128-bit hash of what a row is about."""
        if len(id) > MAX_CACHED_CHARACTERS:
            return self._row_key(resource_type, id)
        return self._cached_row_key(resource_type, id)

    def _row_key(self, resource_type: str, id: str) -> RowKey:
        state = self._row_hash.copy()
        state.update(f"{resource_type}/{id}".encode())
        digest = state.digest()
        return RowKey(_signed(digest[:8]), _signed(digest[8:]))

    def reference(self, resource_type: str, id: str) -> int:
        """The keyed 64-bit signed hash of "Type/id"."""
        return self.row_key(resource_type, id).key

    def blind(self, purpose: str, text: str) -> int:
        """The keyed 64-bit signed hash of a text, other for each purpose."""
        if len(text) > MAX_CACHED_CHARACTERS:
            return self._blind(purpose, text)
        return self._cached_blind(purpose, text)

    def _blind(self, purpose: str, text: str) -> int:
        state = self._token_hash.copy()
        state.update(f"{purpose}\x1f{text}".encode())
        return _signed(state.digest())

    # --- data keys --------------------------------------------------------------------------

    @property
    def generation(self) -> int:
        """Of the key-wrapping key in use: the newest known."""
        return max(self._wrapping)

    def learn(self, wrapping: Mapping[int, bytes]) -> None:
        """Adds key-wrapping keys, by generation."""
        self._wrapping |= {number: AESGCM(key) for number, key in wrapping.items()}

    @property
    def has_older_generations(self) -> bool:
        return len(self._wrapping) > 1

    def forget_older_generations(self) -> None:
        """When no patient's key is wrapped by one of them any longer."""
        self._wrapping = {self.generation: self._wrapping[self.generation]}

    def knows(self, generation: int) -> bool:
        return generation in self._wrapping

    def wrap(self, data_key: bytes, patient: int) -> WrappedKey:
        number = self.generation
        binding = _patient_binding(patient, number)
        return WrappedKey(number, seal_with(self._wrapping[number], data_key, binding))

    def unwrap(self, key: WrappedKey, patient: int) -> bytes:
        """Raises `InvalidTag` when it is another patient's, or was altered."""
        binding = _patient_binding(patient, key.generation)
        return open_with(self._wrapping[key.generation], key.wrapped, binding)

    # --- is this the database's store key? --------------------------------------------------

    def check_value(self) -> bytes:
        """What a database keeps to recognise its store key; says nothing of the key."""
        return blake2b(b"hygie", key=self._check, digest_size=32).digest()

    def confirm(self, check_value: bytes) -> None:
        """Refused when `check_value` was made by another store key."""
        if not hmac.compare_digest(check_value, self.check_value()):
            raise refuse(Category.INVALID, "store.keys-foreign", phrases.KEYS_FOREIGN)


def _patient_binding(patient: int, generation: int) -> bytes:
    return b"patient-key|%d|%d" % (patient, generation)


def _signed(digest: bytes) -> int:
    return int.from_bytes(digest, "big", signed=True)
