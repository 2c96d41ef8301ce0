"""Notifications as the backport writes them in R4: a history Bundle that begins with a Parameters.

STU 1.1, §Notifications and §Payloads. Bodies are joined as they are stored, never decoded.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import uuid4

from hygie.exchange.subscriptions.asking import Asked
from hygie.exchange.subscriptions.backport import NOTIFICATION_PROFILE, STATUS_PROFILE
from hygie.exchange.subscriptions.channels import Content
from hygie.exchange.subscriptions.events import Event
from hygie.fhir.codec import encode
from hygie.store.contract import StoredResource
from hygie.store.interactions.bundles import instant, text

Kind = Literal["handshake", "heartbeat", "event-notification", "query-status", "query-event"]
Json = dict[str, Any]
MADE: Final = {
    "create": ("POST", "{type}", "201"),
    "update": ("PUT", "{type}/{id}", "200"),
    "delete": ("DELETE", "{type}/{id}", "204"),
}
"""Interaction -> the request that an entry of a history says it came from, and its answer."""


class Told(NamedTuple):
    """One event with what may be said of it."""

    event: Event
    focus: StoredResource | None
    """None when it does not open (any more): the event is told all the same."""
    context: tuple[StoredResource, ...] = ()
    """What goes with the focus, by the topic's shape."""


class Subject(NamedTuple):
    """The subscription that a notification is of."""

    asked: Asked
    status: str
    total: int
    """Events since it began."""
    base: str
    """The server's base URL, without "/" at its end."""
    error: str = ""

    @property
    def reference(self) -> str:
        return f"{self.base}/Subscription/{self.asked.id}"


def bundle(
    subject: Subject,
    kind: Kind,
    now: datetime,
    told: Sequence[Told] = (),
    content: Content | None = None,
) -> bytes:
    """A notification. `content`: another than the subscription's, as `$events` may ask for."""
    level = content or subject.asked.target.content
    entries = [_status_entry(subject, kind, told, level)]
    if level == "full-resource":
        entries += _entries(told, subject.base)
    return b"".join(
        (
            b'{"resourceType":"Bundle","id":"', str(uuid4()).encode(),
            b'","meta":{"profile":["', NOTIFICATION_PROFILE.encode(),
            b'"]},"type":"history","timestamp":"', instant(now).encode(),
            b'","entry":[', b",".join(entries), b"]}",
        )
    )  # fmt: skip


def status(
    subject: Subject, kind: Kind, told: Sequence[Told] = (), level: Content = "empty"
) -> Json:
    """The Parameters that says how a subscription stands, and what events are told of."""
    parameters: list[Json] = [
        {"name": "subscription", "valueReference": {"reference": subject.reference}}
    ]
    if not subject.asked.plain and level != "empty":
        parameters.append({"name": "topic", "valueCanonical": subject.asked.criteria})
    parameters += [
        {"name": "status", "valueCode": subject.status},
        {"name": "type", "valueCode": kind},
        {"name": "events-since-subscription-start", "valueString": str(subject.total)},
        *(_event(one, subject.base, level) for one in told),
    ]
    if subject.error:
        parameters.append({"name": "error", "valueCodeableConcept": {"text": subject.error}})
    return {
        "resourceType": "Parameters",
        "id": str(uuid4()),
        "meta": {"profile": [STATUS_PROFILE]},
        "parameter": parameters,
    }


def _event(told: Told, base: str, level: Content) -> Json:
    event = told.event
    part: list[Json] = [
        {"name": "event-number", "valueString": str(event.number)},
        {"name": "timestamp", "valueInstant": instant(event.at)},
    ]
    if level != "empty":
        if told.focus is not None:
            part.append(_reference("focus", told.focus, base))
        part += [_reference("additional-context", one, base) for one in told.context]
    return {"name": "notification-event", "part": part}


def _reference(name: str, stored: StoredResource, base: str) -> Json:
    url = f"{base}/{stored.type}/{stored.id}"
    return {"name": name, "valueReference": {"reference": url, "type": stored.type}}


def _status_entry(subject: Subject, kind: Kind, told: Sequence[Told], level: Content) -> bytes:
    resource = status(subject, kind, told, level)
    return (
        b'{"fullUrl":"urn:uuid:%b","resource":%b,"request":{"method":"GET","url":%b},'
        b'"response":{"status":"200"}}'
    ) % (resource["id"].encode(), encode(resource), text(f"{subject.reference}/$status"))


def _entries(told: Sequence[Told], base: str) -> list[bytes]:
    """Each version once: what goes with several events is not repeated."""
    found: dict[tuple[str, str, int], bytes] = {}
    for one in told:
        if one.focus is not None:
            place = (one.focus.type, one.focus.id, one.focus.version)
            found[place] = _entry(one.focus, MADE[one.event.interaction], base)
    for one in told:
        for other in one.context:
            place = (other.type, other.id, other.version)
            found.setdefault(place, _entry(other, ("GET", "{type}/{id}", "200"), base))
    return list(found.values())


def _entry(stored: StoredResource, made: tuple[str, str, str], base: str) -> bytes:
    method, url, code = made
    shown = text(url.format(type=stored.type, id=stored.id))
    resource = b'"resource":%b,' % stored.body if stored.body else b""
    return (
        b'{"fullUrl":%b,%b"request":{"method":"%b","url":%b},'
        b'"response":{"status":"%b","lastModified":"%b"}}'
    ) % (
        text(f"{base}/{stored.type}/{stored.id}"), resource, method.encode(), shown,
        code.encode(), instant(stored.updated).encode(),
    )  # fmt: skip
