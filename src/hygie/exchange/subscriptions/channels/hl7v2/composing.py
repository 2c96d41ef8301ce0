"""A notification of one event -> one message, byte for byte the same at every attempt."""

from collections.abc import Mapping
from typing import Any

from hygie.exchange.messages.header import control_of, joined, msh
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
from hygie.hl7v2.writing import moment
from hygie.limits import MAX_BUNDLE_BYTES

Json = dict[str, Any]


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
    control = control_of(identifier)
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
    return control, joined([msh(named, control, notified.at, header), *rest])


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
