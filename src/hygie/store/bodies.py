"""A body at rest: compressed (zstd), then sealed (AES-256-GCM) under its patient's data key.

    byte 0        format, 1
    byte 1        dictionary number, 0 for none
    bytes 2-13    nonce, random
    the rest      ciphertext and tag

The associated data binds both first bytes and what the row claims to be, so that a body opens only
as the version, of the resource, that was written: rows cannot be swapped nor rolled back in place.
"""

import os
from collections.abc import Mapping
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from zstandard import ZstdCompressionDict, ZstdCompressor, ZstdDecompressor, ZstdError

from hygie.store.sealing import NONCE_BYTES

FORMAT: Final = 1
HEADER_BYTES: Final = 2
LEVEL: Final = 3


class Claim(NamedTuple):
    """What a row says its body is. `key` is the keyed hash of type and id."""

    type: str
    key: int
    version: int
    deleted: bool

    def binding(self) -> bytes:
        return b"%s|%d|%d|%d" % (self.type.encode(), self.key, self.version, self.deleted)


class BodySealer:
    """Seals with the newest dictionary; opens with whichever the body names.

    Not for several threads at once: zstd contexts are reused.
    """

    def __init__(self, dictionaries: Mapping[int, bytes]) -> None:
        self._number = max(dictionaries, default=0)
        loaded = {number: ZstdCompressionDict(raw) for number, raw in dictionaries.items()}
        self._compressor = ZstdCompressor(
            level=LEVEL, dict_data=loaded.get(self._number), write_dict_id=False
        )
        self._decompressors = {n: ZstdDecompressor(dict_data=d) for n, d in loaded.items()}
        self._decompressors[0] = ZstdDecompressor()
        self._header = bytes((FORMAT, self._number))

    def knows(self, dictionary: int) -> bool:
        """True when bodies that name this dictionary can be read."""
        return dictionary in self._decompressors

    def seal(self, cipher: AESGCM, body: bytes, claim: Claim) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        binding = self._header + claim.binding()
        return (
            self._header + nonce + cipher.encrypt(nonce, self._compressor.compress(body), binding)
        )

    def open(self, cipher: AESGCM, sealed: bytes, claim: Claim) -> bytes:
        """Raises `InvalidTag` when the body is not, byte for byte, what was sealed for `claim`."""
        header, start = sealed[:HEADER_BYTES], HEADER_BYTES + NONCE_BYTES
        if len(sealed) <= start or header[0] != FORMAT or header[1] not in self._decompressors:
            raise InvalidTag
        binding = header + claim.binding()
        packed = cipher.decrypt(sealed[HEADER_BYTES:start], sealed[start:], binding)
        try:
            return self._decompressors[header[1]].decompress(packed)
        except ZstdError:
            raise InvalidTag from None
