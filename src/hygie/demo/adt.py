"""ADT messages of the admission office: PAM-FR 2.11 (IHE ITI-30 and ITI-31).

Source: IHE ITI TF vol. 4, extension for France 2.11: PID-3 with the INS of a qualified identity
only, PID-5 L and D, PID-11 BDL with the COG code, PID-32, ZBE, ZFD.
"""

from datetime import date, datetime, timedelta

from hygie.demo.catalogue import Doctor, doctors, units
from hygie.demo.clock import hl7, hl7_day
from hygie.demo.hl7 import (
    IEP_OID,
    INS_OID,
    IPP_OID,
    MOVEMENT_OID,
    ROOT,
    UNIT_OID,
    authority,
    components,
    header,
    identifier,
    message,
    segment,
)
from hygie.demo.names import strict
from hygie.demo.people import Person
from hygie.demo.plan import Move, Visit

SENDER = "GAM"
STRUCTURES = {
    "A01": "ADT_A01", "A02": "ADT_A02", "A03": "ADT_A03", "A04": "ADT_A01", "A05": "ADT_A05",
    "A11": "ADT_A09", "A12": "ADT_A12", "A13": "ADT_A01", "A28": "ADT_A05", "A31": "ADT_A05",
    "A40": "ADT_A39",
}  # fmt: skip
RELIABILITY = {
    "qualified": "VALI", "validated": "VALI", "provisional": "PROV", "doubtful": "PROV~DOUT",
}  # fmt: skip


def identity_event(
    event: str, person: Person, moment: datetime, control: str, *, old: str = ""
) -> bytes:
    """A28 and A31 (person), A40 (merge of the record `old` into this one)."""
    body = [segment("MRG", {1: identifier(old, IPP_OID, "PI")})] if old else []
    if not old:
        body = [segment("PV1", {2: "N"}), *_zfd(person)]
    return message(*_opening(event, moment, moment, control), pid(person), *body)


def movement_event(
    event: str, person: Person, visit: Visit, move: Move, control: str, *, undone: str = ""
) -> bytes:
    """A01 to A05; A11, A12, A13 when `undone` names the event they cancel."""
    recorded = move.start
    if undone:
        recorded = move.undone or visit.cancelled or move.start
    occurred = visit.start if event == "A05" else move.start
    return message(
        *_opening(event, recorded + timedelta(seconds=40), occurred, control),
        pid(person, visit),
        pv1(event, visit, move, moment=recorded),
        *_pv2(event, visit),
        _zbe(event, move, occurred, undone),
        *_zfd(person),
    )


def _opening(event: str, recorded: datetime, occurred: datetime, control: str) -> tuple[str, str]:
    kind = f"ADT^{event}^{STRUCTURES[event]}"
    clerk = components("AGT07", "BUREAU DES ENTREES")
    return (
        header(SENDER, recorded, kind, control, pam=True),
        segment("EVN", {2: hl7(recorded), 5: clerk, 6: hl7(occurred)}),
    )


def pid(person: Person, visit: Visit | None = None) -> str:
    """PID; with the administrative file (PID-18) of a visit when there is one."""
    fields = {
        3: _identifiers(person),
        5: _names(person),
        7: hl7_day(person.birth),
        8: person.sex,
        11: _addresses(person),
        13: components("", "PRN", "CP", "", "", "", "", "", "", "", "", person.phone),
        18: identifier(visit.iep, f"{ROOT}.5", "AN") if visit else "",
        32: RELIABILITY[person.standing] + ("~HOMA" if person.homonym else ""),
    }
    if person.mother:
        fields[21] = identifier(person.mother, IPP_OID, "PI")
    return segment("PID", fields)


def _identifiers(person: Person) -> str:
    local = identifier(person.ipp, IPP_OID, "PI")
    if person.standing != "qualified":
        return local
    return f"{local}~{identifier(person.ins, INS_OID, 'INS', 'ASIP-SANTE-INS-NIR')}"


def _names(person: Person) -> str:
    """Birth name and list of given names; then the name in use, as it is said."""
    given = " ".join(map(strict, person.given))
    birth = components(strict(person.birth_name), strict(person.given[0]), given, "", "", "", "L")
    title = "MME" if person.sex == "F" else "M."
    used = components(person.family.upper(), person.first, "", "", title, "", "D")
    return f"{birth}~{used}"


def _addresses(person: Person) -> str:
    town = person.town
    home = components(person.street, "", town.name.upper(), "", town.postal, "FRA", "H")
    born = components("", "", person.place.name.upper(), "", "", "", "BDL", "", person.place.code)
    return f"{home}~{born}"


def _zfd(person: Person) -> list[str]:
    """How the identity was obtained, and when INSi was asked (PAM-FR ZFD-5 and 6)."""
    if person.standing != "qualified":
        return []
    asked = max(person.birth + timedelta(days=30), date(2024, 1, 15))
    return [segment("ZFD", {5: "INSI", 6: hl7_day(asked)})]


def doctor_of(unit: str, number: int) -> Doctor:
    """The practitioner of a unit in charge of the visit or movement of that number."""
    people = doctors()[unit]
    return people[number % len(people)]


def xcn(doctor: Doctor) -> str:
    """A practitioner by RPPS (national identifier: 8 then RPPS)."""
    name = components(f"8{doctor.rpps}", doctor.family.upper(), doctor.given, "", "", "Dr")
    issuer = authority("1.2.250.1.71.4.2.1", "ASIP-SANTE-PS")
    return f"{name}^^^{issuer}^D^^^RPPS"


def pv1(event: str, visit: Visit, move: Move, *, moment: datetime) -> str:
    pre = event == "A05"
    fields = {
        1: "1",
        2: "P" if pre else visit.patient_class,
        3: _location(move),
        4: _admission_type(visit, move),
        7: xcn(doctor_of(move.unit, int(visit.iep))),
        10: units()[move.unit].code,
        19: identifier(visit.iep, IEP_OID, "VN"),
        51: "V",
    }
    if event in ("A02", "A12"):
        fields[6] = _location(_previous(visit, move))
    if event == "A03":
        fields |= {36: visit.leaving, 45: hl7(moment)}
    if not pre:
        fields[44] = hl7(visit.start)
    return segment("PV1", fields)


def _admission_type(visit: Visit, move: Move) -> str:
    """PV1-4 (HL7 table 0007): emergency, childbirth, newborn, or routine."""
    special = {"4110": "L", "4120": "N", "1001": "E"}
    return special.get(visit.moves[0].unit, special.get(move.unit, "R"))


def _previous(visit: Visit, move: Move) -> Move:
    kept = [m for m in visit.moves if m.undone is None and m.start < move.start]
    return kept[-1] if kept else visit.moves[0]


def _location(move: Move) -> str:
    return f"{move.unit}^{move.room}^{move.bed}^{authority(UNIT_OID)}"


def _pv2(event: str, visit: Visit) -> list[str]:
    fields = {3: components("", visit.reason)}
    if event == "A05":
        fields[8] = hl7(visit.start)
    return [segment("PV2", fields)] if event in ("A01", "A04", "A05") else []


def _zbe(event: str, move: Move, occurred: datetime, undone: str) -> str:
    unit = units()[move.unit]
    responsible = f"{components(unit.name)}^^^^^{authority(UNIT_OID)}^UF^^^{unit.code}"
    fields = {
        1: f"{move.number}^{authority(MOVEMENT_OID).replace('&', '^')}",
        2: hl7(occurred),
        4: "CANCEL" if undone else "INSERT",
        5: "N",
        7: responsible,
        8: responsible,
        9: "HMS" if event != "A02" else "HM",
    }
    if undone:
        fields[6] = undone
    return segment("ZBE", fields)
