"""Resources of one type from files, read as strictly as what is stored.

NDJSON, bundles, arrays and single resources are told apart by what is in them. What cannot be read
is refused with its file and line, or told to whoever asked to go on.
"""

from collections.abc import Callable, Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from hygie.fhir.codec import decode_any, encode
from hygie.fhir.codec.reading import require_resource
from hygie.insight.views.tables import Batch, resources
from hygie.limits import MAX_BUNDLE_BYTES, MAX_LINE_BYTES
from hygie.lines import looks_like_lines, read_lines
from hygie.refusal import Category, Phrase, Refused, refuse

BATCH_RESOURCES: Final = 8_192
BATCH_BYTES: Final = 16 * 1024 * 1024
START_BYTES: Final = 64 * 1024
TOO_LONG: Final = Phrase(
    "La ligne fait {size} octets, plus que la limite de {limit}.",
    "The line has {size} bytes, more than the limit of {limit}.",
)
Bad = Callable[[Refused], None]
"""Told what is not read, and where; it raises, or lets the reading go on."""


Read = Callable[[int], None]
"""Told the bytes of a file that was gone through."""


def unheard(_: int) -> None:
    """For those who watch no progress."""


def refused(found: Refused) -> None:
    """For those who want all or nothing."""
    raise found


def batches(
    paths: Iterable[Path], type_name: str, bad: Bad = refused, read: Read = unheard
) -> Iterator[Batch]:
    """Their resources of that type, in order, as an engine takes them."""
    bodies: list[bytes] = []
    size = 0
    for path in paths:
        for body in resources_of(path, type_name, bad):
            bodies.append(body)
            size += len(body)
            if len(bodies) >= BATCH_RESOURCES or size >= BATCH_BYTES:
                yield resources(bodies)
                bodies, size = [], 0
        read(path.stat().st_size)
    if bodies:
        yield resources(bodies)


def resources_of(path: Path, type_name: str, bad: Bad = refused) -> Iterator[bytes]:
    """The JSON of one file's resources of that type."""
    with BufferedReader(path.open("rb", buffering=0), START_BYTES) as file:
        if looks_like_lines(path.name, file.peek(START_BYTES)):
            yield from _of_lines(path, file, type_name, bad)
            return
        try:
            value = decode_any(file.read(MAX_BUNDLE_BYTES + 1), limit=MAX_BUNDLE_BYTES)
            yield from _among(value, type_name)
        except Refused as found:
            bad(placed(found, path))


def _of_lines(path: Path, file: BinaryIO, type_name: str, bad: Bad) -> Iterator[bytes]:
    for line in read_lines(file):
        try:
            if line.raw is None:
                raise _too_long(line.size)
            value = require_resource(decode_any(line.raw, limit=MAX_LINE_BYTES))
        except Refused as found:
            bad(placed(found, path, line.number))
            continue
        if value["resourceType"] == type_name:
            yield line.raw.removeprefix(b"\xef\xbb\xbf")
        elif value["resourceType"] == "Bundle":
            yield from _among(value, type_name)


def _among(value: Any, type_name: str) -> Iterator[bytes]:
    """Of a resource, a bundle's entries, or a list of resources."""
    if isinstance(value, list):
        for item in value:
            yield from _among(require_resource(item), type_name)
        return
    resource = require_resource(value)
    if resource["resourceType"] == type_name:
        yield encode(resource)
    elif resource["resourceType"] == "Bundle":
        for entry in _entries(resource):
            if entry.get("resourceType") == type_name:
                yield encode(entry)


def _entries(bundle: dict[str, Any]) -> Iterator[dict[str, Any]]:
    entries = bundle.get("entry", [])
    for entry in entries if isinstance(entries, list) else ():
        inner = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(inner, dict):
            yield inner


def placed(found: Refused, path: Path, line: int = 0) -> Refused:
    """The same, with the file and line where it is."""
    place = f"{path}:{line}" if line else str(path)
    issues = tuple(msgspec.structs.replace(issue, location=place) for issue in found.refusal.issues)
    return Refused(msgspec.structs.replace(found.refusal, issues=issues))


def _too_long(size: int) -> Refused:
    return refuse(
        Category.TOO_LARGE, "view.line", TOO_LONG, code="too-long",
        size=str(size), limit=str(MAX_LINE_BYTES),
    )  # fmt: skip
