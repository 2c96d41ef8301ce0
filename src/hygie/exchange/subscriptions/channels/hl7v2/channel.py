"""Messages to HL7 v2 destinations: `mllp://host:port`, or `mllps://` with TLS."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from hygie.exchange.mllp import Destination
from hygie.exchange.subscriptions.channels import Delivered, Header, Outcome, Retry, Target
from hygie.exchange.subscriptions.channels.hl7v2 import phrases
from hygie.exchange.subscriptions.channels.hl7v2.composing import Notified, message
from hygie.exchange.subscriptions.channels.phrases import filled, said, wrong
from hygie.exchange.subscriptions.channels.signature import ID, identifier_of
from hygie.hl7v2.writing import text
from hygie.outbound.outbound import Outbound
from hygie.outbound.place import Place, read_place
from hygie.refusal import Refused

PORTS: Final = {"mllp": 2575, "mllps": 2575}
"""IANA's port of HL7, and the schemes that HAPI and others use."""
TOPICS: Final = frozenset({"urn:hygie:topic:hl7v2-adt", "urn:hygie:topic:hl7v2-oru"})
"""Those whose notifications hold all that a message takes."""
MIME: Final = frozenset({"", "x-application/hl7-v2+er7"})
CHOSEN: Final = {f"msh-{number}": number for number in (3, 4, 5, 6, 11)}
"""`channel.header`: applications, facilities and processing id of MSH."""
TAKEN: Final = frozenset({"AA", "CA"})


class Hl7v2:
    """Keeps `Channel`. One connection a destination, kept; one message an event."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._destinations: dict[Place, Destination] = {}

    async def admit(self, target: Target) -> None:
        if target.topic.partition("|")[0] not in TOPICS:
            known = ", ".join(sorted(TOPICS))
            raise wrong("topic", phrases.TOPIC, "criteria", code="not-supported", known=known)
        if target.mime_type not in MIME:
            raise wrong("payload", phrases.PAYLOAD, "channel.payload", code="not-supported")
        if target.content != "full-resource" or target.max_count != 1:
            raise wrong("content", phrases.CONTENT, "channel.payload", code="not-supported")
        _chosen(target)
        await self._outbound.check_place(read_place(target.endpoint, PORTS))

    async def deliver(self, target: Target, body: bytes, headers: Sequence[Header] = ()) -> Outcome:
        try:
            async with asyncio.timeout(target.timeout_seconds):
                return await self._told(target, body, headers)
        except Refused as refused:
            return Retry(filled(refused.refusal.issues[0]))
        except (OSError, EOFError):
            return Retry(phrases.NO_ANSWER)

    async def _told(self, target: Target, body: bytes, headers: Sequence[Header]) -> Outcome:
        destination = self._destination(read_place(target.endpoint, PORTS))
        notified = Notified(body)
        if not notified.happened:
            await destination.reach(target.timeout_seconds)
            return Delivered()
        given = next((value for name, value in headers if name.lower() == ID), "")
        identifier = given or identifier_of(target.id, body)
        control, written = message(notified, _chosen(target), identifier)
        if not written:
            return Retry(phrases.NO_PATIENT)
        return _outcome(await destination.exchange(written, target.timeout_seconds), control)

    def _destination(self, place: Place) -> Destination:
        return self._destinations.setdefault(place, Destination(self._outbound, place))


def _chosen(target: Target) -> Mapping[int, str]:
    """Fields of MSH by number. Raises `Refused` for other headers."""
    for name, _ in target.headers:
        if name.lower() not in CHOSEN:
            raise wrong("header", phrases.HEADER, "channel.header", name=name)
    return {CHOSEN[name.lower()]: text(value) for name, value in target.headers}


def _outcome(acknowledgement: bytes, control: str) -> Outcome:
    """MSA-1, when MSA-2 is ours."""
    separator = chr(acknowledgement[3]) if len(acknowledgement) > 3 else "|"
    for line in acknowledgement.decode("latin-1").replace("\n", "\r").split("\r"):
        fields = line.split(separator)
        if fields[0] == "MSA" and len(fields) > 2 and fields[2].strip() == control:
            code = fields[1].strip()
            return Delivered() if code in TAKEN else Retry(said(phrases.CODE, code=code[:2]))
    return Retry(phrases.NO_ACKNOWLEDGEMENT)
