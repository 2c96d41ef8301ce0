"""A resource as it is kept: `resourceType`, `id`, `meta`, then the rest as it came.

Bodies begin alike so that an id is read from the first bytes, without parsing.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from hygie.fhir.codec import encode
from hygie.store.contract import Resource, StoredResource

_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_FIRST: Final = frozenset({"resourceType", "id", "meta"})
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


def instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def place(resource: Resource, id: str, version: int, updated: datetime) -> Resource:
    """A copy with its id and this version's meta, in the order of kept bodies."""
    meta = {"versionId": str(version), "lastUpdated": instant(updated)}
    given = resource.get("meta") or {}
    meta |= {name: value for name, value in given.items() if name not in _OURS}
    placed: Resource = {"resourceType": resource["resourceType"], "id": id, "meta": meta}
    placed |= {name: value for name, value in resource.items() if name not in _FIRST}
    return placed


def tombstone(resource_type: str, id: str, version: int, updated: datetime) -> bytes:
    """What is kept of a deleted version: that it was."""
    return encode(place({"resourceType": resource_type}, id, version, updated))


def head(body: bytes, resource_type: str) -> tuple[str, datetime]:
    """The id of a kept body, and when its version was written, without parsing the rest."""
    start = len(resource_type) + len('{"resourceType":"","id":"')
    end = body.index(b'"', start)
    moment = body.index(_UPDATED, end) + len(_UPDATED)
    return body[start:end].decode(), datetime.fromisoformat(body[moment : moment + 24].decode())


def same_content(resource: Resource, stored: StoredResource) -> bool:
    """True when writing `resource` would change nothing but the version's own meta."""
    if stored.deleted:
        return False
    return stored.body == encode(place(resource, stored.id, stored.version, stored.updated))
