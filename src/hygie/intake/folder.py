"""Files on disk to contents: a cut into messages. Reads only, in bounded memory; a file that
changes meanwhile is read as far as it goes."""

from collections.abc import Generator, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from hygie.hl7v2.batch import split
from hygie.intake import phrases
from hygie.intake.arrival import detect
from hygie.intake.values import Kind
from hygie.limits import MAX_BUNDLE_BYTES, MAX_LINE_BYTES
from hygie.lines import looks_like_lines, read_lines
from hygie.refusal import Category, Refused, refuse

_PEEK: Final = 64 * 1024


class Content(NamedTuple):
    """One message, resource or document of a file."""

    kind: Kind
    raw: bytes
    line: int = 0
    """Of a file of lines, from 1; 0 of others."""


class Skipped(NamedTuple):
    """A line that is not taken, and why; the next ones are."""

    line: int
    size: int
    refused: Refused


def contents(path: Path) -> Generator[Content | Skipped]:
    """What a file holds, in order; refuses a file that is no health message or too large."""
    if not path.is_file():
        raise _unreadable()
    try:
        with BufferedReader(path.open("rb", buffering=0), _PEEK) as file:
            yield from contents_in(file, path.name)
    except OSError:
        raise _unreadable() from None


def contents_in(file: "BufferedReader[Any]", name: str) -> Generator[Content | Skipped]:
    """The same of a file that is open, from where it stands, by the name it has. Raises OSError."""
    start = file.peek(_PEEK)
    kind = detect(start)
    if kind in (None, "fhir") and looks_like_lines(name, start):
        yield from _lines(file)
    elif kind is None:
        raise _unsupported(start)
    else:
        yield from _whole(file, kind)


def _whole(file: BinaryIO, kind: Kind) -> Iterator[Content]:
    raw = file.read(MAX_BUNDLE_BYTES + 1)
    if len(raw) > MAX_BUNDLE_BYTES:
        raise too_large(len(raw) + _rest(file), MAX_BUNDLE_BYTES)
    parts = split(raw) if kind == "hl7v2" else [raw]
    yield from (Content(kind, part) for part in parts)


def _rest(file: BinaryIO) -> int:
    """Bytes that follow, without reading them."""
    here = file.tell()
    return max(0, file.seek(0, 2) - here)


def _lines(file: BinaryIO) -> Iterator[Content | Skipped]:
    """NDJSON, a line at a time: the file may be larger than memory."""
    for number, raw, size in read_lines(file):
        if raw is None:
            yield Skipped(number, size, too_long(size))
        else:
            yield Content("fhir", raw, number)


def _unreadable() -> Refused:
    return refuse(Category.INVALID, "intake.unreadable", phrases.UNREADABLE)


def _unsupported(start: bytes) -> Refused:
    empty = not start.strip()
    return refuse(
        Category.UNSUPPORTED,
        "intake.empty" if empty else "intake.unsupported-kind",
        phrases.EMPTY if empty else phrases.UNSUPPORTED_KIND,
        code="not-supported",
    )


def too_long(size: int) -> Refused:
    """Of a line."""
    return too_large(size, MAX_LINE_BYTES)


def too_large(size: int, limit: int = MAX_BUNDLE_BYTES) -> Refused:
    """Of a file, unless another limit is given."""
    return refuse(
        Category.TOO_LARGE, "intake.size", phrases.TOO_LARGE, code="too-long",
        size=str(size), limit=str(limit),
    )  # fmt: skip
