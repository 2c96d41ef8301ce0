"""One fact: what one message says of one movement of a stay. Also as an extension of Encounter.

Facts are never changed and never taken back: a correction is one more fact, and so is a
cancellation, which may come before what it cancels.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec

from hygie.fhir.french.kinds import CANCELS, KINDS

Json = dict[str, Any]
Action = Literal["INSERT", "UPDATE", "CANCEL"]

MOVEMENT: Final = "urn:hygie:movement"
"""Extension of Encounter: a movement in force. With `recorded` it is its only fact as well."""
FACT: Final = "urn:hygie:movement-fact"
"""Extension of Encounter: one of several facts of a movement, or one of a movement not in force."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Empty means not said. References are "Type/id"."""

    action: Action = "INSERT"
    event: str = ""
    """The event that inserted the movement (of an update: ZBE-6), or the one that cancels it."""
    start: str
    """FHIR dateTime with a time of day."""
    recorded: str
    """When the sender recorded it: the order in which facts hold."""
    id: str = ""
    """ZBE-1, with its authority."""
    historic: bool = False
    """ZBE-5: about a movement that is not the current one."""
    patient_class: str = ""
    """PV1-2 as sent (HL7 table 0004)."""
    location: str = ""
    medical_unit: str = ""
    nursing_unit: str = ""
    nature: str = ""
    """ZBE-9: what the movement changes (S, H, M, L, D…)."""
    expected: str = ""
    """What is planned: admission, return, discharge."""
    attending: tuple[Json, ...] = ()
    """Who is in charge (PV1-7), as references."""
    disposition: Json = {}
    """Where the patient goes (PV1-36), as a concept: of a discharge."""

    @property
    def kind(self) -> str:
        """What it is about; the event itself when it is not one of ours, empty when not said."""
        if self.action == "CANCEL" and self.event in CANCELS:
            return CANCELS[self.event]
        return KINDS.get(self.event, self.event)

    @property
    def weight(self) -> tuple[datetime, int, bytes]:
        """Of two facts on one movement the heavier one holds, whichever came first."""
        rank = ("INSERT", "UPDATE", "CANCEL").index(self.action)
        return instant(self.recorded), rank, msgspec.json.encode(self, order="sorted")


CONTENT: Final = (
    "patient_class", "location", "medical_unit", "nursing_unit", "nature", "expected",
    "attending", "disposition",
)  # fmt: skip
"""What an update leaves as it was when it does not say it."""

_PARTS: Final = {
    "event": "valueCode",
    "start": "valueDateTime",
    "id": "valueString",
    "patient_class": "valueCode",
    "location": "valueReference",
    "medical_unit": "valueReference",
    "nursing_unit": "valueReference",
    "nature": "valueCode",
    "expected": "valueDateTime",
    "disposition": "valueCodeableConcept",
    "action": "valueCode",
    "recorded": "valueInstant",
    "historic": "valueBoolean",
}
_ATTENDING: Final = "attending"
_RECORDED: Final = "recorded"
_URLS: Final = {name: name.replace("_", "-") for name in _PARTS}
_NAMES: Final = {url: name for name, url in _URLS.items()}


@lru_cache(maxsize=4_096)  # each is asked for a dozen times a message
def instant(moment: str) -> datetime:
    """Moments have an offset: they compare across a change of clocks."""
    return datetime.fromisoformat(moment)


def to_extension(url: str, said: msgspec.Struct) -> Json:
    """A fact, or a movement, which has fewer parts. To insert is what goes without saying."""
    parts: list[Json] = []
    for name, choice in _PARTS.items():
        value = getattr(said, name, "")
        if value and value != "INSERT":
            value = {"reference": value} if choice == "valueReference" else value
            parts.append({"url": _URLS[name], choice: value})
    doctors = getattr(said, _ATTENDING, ())
    parts += ({"url": _ATTENDING, "valueReference": doctor} for doctor in doctors)
    return {"url": url, "extension": parts}


def read_facts(encounter: Json) -> list[Fact]:
    """Every fact that an Encounter keeps."""
    held = [
        extension["extension"]
        for extension in encounter.get("extension", [])
        if extension.get("url") in (MOVEMENT, FACT)
    ]
    return [_read(parts) for parts in held if any(part["url"] == _RECORDED for part in parts)]


def _read(parts: Iterable[Json]) -> Fact:
    values: Json = {}
    attending = []
    for part in parts:
        if part["url"] == _ATTENDING:
            attending.append(part["valueReference"])
            continue
        name = _NAMES[part["url"]]
        choice = _PARTS[name]
        value = part[choice]
        values[name] = value["reference"] if choice == "valueReference" else value
    return Fact(**values, attending=tuple(attending))
