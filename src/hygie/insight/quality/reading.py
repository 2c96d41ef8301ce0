"""A file -> its resources, or why there are none. Never raises for what is in the file, or for one
that cannot be read; NDJSON in bounded memory."""

from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from hygie.fhir.codec import Resource, decode
from hygie.fhir.formats import read_resources
from hygie.insight.quality import phrases
from hygie.limits import MAX_BUNDLE_BYTES, MAX_LINE_BYTES
from hygie.lines import looks_like_lines, read_lines
from hygie.refusal import Issue, Phrase, Refused

_START_BYTES: Final = 64 * 1024


class Read(NamedTuple):
    """What stands at one place of a file."""

    line: int
    """Of a file of lines, from 1; 0 of others."""
    resource: Resource | None
    issues: tuple[Issue, ...] = ()
    """Found while reading it."""


def read_file(path: Path) -> Iterator[Read]:
    """At least one."""
    try:
        with BufferedReader(path.open("rb", buffering=0), _START_BYTES) as file:
            start = file.peek(_START_BYTES)
            if looks_like_lines(path.name, start):
                yield from _lines(file)
            else:
                raw = file.read(MAX_BUNDLE_BYTES + 1)
                for one in read_resources(raw, path.name, limit=MAX_BUNDLE_BYTES):
                    yield Read(0, one.resource, tuple(one.issues))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        yield _fault("file.unreadable", "exception", phrases.UNREADABLE, reason=reason)


def _lines(file: BinaryIO) -> Iterator[Read]:
    for number, raw, size in read_lines(file):
        if raw is None:
            limit = str(MAX_LINE_BYTES)
            found = _fault("file.line", "too-long", phrases.TOO_LONG, size=str(size), limit=limit)
            yield found._replace(line=number)
        else:
            yield _line(number, raw)


def _line(line: int, raw: bytes) -> Read:
    try:
        return Read(line, decode(raw, limit=MAX_LINE_BYTES))
    except Refused as refused:
        return Read(line, None, refused.refusal.issues)


def _fault(rule: str, code: str, phrase: Phrase, **details: str) -> Read:
    return Read(0, None, (Issue(code=code, rule=rule, phrase=phrase, details=details),))
