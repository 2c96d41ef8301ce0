"""For clients that ask: how subscriptions stand, and the events that they may have missed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hygie.exchange.subscriptions import phrases
from hygie.exchange.subscriptions.asking import Asked, read_subscription
from hygie.exchange.subscriptions.channels import Content
from hygie.exchange.subscriptions.notification import Subject, bundle, status
from hygie.exchange.subscriptions.parts import Parts
from hygie.exchange.subscriptions.rights import Author, Rights, open_author
from hygie.exchange.subscriptions.telling import Listener
from hygie.fhir.codec import decode
from hygie.limits import MAX_RESOURCE_BYTES
from hygie.store.contract import StoredResource

MAX_EVENTS = 500
"""Of one answer: whoever wants more asks from where it ended."""


class Stood(NamedTuple):
    """A subscription, as it stands."""

    key: int
    asked: Asked
    number: int
    """Of its last event."""
    author: Author | None
    error: str

    def subject(self, base: str, error: str = "") -> Subject:
        return Subject(self.asked, self.asked.status, self.number, base, error or self.error)


class Asking(NamedTuple):
    """Who asks, and what that client may read."""

    author: Author
    rights: Rights


class Wanted(NamedTuple):
    """Which events, both ends counted, and how much of them (None: as the subscription has it)."""

    since: int
    until: int
    content: Content | None


async def stood(parts: Parts, several: Sequence[StoredResource]) -> list[Stood]:
    """In the order given. Raises `Refused` for one that is not understood."""
    keyring = parts.store.keyring
    keys = [keyring.reference(stored.type, stored.id) for stored in several]
    states = await parts.events.states(keys)
    found = []
    for key, stored in zip(keys, several, strict=True):
        resource = decode(stored.body, limit=MAX_RESOURCE_BYTES)
        state = states.get(key)
        author = open_author(keyring, key, state.sealed) if state else None
        number = state.number if state else 0
        error = str(resource.get("error", ""))
        found.append(Stood(key, read_subscription(resource), number, author, error))
    return found


def status_bundle(several: Sequence[Stood], base: str, url: str) -> dict[str, Any]:
    """A searchset of Parameters, one a subscription. `url`: what was asked."""
    resources = [status(one.subject(base), "query-status", level="id-only") for one in several]
    found: dict[str, Any] = {
        "resourceType": "Bundle", "type": "searchset", "total": len(several),
        "link": [{"relation": "self", "url": url}],
    }  # fmt: skip
    if resources:
        found["entry"] = [
            {
                "fullUrl": f"urn:uuid:{resource['id']}",
                "resource": resource,
                "search": {"mode": "match"},
            }
            for resource in resources
        ]
    return found


async def events(parts: Parts, one: Stood, asking: Asking, base: str, wanted: Wanted) -> bytes:
    """A notification of the events that are wanted, at most `MAX_EVENTS`, told to who is asking.

    Says so when some of them were not kept.
    """
    level = wanted.content or one.asked.target.content
    topic = None if one.asked.plain else parts.catalogue.find(one.asked.criteria)
    listener = Listener(one.asked.id, asking.author, asking.rights, level, topic)
    found = await parts.events.after(one.key, wanted.since - 1, MAX_EVENTS)
    told = await parts.telling.told(listener, [e for e in found if e.number <= wanted.until])
    first = found[0].number if found else one.number + 1
    error = phrases.MISSED.fr if wanted.since < first and wanted.since <= one.number else ""
    subject = one.subject(base, error)
    return bundle(subject, "query-event", datetime.now(UTC), told, content=level)
