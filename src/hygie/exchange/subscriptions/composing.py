"""What is sent for a subscription: bodies in its format, and where each goes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from hygie.exchange.subscriptions.channels import Target
from hygie.exchange.subscriptions.notification import Kind, Subject, Told, bundle
from hygie.exchange.subscriptions.roster import Held
from hygie.fhir.codec import decode
from hygie.fhir.definitions import Registry
from hygie.fhir.xml import write_xml
from hygie.limits import MAX_BUNDLE_BYTES


class Parcel(NamedTuple):
    """One attempt's worth."""

    target: Target
    body: bytes
    last: int
    """Number of the last event in it; 0 for none."""


class Composer:
    """Makes notifications for one server."""

    def __init__(self, base: str, registry: Registry) -> None:
        self._base = base
        self._registry = registry

    def notice(self, held: Held, kind: Kind) -> Parcel:
        """A handshake or a heartbeat."""
        subject = Subject(held.asked, held.asked.status, held.number, self._base)
        return self._parcel(held, bundle(subject, kind, datetime.now(UTC)), 0)

    def notification(self, held: Held, told: Sequence[Told]) -> Parcel:
        """Of one event or several."""
        last = told[-1].event.number
        if held.asked.plain:
            return self._plain(held, told[0])
        subject = Subject(held.asked, held.asked.status, last, self._base)
        body = bundle(subject, "event-notification", datetime.now(UTC), told)
        return self._parcel(held, body, last)

    def _plain(self, held: Held, told: Told) -> Parcel:
        """R4 §2.46.7: an empty POST; with a payload, the resource itself, as an update of it."""
        target, number = held.asked.target, told.event.number
        if not target.mime_type or told.focus is None:
            return Parcel(replace(target, mime_type=""), b"", number)
        place = f"{target.endpoint.rstrip('/')}/{told.focus.type}/{told.focus.id}"
        aimed = replace(target, endpoint=place, method="PUT")
        return Parcel(aimed, self._formatted(target, told.focus.body), number)

    def _parcel(self, held: Held, body: bytes, last: int) -> Parcel:
        target = held.asked.target
        return Parcel(target, self._formatted(target, body), last)

    def _formatted(self, target: Target, body: bytes) -> bytes:
        """Bodies are made in JSON, which is what is stored."""
        if "xml" not in target.mime_type:
            return body
        return write_xml(decode(body, limit=MAX_BUNDLE_BYTES), self._registry)
