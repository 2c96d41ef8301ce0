"""One fact of a stay -> the ADT that tells it, as PAM-FR 2.11 has it: EVN, PID, PV1, PV2, ZBE.

Facts are what a stay follows from, whatever their order: who files each of them has the same stay.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from hygie.exchange.messages.person import pid
from hygie.exchange.messages.places import place, professional, unit
from hygie.fhir.french import kinds
from hygie.fhir.french.facts import Fact
from hygie.hl7v2.writing import components, identifier, moment, repetitions, segment, text

Json = dict[str, Any]
STRUCTURES: Final = {
    "A04": "ADT_A01", "A13": "ADT_A01", "Z99": "ADT_A01", "A07": "ADT_A06", "A10": "ADT_A09",
    "A11": "ADT_A09", "A14": "ADT_A05", "A28": "ADT_A05", "A31": "ADT_A05", "A22": "ADT_A21",
    "A25": "ADT_A21", "A26": "ADT_A21", "A27": "ADT_A21", "A32": "ADT_A21", "A33": "ADT_A21",
    "A53": "ADT_A52", "A55": "ADT_A54", "A40": "ADT_A39",
}  # fmt: skip
"""MSH-9.3 when it is not ADT_ and the event (HL7 v2.5 table 0354, PAM-FR §5.2)."""
PARTICIPANTS: Final = {8: "REF", 9: "CON", 17: "ADM"}
"""PV1-7 is of the fact itself."""
HOSPITAL: Final = "HMS"
"""ZBE-9 of a movement that does not say what it changes."""


def named(event: str) -> str:
    """MSH-9."""
    return f"ADT^{event}^{STRUCTURES.get(event, f'ADT_{event}')}"


def event_of(fact: Fact) -> str:
    """The trigger event of an update is Z99; of all else, its own."""
    return kinds.UPDATE if fact.action == "UPDATE" else fact.event


def segments(fact: Fact, encounter: Json, patient: Json, context: Mapping[str, Json]) -> list[str]:
    """All but MSH. `context`: units and places, by reference."""
    return [
        _evn(fact),
        pid(patient, number(encounter, "AN")),
        _pv1(fact, encounter, context),
        _pv2(fact, encounter),
        _zbe(fact, context),
    ]


def number(encounter: Json, kind: str) -> str:
    """The number of a stay (CX) of type VN or AN. Empty when there is none of it; of VN, any other
    number that is not AN, or its id."""
    others = []
    for one in encounter.get("identifier", []):
        if not (value := one.get("value")):
            continue
        codes = {c.get("code") for c in one.get("type", {}).get("coding", [])}
        if kind in codes:
            return identifier(str(value), str(one.get("system", "")), kind)
        if "AN" not in codes:
            others.append(identifier(str(value), str(one.get("system", "")), kind))
    if kind != "VN":
        return ""
    return others[0] if others else f"{text(encounter.get('id', ''))}^^^HYGIE^{kind}"


def visit(encounter: Json) -> str:
    """PV1 of what belongs to a stay: a result, a document."""
    if not encounter:
        return ""
    return segment("PV1", {1: "1", 2: patient_class(encounter), 19: number(encounter, "VN")})


def _evn(fact: Fact) -> str:
    """EVN-6 only where no ZBE says when."""
    planned = "" if fact.kind == kinds.LEAVE else moment(fact.expected)
    start = "" if fact.id else moment(fact.start)
    return segment("EVN", {2: moment(fact.recorded), 3: planned, 6: start})


def _pv1(fact: Fact, encounter: Json, context: Mapping[str, Json]) -> str:
    leaving = encounter.get("hospitalization", {})
    fields = {
        1: "1",
        2: text(fact.patient_class) or patient_class(encounter),
        3: place(fact.location, context),
        7: repetitions(professional(one) for one in fact.attending),
        14: coded(leaving.get("admitSource", {})),
        19: number(encounter, "VN"),
        36: coded(fact.disposition),
    }
    for field, code in PARTICIPANTS.items():
        fields[field] = repetitions(_people(encounter, code))
    return segment("PV1", fields)


def _pv2(fact: Fact, encounter: Json) -> str:
    reason = next((str(one.get("text", "")) for one in encounter.get("reasonCode", [])), "")
    back = moment(fact.expected) if fact.kind == kinds.LEAVE else ""
    if not reason and not back:
        return ""
    return segment("PV2", {3: components("", reason), 47: back})


def _zbe(fact: Fact, context: Mapping[str, Json]) -> str:
    if not fact.id:
        return ""
    return segment(
        "ZBE",
        {
            1: movement(fact.id),
            2: moment(fact.start),
            4: fact.action,
            5: "Y" if fact.historic else "N",
            6: _original(fact),
            7: unit(fact.medical_unit, context),
            8: unit(fact.nursing_unit, context),
            9: text(fact.nature or HOSPITAL),
        },
    )


def movement(told: str) -> str:
    """ZBE-1 of an identifier as it is kept: its authority, and its number."""
    owner, _, value = told.rpartition("|")
    if owner.replace(".", "").isdigit():
        return components(value, "", owner, "ISO")
    return components(value, owner)


def _original(fact: Fact) -> str:
    """ZBE-6: of an update, what inserted the movement; of a cancellation, what is cancelled."""
    if fact.action == "UPDATE":
        return text(fact.event)
    return text(fact.kind) if fact.action == "CANCEL" else ""


def coded(concept: Json) -> str:
    """The first code of a concept, and its text (IS, CE)."""
    codings = concept.get("coding", [])
    code = codings[0].get("code", "") if codings else ""
    said = concept.get("text", "")
    return components(code, "" if said == code else said)


def patient_class(encounter: Json) -> str:
    """PV1-2 of Encounter.class (HL7 table 0004)."""
    coding = encounter.get("class", {})
    code = str(coding.get("code", ""))
    if str(coding.get("system", "")).endswith("v2-0004"):
        return text(code)
    return CLASSES.get(code, "U")


def _people(encounter: Json, code: str) -> Iterable[str]:
    for one in encounter.get("participant", []):
        codes = {c.get("code") for kind in one.get("type", []) for c in kind.get("coding", [])}
        if code in codes:
            yield professional(one.get("individual", {}))


CLASSES: Final = {
    "IMP": "I", "ACUTE": "I", "NONAC": "I", "OBSENC": "I", "EMER": "E", "AMB": "O", "VR": "O",
    "HH": "O", "SS": "O", "PRENC": "P",
}  # fmt: skip
