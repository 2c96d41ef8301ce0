"""PID to FHIR elements of Patient that are not identity: address, telecom, civil status, death.

PID-10 (race), PID-17 (religion) and PID-22 (ethnic group) are forbidden in France and never read
(IHE ITI volume 4, French extension).
"""

from typing import Any
from zoneinfo import ZoneInfo

from hygie.fhir.french import names as french
from hygie.hl7v2.message import Field, Segment
from hygie.hl7v2.timestamps import field_date_time

BIRTH_PLACE = "BDL"
_ADDRESS_USE = {"H": "home", "C": "temp", "B": "work", "O": "work", "BA": "old", "V": "temp"}
_ADDRESS_TYPE = {"M": "postal"}
_TELECOM_SYSTEM = {"PH": "phone", "CP": "phone", "FX": "fax", "BP": "pager", "SAT": "phone"}
_TELECOM_USE = {"PRN": "home", "ORN": "home", "VHN": "temp", "WPN": "work", "ASN": "work"}
_CLEARED = {
    11: ("address",),
    13: ("telecom",),
    16: ("maritalStatus",),
    29: ("deceasedDateTime",),
    30: ("deceasedBoolean",),
}


def details(pid: Segment, zone: ZoneInfo) -> dict[str, Any]:
    """Elements that have a value."""
    elements = {
        "address": [address(f) for f in pid.repetitions(11) if f.text(7) != BIRTH_PLACE and f],
        "telecom": [t for number in (13, 14) for f in pid.repetitions(number) if (t := telecom(f))],
        "maritalStatus": _marital_status(pid),
        **_multiple_birth(pid),
        **_death(pid, zone),
    }
    return {name: value for name, value in elements.items() if value not in ([], {}, None, "")}


def cleared(pid: Segment) -> frozenset[str]:
    """Elements that the message asks to delete ("" in the field), or that another form replaces."""
    names = {name for number, group in _CLEARED.items() if pid.is_null(number) for name in group}
    if pid.text(29) or pid.text(30):
        names |= {"deceasedDateTime", "deceasedBoolean"}
    if pid.text(24) or pid.text(25):
        names |= {"multipleBirthBoolean", "multipleBirthInteger"}
    return frozenset(names)


def address(field: Field) -> dict[str, Any]:
    """XAD; component 9 holds the INSEE code of the commune."""
    kind, insee = field.text(7), field.text(9)
    lines = [line for line in (field.text(1), field.text(2)) if line]
    code = {"system": french.COMMUNES, "code": insee}
    element = {
        "extension": [{"url": french.INSEE_CODE, "valueCoding": code}] if insee else [],
        "use": _ADDRESS_USE.get(kind, ""),
        "type": _ADDRESS_TYPE.get(kind, ""),
        "line": lines,
        "city": field.text(3),
        "state": field.text(4),
        "postalCode": field.text(5),
        "country": field.text(6),
    }
    return {name: value for name, value in element.items() if value}


def telecom(field: Field) -> dict[str, Any]:
    """XTN, with the number in component 1 or 12 (or its parts), the mail address in 4."""
    equipment, use = field.text(3), field.text(2)
    mail = field.text(4)
    number = field.text(1) or field.text(12) or " ".join(filter(None, map(field.text, (5, 6, 7))))
    value = mail or number
    if not value:
        return {}
    system = "email" if mail or "@" in value else _TELECOM_SYSTEM.get(equipment, "phone")
    element = {"system": system, "value": value, "use": _TELECOM_USE.get(use, "")}
    if equipment == "CP":
        element["use"] = "mobile"
    return {name: text for name, text in element.items() if text}


def _marital_status(pid: Segment) -> dict[str, Any]:
    code = pid.text(16)
    system = "http://terminology.hl7.org/CodeSystem/v2-0002"
    return {"coding": [{"system": system, "code": code}]} if code else {}


def _multiple_birth(pid: Segment) -> dict[str, Any]:
    order = pid.text(25)
    if order.isascii() and order.isdigit():
        return {"multipleBirthInteger": int(order)}
    return {"multipleBirthBoolean": pid.text(24) == "Y"} if pid.text(24) in ("Y", "N") else {}


def _death(pid: Segment, zone: ZoneInfo) -> dict[str, Any]:
    moment = field_date_time(pid, 29, zone)
    if moment:
        return {"deceasedDateTime": moment}
    return {"deceasedBoolean": pid.text(30) == "Y"} if pid.text(30) in ("Y", "N") else {}
