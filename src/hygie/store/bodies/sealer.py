"""A body at rest: compressed (zstd), then sealed (AES-256-GCM) under its patient's data key.

    bytes 0-1     format (2 bits: 1), number of the dictionary (14 bits), big-endian; 0 for none
    bytes 2-13    nonce, random
    the rest      ciphertext and tag

The compressed frame has no magic number, checksum or dictionary number of its own. The associated
data binds the first bytes and what the row claims to be, so that a body opens only as the version,
of the resource, that was written: rows cannot be swapped nor rolled back in place.
"""

import os
from collections.abc import Mapping
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from zstandard import (
    FORMAT_ZSTD1_MAGICLESS,
    ZstdCompressionDict,
    ZstdCompressionParameters,
    ZstdCompressor,
    ZstdDecompressor,
    ZstdError,
)

from hygie.store.keys.sealing import NONCE_BYTES, Cipher, EitherKey

FORMAT: Final = 1 << 14
MAX_NUMBER: Final = FORMAT - 1
"""Of dictionaries."""
HEADER_BYTES: Final = 2
SEAL_BYTES: Final = HEADER_BYTES + NONCE_BYTES
"""What a body begins with: no other body begins alike."""
LEVEL: Final = 3
"""Higher levels take 4 times as long (25 µs a body) for 3 % at best: docs/keys.md."""


class Claim(NamedTuple):
    """What a row says its body is. `key` is the keyed hash of type and id."""

    type: str
    key: int
    version: int
    deleted: bool

    def binding(self) -> bytes:
        return b"%s|%d|%d|%d" % (self.type.encode(), self.key, self.version, self.deleted)


class UnknownDictionary(InvalidTag):
    """The body names a dictionary that was not learnt: another process may just have trained it."""


class BodySealer:
    """Seals with the newest dictionary; opens with whichever the body names.

    Not for several threads at once: zstd contexts are reused.
    """

    def __init__(self, dictionaries: Mapping[int, bytes]) -> None:
        self._decompressors = {0: ZstdDecompressor(format=FORMAT_ZSTD1_MAGICLESS)}
        self._seal_with(0, None)
        for number in sorted(dictionaries):
            self.learn(number, dictionaries[number])

    def learn(self, number: int, dictionary: bytes) -> None:
        """From now on, opens bodies that name it; seals with it if none is newer."""
        loaded = ZstdCompressionDict(dictionary)
        self._decompressors[number] = ZstdDecompressor(
            dict_data=loaded, format=FORMAT_ZSTD1_MAGICLESS
        )
        if number > self.newest:
            self._seal_with(number, loaded)

    def _seal_with(self, number: int, loaded: ZstdCompressionDict | None) -> None:
        parameters = ZstdCompressionParameters.from_level(
            LEVEL, format=FORMAT_ZSTD1_MAGICLESS, write_dict_id=False
        )
        if loaded is not None:
            loaded.precompute_compress(compression_params=parameters)
        self._compressor = ZstdCompressor(compression_params=parameters, dict_data=loaded)
        self._header = (FORMAT | number).to_bytes(HEADER_BYTES, "big")
        self.newest = number
        """Number of the dictionary in use."""

    @property
    def numbers(self) -> list[int]:
        """Of the dictionaries known."""
        return list(self._decompressors)

    def knows(self, dictionary: int) -> bool:
        """True when bodies that name this dictionary can be read."""
        return dictionary in self._decompressors

    def seal(self, cipher: Cipher, body: bytes, claim: Claim) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        binding = self._header + claim.binding()
        return (
            self._header + nonce + cipher.encrypt(nonce, self._compressor.compress(body), binding)
        )

    def moved(self, sealed: bytes, keys: EitherKey, claim: Claim) -> bytes | None:
        """The body, sealed anew if the former key had sealed it; None if the present one had.

        Raises `InvalidTag` when neither opens it.
        """
        header, nonce = sealed[:HEADER_BYTES], sealed[HEADER_BYTES:SEAL_BYTES]
        binding, packed = header + claim.binding(), sealed[SEAL_BYTES:]
        try:
            keys.key.decrypt(nonce, packed, binding)
        except InvalidTag:
            plain = keys.former.decrypt(nonce, packed, binding)
            nonce = os.urandom(NONCE_BYTES)
            return header + nonce + keys.key.encrypt(nonce, plain, binding)
        return None

    def recompressed(self, sealed: bytes, cipher: Cipher, claim: Claim) -> bytes | None:
        """The body by the newest dictionary; None if it is already. Raises as `open`."""
        if sealed[:HEADER_BYTES] == self._header:
            return None
        return self.seal(cipher, self.open(cipher, sealed, claim), claim)

    def open(self, cipher: Cipher, sealed: bytes, claim: Claim) -> bytes:
        """Raises `InvalidTag` when the body is not, byte for byte, what was sealed for `claim`;
        `UnknownDictionary` when its dictionary is not known here."""
        header = sealed[:HEADER_BYTES]
        number = int.from_bytes(header, "big") ^ FORMAT
        if len(sealed) <= SEAL_BYTES or number > MAX_NUMBER:
            raise InvalidTag
        if number not in self._decompressors:
            raise UnknownDictionary
        packed = cipher.decrypt(
            sealed[HEADER_BYTES:SEAL_BYTES], sealed[SEAL_BYTES:], header + claim.binding()
        )
        try:
            return self._decompressors[number].decompress(packed)
        except ZstdError:
            raise InvalidTag from None


def dictionary_of(sealed: bytes) -> int:
    """The number of the dictionary that a body names; 0 for none, or for what is no body."""
    number = int.from_bytes(sealed[:HEADER_BYTES], "big") ^ FORMAT
    return number if len(sealed) > HEADER_BYTES and number <= MAX_NUMBER else 0
