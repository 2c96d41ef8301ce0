"""The files of a `.tgz`, read one by one, within bounds, and never written anywhere.

An archive comes from outside: a name that leads out of the package, a link, a device, or more
than a package can hold, and the whole archive is refused.
"""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from hygie.fhir.packages import phrases
from hygie.limits import (
    FREE_UNPACKED_BYTES,
    MAX_DEFINITION_BYTES,
    MAX_PACKAGE_BYTES,
    MAX_PACKAGE_FILES,
    MAX_PACKAGE_RATIO,
    MAX_PACKAGE_UNPACKED_BYTES,
)
from hygie.refusal import Category, Phrase, Refused, refuse

GZIP: Final = b"\x1f\x8b"
BLOCK: Final = 64 * 1024
EXCERPT_CHARACTERS: Final = 80
UNREADABLE: Final = (tarfile.TarError, EOFError, OSError, ValueError, OverflowError, zlib.error)
"""What the standard library raises for archives that are not what they seem."""


class File(NamedTuple):
    """A file of a package; `content` is None when it is larger than a definition may be."""

    name: str
    size: int
    content: bytes | None


def files_of(raw: bytes) -> Iterator[File]:
    """The files of a `.tgz` that lie right in its folder `package`, hidden ones left out.

    Raises `Refused`, at the latest at the end: only then is it known that nothing is missing.
    """
    if len(raw) > MAX_PACKAGE_BYTES:
        sizes = {"size": str(len(raw)), "limit": str(MAX_PACKAGE_BYTES)}
        raise refuse(
            Category.TOO_LARGE, "package.size", phrases.TOO_LARGE, code="too-long", **sizes
        )
    if raw[:2] != GZIP:
        raise refuse(Category.INVALID, "package.gzip", phrases.NOT_GZIP, code="structure")
    stream = _Bounded(raw)
    try:
        with tarfile.open(fileobj=stream, mode="r|", errorlevel=2) as archive:
            yield from _members(archive)
        stream.drain()
    except UNREADABLE:
        raise refuse(
            Category.INVALID, "package.damaged", phrases.DAMAGED, code="structure"
        ) from None


def _members(archive: tarfile.TarFile) -> Iterator[File]:
    for number, member in enumerate(archive):
        if number >= MAX_PACKAGE_FILES:
            raise _too_much("package.files", phrases.TOO_MANY_FILES, MAX_PACKAGE_FILES)
        _require_safe(member)
        folder, _, name = member.name.removeprefix("./").rpartition("/")
        if member.isdir() or folder != "package" or name.startswith("."):
            continue
        content = None
        if member.size <= MAX_DEFINITION_BYTES:
            opened = archive.extractfile(member)
            content = opened.read() if opened else b""
        yield File(name, member.size, content)


def _require_safe(member: tarfile.TarInfo) -> None:
    """Archives are only read here, but whoever unpacks this one elsewhere would be harmed."""
    parts = PurePosixPath(member.name).parts
    outside = member.name.startswith(("/", "~")) or ".." in parts
    if outside or "\\" in member.name or "\0" in member.name or ":" in member.name[:2]:
        raise _unsafe("package.name", phrases.UNSAFE_NAME, member.name)
    if not (member.isreg() or member.isdir()) or member.issparse():
        raise _unsafe("package.link", phrases.NOT_A_FILE, member.name)


class _Bounded(io.RawIOBase):
    """What gzip unpacks, until it is more than a package can hold."""

    def __init__(self, raw: bytes) -> None:
        self._unpacked = gzip.GzipFile(fileobj=io.BytesIO(raw))
        self._ratio_bytes = max(FREE_UNPACKED_BYTES, MAX_PACKAGE_RATIO * len(raw))
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        found = self._unpacked.read(BLOCK if size < 0 else min(size, BLOCK))
        self._read += len(found)
        limit = min(self._ratio_bytes, MAX_PACKAGE_UNPACKED_BYTES)
        if self._read > limit:
            raise _too_much("package.bomb", phrases.BOMB, limit)
        return found

    def drain(self) -> None:
        """Reads to the end, where gzip says whether all came unharmed."""
        while self.read():
            pass


def _too_much(rule: str, phrase: Phrase, limit: int) -> Refused:
    return refuse(Category.TOO_LARGE, rule, phrase, code="too-costly", limit=str(limit))


def _unsafe(rule: str, phrase: Phrase, name: str) -> Refused:
    shown = "".join(c if c.isprintable() else "�" for c in name[:EXCERPT_CHARACTERS])
    return refuse(Category.INVALID, rule, phrase, code="security", name=shown)
