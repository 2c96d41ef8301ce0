"""Files of an export at rest: chunks, each compressed (zstd), then sealed (AES-256-GCM).

    for each chunk: length of what follows (4 bytes, big-endian), nonce (12), ciphertext and tag

Every chunk but the last holds CHUNK_BYTES. The associated data binds the export, the number of
the file, that of the chunk, and whether it is the last: chunks cannot be exchanged between files,
moved, repeated or cut off.
"""

import os
from collections.abc import Iterator
from hashlib import file_digest, sha256
from pathlib import Path
from shutil import disk_usage
from typing import BinaryIO, Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from zstandard import ZstdCompressor, ZstdDecompressor

from hygie.exchange.bulk import phrases
from hygie.files import NEW, make_durable
from hygie.limits.bulk import MIN_FREE_DISK_BYTES
from hygie.refusal import Category, Refused, refuse
from hygie.store.keys.sealing import open_with, seal_with

CHUNK_BYTES: Final = 256 * 1024
"""Plain."""
LENGTH_BYTES: Final = 4
LEVEL: Final = 1
"""Of zstd: 1.5 µs a resource; the next levels take twice as long for a tenth."""


class Place(NamedTuple):
    """Which file it is, and what it is sealed with."""

    folder: Path
    """Of the export."""
    export: UUID
    number: int
    cipher: AESGCM

    @property
    def path(self) -> Path:
        return self.folder / str(self.number)

    def binding(self, chunk: int, *, last: bool) -> bytes:
        return f"export|{self.export}|{self.number}|{chunk}|{last:d}".encode()


class Written(NamedTuple):
    """What a finished file came to."""

    size: int
    """Bytes, plain."""
    sealed: int
    digest: bytes
    """SHA-256 of the file."""


class FileWriter:
    """Writes one file, which is there whole once `finish` returns, or not at all. Not thread-safe;
    each call may be in another thread. Raises `OSError`, and `Refused` when the disk is full."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._new = place.path.with_name(place.path.name + NEW)
        place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.fdopen(
            os.open(self._new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb"
        )
        self._digest = sha256()
        self._compressor = ZstdCompressor(level=LEVEL)
        self._waiting = bytearray()
        self._chunks = self._plain = self._sealed = 0

    def write(self, plain: bytes) -> None:
        require_room(self._place.folder)
        self._waiting += plain
        self._plain += len(plain)
        done = 0
        while len(self._waiting) - done > CHUNK_BYTES:
            self._seal(self._waiting[done : done + CHUNK_BYTES], last=False)
            done += CHUNK_BYTES
        del self._waiting[:done]

    def finish(self) -> Written:
        """Durable once it returns."""
        self._seal(self._waiting, last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._new.replace(self._place.path)
        make_durable(self._place.folder)
        return Written(self._plain, self._sealed, self._digest.digest())

    def abandon(self) -> None:
        """Leaves nothing; harmless once it is finished."""
        self._file.close()
        self._new.unlink(missing_ok=True)

    def _seal(self, plain: bytearray, *, last: bool) -> None:
        packed = self._compressor.compress(bytes(plain))
        binding = self._place.binding(self._chunks, last=last)
        sealed = seal_with(self._place.cipher, packed, binding)
        framed = len(sealed).to_bytes(LENGTH_BYTES, "big") + sealed
        self._file.write(framed)
        self._digest.update(framed)
        self._chunks += 1
        self._sealed += len(framed)


def require_room(folder: Path) -> None:
    """Refuses BUSY while so little is left that the database itself would be in danger."""
    if disk_usage(folder).free < MIN_FREE_DISK_BYTES:
        raise disk_full()


def disk_full() -> Refused:
    return refuse(Category.BUSY, "export.disk-full", phrases.DISK_FULL, code="no-store")


def require_whole(place: Place, digest: bytes) -> None:
    """Refuses CONFLICT a file that is not, byte for byte, the one that was written."""
    try:
        with place.path.open("rb") as file:
            found = file_digest(file, "sha256").digest()
    except FileNotFoundError:
        found = b""
    if found != digest:
        raise altered()


def altered() -> Refused:
    return refuse(Category.CONFLICT, "export.file-altered", phrases.FILE_ALTERED, code="exception")


def pieces(place: Place, start: int = 0) -> Iterator[bytes]:
    """The plain content from byte `start` on, a chunk at a time. Refuses CONFLICT where it was
    altered."""
    decompressor = ZstdDecompressor()
    skipped = start // CHUNK_BYTES
    with place.path.open("rb") as file:
        for number, sealed in enumerate(_frames(file, skipped), start=skipped):
            last = not file.peek(1)
            try:
                packed = open_with(place.cipher, sealed, place.binding(number, last=last))
            except InvalidTag:
                raise altered() from None
            plain = decompressor.decompress(packed, max_output_size=CHUNK_BYTES)
            yield plain[start % CHUNK_BYTES :] if number == skipped else plain


def _frames(file: BinaryIO, skipped: int) -> Iterator[bytes]:
    """Sealed chunks from that number on."""
    number = 0
    while head := file.read(LENGTH_BYTES):
        length = int.from_bytes(head, "big")
        if number < skipped:
            file.seek(length, os.SEEK_CUR)
        else:
            yield file.read(length)
        number += 1
