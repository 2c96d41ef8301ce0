"""One movement of a stay, and the extension of Encounter that keeps it.

A stay *is* its movements: status, period, class and places follow from them (`stay`), so that a
movement can be corrected or cancelled and the stay be right again.
"""

from typing import Any, Final

import msgspec

MOVEMENT: Final = "urn:hygie:movement"
"""Extension of Encounter: one movement, its parts as sub-extensions."""

OPENING: Final = ("A01", "A04", "A05")
ADMISSION: Final = ("A01", "A04")
DISCHARGE: Final = "A03"
CANCELS: Final = {
    "A11": ADMISSION,
    "A38": ("A05",),
    "A12": ("A02",),
    "A13": (DISCHARGE,),
    "A52": ("A21",),
    "A53": ("A22",),
}
"""Cancelling event -> the events it cancels (PAM-FR 2.11). A06 and A07 cancel each other by
being sent again, as a change the other way."""


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """Empty means not said. References are "Type/id"."""

    event: str
    start: str
    """FHIR dateTime with a time of day."""
    id: str = ""
    """ZBE-1, with its authority."""
    patient_class: str = ""
    """PV1-2 as sent (HL7 table 0004)."""
    location: str = ""
    medical_unit: str = ""
    nursing_unit: str = ""
    nature: str = ""
    """ZBE-9: what the movement changes (S, H, M, L, D…)."""


_PARTS: Final = {
    "event": "valueCode",
    "start": "valueDateTime",
    "id": "valueString",
    "patient_class": "valueCode",
    "location": "valueReference",
    "medical_unit": "valueReference",
    "nursing_unit": "valueReference",
    "nature": "valueCode",
}


def to_extension(movement: Movement) -> dict[str, Any]:
    parts = []
    for name, choice in _PARTS.items():
        text = getattr(movement, name)
        if text:
            value = {"reference": text} if choice == "valueReference" else text
            parts.append({"url": name.replace("_", "-"), choice: value})
    return {"url": MOVEMENT, "extension": parts}


def read_movements(encounter: dict[str, Any]) -> tuple[Movement, ...]:
    """The movements an Encounter keeps, in order."""
    return tuple(
        _read(extension)
        for extension in encounter.get("extension", [])
        if extension.get("url") == MOVEMENT
    )


def _read(extension: dict[str, Any]) -> Movement:
    parts = {part["url"].replace("-", "_"): part for part in extension["extension"]}
    values = {}
    for name, choice in _PARTS.items():
        value = parts.get(name, {}).get(choice, "")
        values[name] = value["reference"] if isinstance(value, dict) else value
    return Movement(**values)
