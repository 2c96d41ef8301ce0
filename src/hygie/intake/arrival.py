"""What arrived, described before anything is decided: kind, event, identifiers, or why it is
unreadable. Pure."""

import re
from typing import Any

import msgspec

from hygie.fhir.definitions import r4
from hygie.hl7v2.batch import looks_like_hl7
from hygie.hl7v2.message import Message
from hygie.hl7v2.parse import parse, strip_frame
from hygie.identity.phrases import TOO_MANY
from hygie.intake import phrases
from hygie.intake.mapping.cda import looks_like_cda
from hygie.intake.mapping.concerned import lanes_of
from hygie.intake.messaging.heading import is_message, read_heading
from hygie.intake.reading import BLANK, looks_like_fhir_xml, read_resource
from hygie.intake.sources.declaration import Source
from hygie.intake.sources.patterns import allows
from hygie.intake.values import Kind
from hygie.limits.gateway import MAX_PERSON_IDENTIFIERS
from hygie.refusal import Category, Issue, Refused, refuse

_PLAIN_EVENT = re.compile(r"[A-Z0-9]{2,4}(\^[A-Z0-9]{2,4})?\Z")


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """One message on its way in. `issues` tells why it cannot be read, if it cannot."""

    source: str
    name: str
    raw: bytes
    kind: Kind
    event: str = ""
    control_id: str = ""
    sender: str = ""
    """Who numbers the control ids; empty when there are none."""
    lanes: tuple[str, ...] = ()
    """Whom it is about (`mapping.concerned`): what shares one is settled in order."""
    message: Message | None = None
    resource: dict[str, Any] | None = None
    issues: tuple[Issue, ...] = ()
    corrects: int = 0
    """The entry that a person wrote this in place of, or 0."""

    @property
    def is_bundle(self) -> bool:
        return self.resource is not None and self.resource.get("resourceType") == "Bundle"

    @property
    def is_message(self) -> bool:
        """Whether it is a FHIR message: carried out, and kept as received like any message."""
        return is_message(self.resource)


def detect(raw: bytes) -> Kind | None:
    """The kind of a content, by how it begins; None when it is no health message."""
    if looks_like_hl7(raw):
        return "hl7v2"
    start = raw[:256].lstrip(BLANK)
    if start.startswith(b"{"):
        return "fhir"
    if not start.startswith(b"<"):
        return None
    if looks_like_cda(raw):
        return "cda"
    return "fhir" if looks_like_fhir_xml(raw) else None


def describe(source: Source, raw: bytes, kind: Kind | None = None, name: str = "") -> Arrival:
    """The arrival, read as its source is declared; refuses (UNSUPPORTED) what is no health message:
    that is not kept."""
    kind = kind or detect(raw)
    if kind is None:
        empty = not raw.strip(BLANK)
        raise refuse(
            Category.UNSUPPORTED,
            "intake.empty" if empty else "intake.unsupported-kind",
            phrases.EMPTY if empty else phrases.UNSUPPORTED_KIND,
            code="not-supported",
        )
    arrival = Arrival(source=source.name, name=name, raw=raw, kind=kind)
    try:
        arrival = _DESCRIBED[kind](arrival, source)
    except Refused as refused:
        return msgspec.structs.replace(arrival, issues=refused.refusal.issues)
    if allows(source.events, arrival.event):
        return arrival
    return msgspec.structs.replace(arrival, issues=(_not_allowed(source, arrival),))


def _not_allowed(source: Source, arrival: Arrival) -> Issue:
    return Issue(
        code="not-supported", rule="event.not-allowed", phrase=phrases.NOT_ALLOWED,
        location="MSH-9" if arrival.kind == "hl7v2" else "",
        details={
            "source": source.name, "event": arrival.event, "allowed": ", ".join(source.events[:20]),
        },
    )  # fmt: skip


def _hl7(arrival: Arrival, source: Source) -> Arrival:
    raw = strip_frame(arrival.raw)
    message = parse(raw, source.charset)
    lanes = lanes_of(message)
    return msgspec.structs.replace(
        arrival,
        raw=raw,
        event=_plain(message.name),
        control_id=message.control_id,
        sender=message.sender,
        lanes=lanes[:MAX_PERSON_IDENTIFIERS],
        message=message,
        issues=(_too_many(len(lanes)),) if len(lanes) > MAX_PERSON_IDENTIFIERS else (),
    )


def _too_many(count: int) -> Issue:
    return Issue(
        code="too-long", rule="identity.too-many", phrase=TOO_MANY, location="PID-3",
        details={"count": str(count), "limit": str(MAX_PERSON_IDENTIFIERS)},
    )  # fmt: skip


def _fhir(arrival: Arrival, source: Source) -> Arrival:
    resource = read_resource(arrival.raw)
    if is_message(resource):
        return _fhir_message(arrival, source, resource)
    kind = resource["resourceType"]
    event = kind if r4().is_resource(kind) else "?"
    name = f"{kind}/{resource['id']}" if "id" in resource else f"{kind} of {arrival.source}"
    return msgspec.structs.replace(arrival, event=event, resource=resource, lanes=(name,))


def _fhir_message(arrival: Arrival, source: Source, resource: dict[str, Any]) -> Arrival:
    heading = read_heading(resource, source.events)
    return msgspec.structs.replace(
        arrival,
        event=heading.event,
        control_id=heading.id,
        sender=heading.endpoint,
        lanes=heading.lanes or (f"message of {arrival.source}",),
        resource=resource,
    )


def _cda(arrival: Arrival, _: Source) -> Arrival:
    return msgspec.structs.replace(arrival, event="CDA", lanes=(f"CDA of {arrival.source}",))


_DESCRIBED = {"hl7v2": _hl7, "fhir": _fhir, "cda": _cda}


def _plain(event: str) -> str:
    """The column is plain text: only what looks like an event goes into it."""
    return event if _PLAIN_EVENT.match(event) else "?"
