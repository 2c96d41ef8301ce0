"""What every key of the house is used with: HKDF to derive, AES-256-GCM to seal.

Subkeys are made by HKDF-SHA-256 (RFC 5869), one a purpose, so that none serves two ends. Sealing is
AES-256-GCM with random 96-bit nonces (NIST SP 800-38D), which come first.
"""

import os
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


class Cipher(Protocol):
    """AES-256-GCM under one key, or under either of two (`EitherKey`)."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


class EitherKey:
    """While a key replaces another: seals with it, opens what either has sealed."""

    def __init__(self, key: AESGCM, former: AESGCM) -> None:
        self.key = key
        self.former = former
        self.encrypt = key.encrypt

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        try:
            return self.key.decrypt(nonce, data, associated_data)
        except InvalidTag:
            return self.former.decrypt(nonce, data, associated_data)


def derive(key: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose, that say nothing of `key` nor of those for another."""
    info = b"hygie/1/" + purpose.encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)


def seal_with(cipher: AESGCM, plain: bytes, binding: bytes) -> bytes:
    """Opens only with the same `binding`, which is not kept."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, binding)


def open_with(cipher: AESGCM, sealed: bytes, binding: bytes) -> bytes:
    """Raises `InvalidTag` when altered, cut, or sealed for another binding."""
    if len(sealed) <= NONCE_BYTES:
        raise InvalidTag
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], binding)
