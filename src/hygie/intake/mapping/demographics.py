"""XAD and XTN to Address and ContactPoint (HL7 v2.5 §2.A.89, §2.A.91; French annex of IHE PAM)."""

from typing import Any

from hygie.fhir.french import names as french
from hygie.hl7v2.message import Field

BIRTH_PLACE = "BDL"
_ADDRESS_USE = {"H": "home", "C": "temp", "B": "work", "O": "work", "BA": "old", "V": "temp"}
_ADDRESS_TYPE = {"M": "postal"}
_TELECOM_SYSTEM = {"PH": "phone", "CP": "phone", "FX": "fax", "BP": "pager", "SAT": "phone"}
_TELECOM_USE = {"PRN": "home", "ORN": "home", "VHN": "temp", "WPN": "work", "ASN": "work"}


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
