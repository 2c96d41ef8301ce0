"""A resource as it is kept: `resourceType`, `id`, `meta`, then the rest as it came.

Bodies begin alike so that an id is read from the first bytes, without parsing.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from hygie.fhir.codec import encode
from hygie.store.contract import Resource

_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_FIRST: Final = ("resourceType", "id", "meta")
_OURS: Final = frozenset({"versionId", "lastUpdated"})
_UPDATED: Final = b'"lastUpdated":"'
TICK: Final = timedelta(milliseconds=1)


def is_id(text: object) -> bool:
    """R4 §2.24.0.1, type `id`."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def to_milliseconds(moment: datetime) -> datetime:
    """In UTC, cut to the millisecond."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@lru_cache(64)  # one moment serves all that a transaction writes
def instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


class Content(NamedTuple):
    """A resource encoded once; each version of it is put together from the parts."""

    head: bytes
    """Up to the version's number."""
    tail: bytes
    """From behind the version's instant."""

    def body(self, version: int, updated: datetime) -> bytes:
        when = instant(updated).encode()
        return b'%b"versionId":"%d","lastUpdated":"%b"%b' % (self.head, version, when, self.tail)


def content(resource: Resource, id: str) -> Content:
    """`resource` under that id, in the order of kept bodies; its version's own meta is dropped."""
    begin = encode({"resourceType": resource["resourceType"], "id": id})
    rest = resource.copy()
    for name in _FIRST:
        rest.pop(name, None)
    meta = b""
    if given := resource.get("meta"):
        meta = _members({name: value for name, value in given.items() if name not in _OURS})
    return Content(begin[:-1] + b',"meta":{', meta + b"}" + _members(rest) + b"}")


def _members(given: Mapping[str, Any]) -> bytes:
    """Each behind a comma."""
    return b"," + encode(given)[1:-1] if given else b""


def tombstone(resource_type: str, id: str, version: int, updated: datetime) -> bytes:
    """What is kept of a deleted version: that it was."""
    return content({"resourceType": resource_type}, id).body(version, updated)


def head(body: bytes, resource_type: str) -> tuple[str, datetime]:
    """The id of a kept body, and when its version was written, without parsing the rest."""
    start = len(resource_type) + len('{"resourceType":"","id":"')
    end = body.index(b'"', start)
    moment = body.index(_UPDATED, end) + len(_UPDATED)
    return body[start:end].decode(), datetime.fromisoformat(body[moment : moment + 24].decode())
