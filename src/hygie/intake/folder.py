"""Files on disk to contents: a walk in order, and a cut into messages. Reads only."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from hygie.intake import phrases
from hygie.intake.arrival import detect
from hygie.intake.hl7.batch import split
from hygie.intake.values import Kind
from hygie.limits import MAX_BUNDLE_BYTES, MAX_LINE_BYTES
from hygie.refusal import Category, refuse

_PEEK: Final = 64 * 1024
_LINES: Final = (".ndjson", ".jsonl")


class Content(NamedTuple):
    """One message, resource or document of a file."""

    kind: Kind
    raw: bytes


def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """Files, folders walked in alphabetical order. Hidden files, links and what is neither file
    nor folder (pipes, devices) are passed over."""
    for path in paths:
        if path.is_dir():
            yield from walk(sorted(item for item in path.iterdir() if _is_taken(item)))
        else:
            yield path


def _is_taken(item: Path) -> bool:
    hidden = item.name.startswith(".") or item.is_symlink()
    return not hidden and (item.is_dir() or item.is_file())


def contents(path: Path) -> Iterator[Content]:
    """What a file holds, in order; refuses a file that is no health message or too large."""
    if not path.is_file():
        raise _unreadable()
    try:
        with path.open("rb") as file:
            start = file.read(_PEEK)
        kind = detect(start)
        if kind == "fhir" and _is_lines(path, start):
            yield from _lines(path)
        elif kind is None:
            raise _unsupported(start)
        else:
            yield from _whole(path, kind)
    except OSError:
        raise _unreadable() from None


def _whole(path: Path, kind: Kind) -> Iterator[Content]:
    size = path.stat().st_size
    if size > MAX_BUNDLE_BYTES:
        raise _too_large(size, MAX_BUNDLE_BYTES)
    raw = path.read_bytes()
    parts = split(raw) if kind == "hl7v2" else [raw]
    yield from (Content(kind, part) for part in parts)


def _lines(path: Path) -> Iterator[Content]:
    """NDJSON, a line at a time: the file may be larger than memory."""
    with path.open("rb") as file:
        while line := file.readline(MAX_LINE_BYTES + 1):
            if len(line) > MAX_LINE_BYTES:
                raise _too_large(len(line), MAX_LINE_BYTES)
            if line.strip():
                yield Content("fhir", line.strip())


def _is_lines(path: Path, start: bytes) -> bool:
    """By name, or because the first line is an object and others follow."""
    if path.suffix.lower() in _LINES:
        return True
    first, _, rest = start.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    return first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")


def _unreadable() -> Exception:
    return refuse(Category.INVALID, "intake.unreadable", phrases.UNREADABLE)


def _unsupported(start: bytes) -> Exception:
    empty = not start.strip()
    return refuse(
        Category.UNSUPPORTED,
        "intake.empty" if empty else "intake.unsupported-kind",
        phrases.EMPTY if empty else phrases.UNSUPPORTED_KIND,
        code="not-supported",
    )


def _too_large(size: int, limit: int) -> Exception:
    return refuse(
        Category.TOO_LARGE, "intake.size", phrases.TOO_LARGE, code="too-long",
        size=str(size), limit=str(limit),
    )  # fmt: skip
