"""Encounter -> EVN, PV1, ZBE of an ADT, as PAM-FR 2.11 has them.

What is told is where the stay has come to: the last movement that it keeps, or what its state
says. Corrections and cancellations cannot be told from a state: routes tell facts instead (`stay`).
"""

from collections.abc import Mapping
from typing import Any, Final

from hygie.exchange.messages.places import place, unit
from hygie.exchange.messages.stay import STRUCTURES, movement, patient_class
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


def event_of(encounter: Json) -> str:
    """`A01`, `A02`…: of the last movement, if it is one that is told; else by the state."""
    told = str(_last(encounter).get("event", {}).get("valueCode", ""))
    if told in EVENTS:
        return told
    if encounter.get("status") == "finished":
        return "A03"
    if len(encounter.get("location", [])) > 1:
        return "A02"
    return "A01" if patient_class(encounter) == "I" else "A04"


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
            2: patient_class(encounter),
            3: place(_here(encounter), context),
            19: number_of(encounter, "VN"),
            44: moment(period.get("start")),
            45: moment(period.get("end")),
        },
    )


def zbe(encounter: Json, context: Mapping[str, Json]) -> str:
    provider = str(encounter.get("serviceProvider", {}).get("reference", ""))
    return segment(
        "ZBE",
        {
            1: _movement_id(encounter),
            2: _start(encounter),
            4: "INSERT",
            5: "N",
            7: unit(provider, context),
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
    if told:
        return movement(told)
    version = encounter.get("meta", {}).get("versionId", "1")
    return components(f"{encounter.get('id', '')}-{version}", "HYGIE")


def _located(encounter: Json) -> Json:
    """The place where the patient is: the last one that has not ended."""
    places: list[Json] = encounter.get("location", [])
    here = [one for one in places if not one.get("period", {}).get("end")]
    return (here or places or [{}])[-1]


def _here(encounter: Json) -> str:
    return str(_located(encounter).get("location", {}).get("reference", ""))
