"""The definitions of one package, each decoded only when it is asked for.

One run of bytes: a mark, the length of its contents, the contents (compressed), then every
definition as compressed JSON. Definitions resemble each other, so they share a dictionary: alone,
each would be twice as large. Opening costs the reading of the contents.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from threading import Lock
from typing import Final

import msgspec
import zstandard

from hygie.fhir.codec import decode, encode
from hygie.fhir.packages.definition import Definition, Json
from hygie.fhir.packages.manifest import Manifest
from hygie.limits import MAX_DEFINITION_BYTES

MARK: Final = b"HYGIE DEFINITIONS 1\n"
LENGTH_BYTES: Final = 8
DICTIONARY_BYTES: Final = 112 * 1024
FEW: Final = 64
"""Definitions below which a shared dictionary would be larger than what it saves."""
SAMPLE_BYTES: Final = 16 * 1024
"""Of each definition, what a dictionary is made from: its head says what the rest repeats."""
SMALL: Final = 19
QUICK: Final = 3
KEPT_DECODED: Final = 256


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where one definition stands."""

    version: str
    offset: int
    size: int


Contents = Mapping[str, Mapping[str, tuple[Entry, ...]]]
"""Resource type -> canonical URL -> versions."""


class Header(msgspec.Struct, frozen=True, array_like=True):
    """What opening reads."""

    manifest: Manifest
    dictionary: bytes
    contents: dict[str, dict[str, tuple[Entry, ...]]]


class Shelf:
    """Finds the definitions of a package. Immutable; safe to share, between threads as well."""

    def __init__(self, packed: bytes) -> None:
        """`packed` is what `pack` made; raises `ValueError` for anything else."""
        begin = len(MARK) + LENGTH_BYTES
        if packed[: len(MARK)] != MARK or len(packed) < begin:
            raise ValueError("not a shelf of definitions")
        self._start = begin + int.from_bytes(packed[len(MARK) : begin], "big")
        header = _header(packed[begin : self._start])
        self.packed: Final = packed
        """The bytes that it was opened from: what is kept of it on disk."""
        self._reader = _decompressor(header.dictionary)
        self._alone = Lock()
        """A decompressor is for one thread at a time: two corrupt each other's work."""
        self._read = lru_cache(maxsize=KEPT_DECODED)(self._decoded)
        self.manifest: Final = header.manifest
        self.contents: Final[Contents] = header.contents

    def versions(self, kind: str, url: str) -> tuple[Entry, ...]:
        """The definitions of a canonical URL; none when there are none."""
        return self.contents.get(kind, {}).get(url, ())

    def read(self, entry: Entry) -> Definition:
        """The definition that stands there: the same object for as long as it is remembered."""
        return self._read(entry)

    @property
    def size(self) -> int:
        """How many definitions there are."""
        return sum(len(found) for urls in self.contents.values() for found in urls.values())

    def definitions(self, kind: str) -> Iterator[Definition]:
        """Every definition of a resource type, decoded one by one."""
        for entries in self.contents.get(kind, {}).values():
            yield from map(self.read, entries)

    def _decoded(self, entry: Entry) -> Definition:
        begin = self._start + entry.offset
        packed = self.packed[begin : begin + entry.size]
        with self._alone:
            raw = self._reader.decompress(packed, max_output_size=MAX_DEFINITION_BYTES)
        return Definition(decode(raw, limit=MAX_DEFINITION_BYTES), self.manifest.id)


def _header(compressed: bytes) -> Header:
    try:
        return msgspec.msgpack.decode(
            zstandard.ZstdDecompressor().decompress(compressed), type=Header
        )
    except (zstandard.ZstdError, msgspec.MsgspecError) as error:
        raise ValueError("not a shelf of definitions") from error


def _decompressor(dictionary: bytes) -> zstandard.ZstdDecompressor:
    shared = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
    return zstandard.ZstdDecompressor(dict_data=shared)


def pack(manifest: Manifest, resources: Iterable[Json], level: int = QUICK) -> bytes:
    """The shelf of these definitions, in the order of their types and URLs.

    The same resources in any order make the same bytes. What validation does not read must have
    been left out before (`pruned`).
    """
    named = sorted(
        ((resource["resourceType"], resource["url"], _version(resource)), encode(resource))
        for resource in resources
    )
    dictionary = _dictionary([raw for _, raw in named]) if level == SMALL else b""
    shared = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
    compressor = zstandard.ZstdCompressor(level=level, dict_data=shared)
    contents: dict[str, dict[str, tuple[Entry, ...]]] = {}
    bodies = bytearray()
    for (kind, url, version), raw in named:
        body = compressor.compress(raw)
        of_url = contents.setdefault(kind, {})
        of_url[url] = (*of_url.get(url, ()), Entry(version, len(bodies), len(body)))
        bodies += body
    header = zstandard.ZstdCompressor(level=level).compress(
        msgspec.msgpack.encode(Header(manifest, dictionary, contents))
    )
    return MARK + len(header).to_bytes(LENGTH_BYTES, "big") + header + bytes(bodies)


def _version(resource: Json) -> str:
    version = resource.get("version", "")
    return version if type(version) is str else ""


def _dictionary(bodies: list[bytes]) -> bytes:
    if len(bodies) < FEW:
        return b""
    trained = zstandard.train_dictionary(DICTIONARY_BYTES, [body[:SAMPLE_BYTES] for body in bodies])
    return trained.as_bytes()
