"""A notification of one event -> one message, byte for byte the same at every attempt."""

import hashlib
from base64 import b32encode
from collections.abc import Mapping
from typing import Any, Final

from hygie.exchange.messages.person import pid
from hygie.exchange.messages.results import obr, observations, obxs
from hygie.exchange.messages.state import (
    event_of,
    evn,
    number_of,
    pv1,
    structure_of,
    zbe,
)
from hygie.fhir.codec import decode
from hygie.hl7v2.writing import DELIMITERS, moment, segment
from hygie.limits import MAX_BUNDLE_BYTES

Json = dict[str, Any]
CONTROL_CHARACTERS: Final = 20
"""Of MSH-10 (HL7 v2.5)."""


class Notified:
    """What one notification holds."""

    def __init__(self, body: bytes) -> None:
        entries = decode(body, limit=MAX_BUNDLE_BYTES).get("entry", [])
        self._resources: dict[str, Json] = {
            "/".join(str(one.get("fullUrl", "")).split("/")[-2:]): one["resource"]
            for one in entries[1:]
            if "resource" in one
        }
        self._event = _event(entries[0]["resource"]) if entries else {}

    @property
    def happened(self) -> bool:
        """False for a handshake or a heartbeat."""
        return bool(self._event)

    @property
    def focus(self) -> Json:
        """Empty when it may not be read, or is there no more."""
        reference = str(self._event.get("focus", {}).get("reference", ""))
        return self._resources.get("/".join(reference.split("/")[-2:]), {})

    @property
    def context(self) -> Mapping[str, Json]:
        return self._resources

    @property
    def at(self) -> str:
        return moment(self._event.get("timestamp"))


def message(notified: Notified, header: Mapping[int, str], identifier: str) -> tuple[str, bytes]:
    """MSH-10 and the message; empty when the notification does not hold what it takes.

    `header`: fields of MSH that the subscriber chose, already escaped. `identifier`: of the
    notification, from which MSH-10 follows.
    """
    focus, context = notified.focus, notified.context
    patient = context.get(str(focus.get("subject", {}).get("reference", "")), {})
    if not patient:
        return "", b""
    control = b32encode(hashlib.sha256(identifier.encode()).digest()).decode()[:CONTROL_CHARACTERS]
    if focus["resourceType"] == "Encounter":
        event = event_of(focus)
        named = f"ADT^{event}^{structure_of(event)}"
        rest = [
            evn(focus, notified.at), pid(patient, number_of(focus, "AN")), pv1(focus, context),
            zbe(focus, context),
        ]  # fmt: skip
    else:
        named = "ORU^R01^ORU_R01"
        rest = [pid(patient), obr(focus), *obxs(observations(focus, context))]
    segments = [_msh(named, header, control, notified.at), *rest]
    return control, "".join(f"{one}\r" for one in segments).encode()


def _msh(named: str, header: Mapping[int, str], control: str, at: str) -> str:
    french = named.startswith("ADT")
    fields = {
        1: DELIMITERS,  # MSH-2: the separator itself is MSH-1
        2: header.get(3, "HYGIE"),
        3: header.get(4, ""),
        4: header.get(5, ""),
        5: header.get(6, ""),
        6: at,
        8: named,
        9: control,
        10: header.get(11, "P"),
        11: "2.5^FRA^2.11" if french else "2.5",
        16: "FRA",
        17: "UNICODE UTF-8",
        20: "2.11^IHE_FRANCE-2.11-PAM" if french else "",
    }
    return segment("MSH", fields)


def _event(parameters: Json) -> Json:
    """Parts of the first event: name -> value."""
    for one in parameters.get("parameter", []):
        if one.get("name") == "notification-event":
            return {
                str(part["name"]): value
                for part in one.get("part", [])
                for name, value in part.items()
                if name.startswith("value")
            }
    return {}
