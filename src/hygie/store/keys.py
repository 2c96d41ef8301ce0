"""The keyring: everything that derives from the establishment's master key.

Subkeys are made by HKDF-SHA-256 (RFC 5869), one a purpose, so that none serves two ends.
Encryption is AES-256-GCM with random 96-bit nonces (NIST SP 800-38D); keyed hashes are BLAKE2b
(RFC 7693). Keys stay in memory; nothing here prints or logs them.
"""

import hmac
import os
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hygie.refusal import Category, refuse
from hygie.store import phrases
from hygie.store.keyfile import generate_key_file, read_key_file

NONCE_BYTES: Final = 12
MAX_CACHED_HASHES: Final = 200_000
MAX_CACHED_CHARACTERS: Final = 200
"""Longer texts are hashed each time: what comes from outside does not fill the memory."""


class RowKey(NamedTuple):
    """128 bits of keyed hash that name a resource outside its sealed body."""

    key: int
    """The first 64 bits, signed: what references and audit entries hold."""
    rest: int
    """The other 64, signed: with them, two ids never meet in one row."""


class Keyring:
    """Seals, opens and blinds. Immutable; safe to share between tasks and threads."""

    def __init__(self, master: bytes) -> None:
        self._wrap = AESGCM(_derive(master, "wrap"))
        self._values = AESGCM(_derive(master, "values"))
        self._cursors = AESGCM(_derive(master, "cursors"))
        self.establishment = AESGCM(_derive(master, "establishment"))
        """Cipher of resources that belong to no single patient."""
        self._check = _derive(master, "check")
        self._row_hash = blake2b(digest_size=16, key=_derive(master, "rows"))
        self._token_hash = blake2b(digest_size=8, key=_derive(master, "tokens"))
        self.row_key = lru_cache(MAX_CACHED_HASHES)(self._row_key)
        self._cached_blind = lru_cache(MAX_CACHED_HASHES)(self._blind)

    @classmethod
    def load(cls, path: Path) -> "Keyring":
        return cls(read_key_file(path))

    @classmethod
    def generate(cls, path: Path) -> "Keyring":
        """Makes a new master key file (0600). Refused when one exists."""
        return cls(generate_key_file(path))

    # --- small values, for every room (trace.Sealer) ----------------------------------------

    def seal(self, plain: bytes, purpose: str) -> bytes:
        return _seal(self._values, plain, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Raises `cryptography.exceptions.InvalidTag` when altered, or sealed for another end."""
        return _open(self._values, sealed, purpose.encode())

    def seal_cursor(self, plain: bytes, binding: bytes) -> bytes:
        return _seal(self._cursors, plain, binding)

    def open_cursor(self, sealed: bytes, binding: bytes) -> bytes:
        return _open(self._cursors, sealed, binding)

    # --- keyed hashes -----------------------------------------------------------------------

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

    def wrap(self, data_key: bytes, patient: int) -> bytes:
        return _seal(self._wrap, data_key, _patient_binding(patient))

    def unwrap(self, wrapped: bytes, patient: int) -> bytes:
        return _open(self._wrap, wrapped, _patient_binding(patient))

    # --- is this the database's master key? -------------------------------------------------

    def check_value(self) -> bytes:
        """What a database keeps to recognise its master key; says nothing of the key."""
        return blake2b(b"hygie", key=self._check, digest_size=32).digest()

    def confirm(self, check_value: bytes) -> None:
        """Refused when `check_value` was made by another master key."""
        if not hmac.compare_digest(check_value, self.check_value()):
            raise refuse(Category.INVALID, "store.key-wrong", phrases.KEY_WRONG)


def _derive(master: bytes, purpose: str) -> bytes:
    info = b"hygie/1/" + purpose.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(master)


def _seal(cipher: AESGCM, plain: bytes, binding: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, binding)


def _open(cipher: AESGCM, sealed: bytes, binding: bytes) -> bytes:
    if len(sealed) <= NONCE_BYTES:
        raise InvalidTag
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], binding)


def _patient_binding(patient: int) -> bytes:
    return b"patient-key" + patient.to_bytes(8, "big", signed=True)


def _signed(digest: bytes) -> int:
    return int.from_bytes(digest, "big", signed=True)
