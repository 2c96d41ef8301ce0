"""Encounter -> EVN, PV1, ZBE of an ADT, as PAM-FR 2.11 has them.

What is told is where the stay has come to: the last movement that it keeps, or what its state
says. Corrections and cancellations cannot be told from a state; PAM feeds have them, this has not.
"""

from collections.abc import Mapping
from typing import Any, Final

from hygie.hl7v2.writing import (
    components,
    identifier,
    moment,
    segment,
    text,
)

Json = dict[str, Any]
MOVEMENT: Final = "urn:hygie:movement"
"""Extension of Encounter in which the intake keeps each movement."""
EVENTS: Final = frozenset({"A01", "A02", "A03", "A04", "A06", "A07"})
STRUCTURES: Final = {"A04": "ADT_A01", "A07": "ADT_A06"}
"""MSH-9.3, when it is not ADT_ and the event."""
CLASSES: Final = {
    "IMP": "I", "ACUTE": "I", "NONAC": "I", "OBSENC": "I", "EMER": "E", "AMB": "O", "VR": "O",
    "HH": "O", "SS": "O", "PRENC": "P",
}  # fmt: skip
"""Encounter.class -> PV1-2 (HL7 table 0004)."""


def event_of(encounter: Json) -> str:
    """`A01`, `A02`…: of the last movement, if it is one that is told; else by the state."""
    told = str(_last(encounter).get("event", {}).get("valueCode", ""))
    if told in EVENTS:
        return told
    if encounter.get("status") == "finished":
        return "A03"
    if len(encounter.get("location", [])) > 1:
        return "A02"
    return "A01" if _class(encounter) == "I" else "A04"


def structure_of(event: str) -> str:
    return STRUCTURES.get(event, f"ADT_{event}")


def evn(encounter: Json, recorded: str) -> str:
    return segment("EVN", {2: recorded, 6: _start(encounter)})


def pv1(encounter: Json, context: Mapping[str, Json]) -> str:
    """`context`: what goes with the stay, by its reference (`Location/id`)."""
    period = encounter.get("period", {})
    return segment(
        "PV1",
        {
            1: "1",
            2: _class(encounter),
            3: _place(encounter, context),
            19: number_of(encounter, "VN"),
            44: moment(period.get("start")),
            45: moment(period.get("end")),
        },
    )


def zbe(encounter: Json, context: Mapping[str, Json]) -> str:
    unit = context.get(str(encounter.get("serviceProvider", {}).get("reference")), {})
    return segment(
        "ZBE",
        {
            1: _movement_id(encounter),
            2: _start(encounter),
            4: "INSERT",
            5: "N",
            7: _unit(unit),
            9: text(_last(encounter).get("nature", {}).get("valueCode", "HMS")),
        },
    )


def number_of(encounter: Json, kind: str) -> str:
    """The number of the stay (CX); its id, when it has no other."""
    for one in encounter.get("identifier", []):
        if one.get("value"):
            return identifier(str(one["value"]), str(one.get("system", "")), kind)
    return f"{text(encounter.get('id', ''))}^^^HYGIE^{kind}"


def _last(encounter: Json) -> dict[str, Json]:
    """Parts of the last movement, by their names."""
    kept = [one for one in encounter.get("extension", []) if one.get("url") == MOVEMENT]
    return {part["url"]: part for part in kept[-1]["extension"]} if kept else {}


def _start(encounter: Json) -> str:
    period = encounter.get("period", {})
    state = period.get("end") or _located(encounter).get("period", {}).get("start")
    told = _last(encounter).get("start", {}).get("valueDateTime")
    return moment(told or state or period.get("start"))


def _movement_id(encounter: Json) -> str:
    told = str(_last(encounter).get("id", {}).get("valueString", ""))
    if not told:
        version = encounter.get("meta", {}).get("versionId", "1")
        return components(f"{encounter.get('id', '')}-{version}", "HYGIE")
    owner, _, number = told.rpartition("|")
    if owner.replace(".", "").isdigit():
        return components(number, "", owner, "ISO")
    return components(number, owner)


def _class(encounter: Json) -> str:
    coding = encounter.get("class", {})
    code = str(coding.get("code", ""))
    if str(coding.get("system", "")).endswith("v2-0004"):
        return text(code)
    return CLASSES.get(code, "U")


def _located(encounter: Json) -> Json:
    """The place where the patient is: the last one that has not ended."""
    places: list[Json] = encounter.get("location", [])
    here = [one for one in places if not one.get("period", {}).get("end")]
    return (here or places or [{}])[-1]


def _place(encounter: Json, context: Mapping[str, Json]) -> str:
    """PL: unit, room, bed where the place was received so; else its name (component 9)."""
    reference = _located(encounter).get("location", {}).get("reference", "")
    place = context.get(reference, {})
    for one in place.get("identifier", []):
        if str(one.get("system", "")).endswith(":lieu"):
            return components(*str(one.get("value", "")).split("/"))
    name = place.get("name", "")
    return components("", "", "", "", "", "", "", "", name) if name else ""


def _unit(unit: Json) -> str:
    """XON: name, and code in component 10."""
    code = next((one.get("value", "") for one in unit.get("identifier", [])), "")
    name = unit.get("name", "")
    return components(name, *[""] * 5, "UF", "", "", code) if code else ""
