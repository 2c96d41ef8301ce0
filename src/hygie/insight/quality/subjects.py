"""Which resource an issue is about: of a bundle, the entry."""

import re
from typing import Any, Final, NamedTuple

from hygie.fhir.codec import Resource

_ENTRY: Final = re.compile(r"Bundle\.entry\[(\d{1,7})\]\.resource\b")


class Subject(NamedTuple):
    type: str
    id: str
    profiles: tuple[str, ...]
    """What it claims to conform to."""


def subject_of(resource: Any) -> Subject:
    """Of any JSON: what is not as it should be is empty."""
    if not isinstance(resource, dict):
        return Subject("", "", ())
    meta = resource.get("meta")
    claimed = meta.get("profile") if isinstance(meta, dict) else None
    urls = claimed if isinstance(claimed, list) else ()
    return Subject(
        _text(resource.get("resourceType")),
        _text(resource.get("id")),
        tuple(dict.fromkeys(url for url in urls if isinstance(url, str))),
    )


def subjects_of(resource: Resource) -> list[Subject]:
    """The resource, then what the entries of a bundle hold, in the order of the entries."""
    whole = subject_of(resource)
    entries = resource.get("entry") if whole.type == "Bundle" else None
    if not isinstance(entries, list):
        return [whole]
    inner = (entry.get("resource") if isinstance(entry, dict) else None for entry in entries)
    return [whole, *map(subject_of, inner)]


def rank_of(location: str) -> int:
    """The rank in `subjects_of` of the resource that a place is in."""
    found = _ENTRY.match(location)
    return int(found[1]) + 1 if found else 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
