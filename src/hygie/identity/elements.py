"""FHIR elements of an identity, as FR Core 2.2.0 writes and Hygie reads them."""

from typing import Any

from hygie.fhir.french import names as french
from hygie.identity import systems
from hygie.identity.ins import Kind, Matricule
from hygie.identity.person import LocalIdentifier
from hygie.identity.status import Attribute, Reliability, Status, reliability, to_code
from hygie.identity.traits import Traits

Element = dict[str, Any]


def ins_identifier(number: Matricule) -> Element:
    return {
        "use": "official",
        "type": {"coding": [{"system": french.IDENTIFIER_TYPES_FR, "code": number.kind.code}]},
        "system": number.kind.system,
        "value": number.value,
    }


def unqualified_identifier(number: Matricule) -> Element:
    """A matricule kept for the identity desk: not an INS to any reader."""
    return {
        "use": "temp",
        "type": {"text": "Matricule INS reçu sans identité qualifiée"},
        "system": systems.UNQUALIFIED_INS + number.kind.oid,
        "value": number.value,
    }


def local_element(identifier: LocalIdentifier) -> Element:
    coding = {
        "system": systems.IDENTIFIER_TYPES,
        "code": "PI",
        "display": "Patient internal identifier",
    }
    return {
        "use": "usual",
        "type": {"coding": [coding]},
        "system": identifier.system,
        "value": identifier.value,
    }


def reliability_extensions(value: Reliability) -> list[Element]:
    """The exact RNIV status, then its FR Core code and attributes."""
    codes = [to_code(value), *sorted(attribute.value for attribute in value.attributes)]
    return [
        {"url": systems.IDENTITY_STATUS, "valueCode": value.status.value},
        *({"url": french.RELIABILITY, "extension": [_status_part(code)]} for code in codes),
    ]


def _status_part(code: str) -> Element:
    coding = {"system": french.RELIABILITY_CODES, "code": code}
    return {"url": "identityStatus", "valueCoding": coding}


def birth_place_extension(insee_code: str) -> Element:
    coding = {"system": french.COMMUNES, "code": insee_code}
    code = {"url": french.INSEE_CODE, "valueCoding": coding}
    return {"url": french.BIRTH_PLACE, "valueAddress": {"extension": [code]}}


def names(traits: Traits) -> list[Element]:
    """Official (birth) name, then usual name when one is known."""
    result = []
    if traits.birth_name:
        result.append(_official(traits))
    if traits.used_name or traits.used_given:
        family = traits.used_name or traits.birth_name
        usual: Element = {"use": "usual", **({"family": family} if family else {})}
        given = traits.used_given or traits.given
        result.append(usual | ({"given": [given]} if given else {}))
    return result


def _official(traits: Traits) -> Element:
    name: Element = {"use": "official", "family": traits.birth_name}
    if traits.given_list:
        name["extension"] = [
            {"url": french.BIRTH_LIST_GIVEN_NAME, "valueString": traits.given_list}
        ]
    if traits.given:
        name["given"] = [traits.given]
    return name


def read_traits(patient: Element) -> Traits:
    """The traits a stored Patient holds."""
    official = _name(patient, "official")
    usual = _name(patient, "usual")
    return Traits(
        birth_name=official.get("family", ""),
        given=_first(official.get("given")),
        given_list=_extension(official, french.BIRTH_LIST_GIVEN_NAME).get("valueString", ""),
        used_name=usual.get("family", ""),
        used_given=_first(usual.get("given")),
        birth_date=patient.get("birthDate", ""),
        gender=patient.get("gender", ""),
        birth_place=_birth_place(patient),
    )


def read_reliability(patient: Element) -> Reliability:
    """The RNIV status and attributes a stored Patient holds; provisional when it says nothing."""
    codes = {
        part.get("valueCoding", {}).get("code", "")
        for extension in _extensions(patient, french.RELIABILITY)
        for part in _extensions(extension, "identityStatus")
    }
    exact = _extension(patient, systems.IDENTITY_STATUS).get("valueCode", "")
    status = Status[exact] if exact in Status.__members__ else _status_of(codes, patient)
    return reliability(status, (item for item in Attribute if item.value in codes))


def _status_of(codes: set[str], patient: Element) -> Status:
    if "VALI" not in codes:
        return Status.PROV
    return Status.QUAL if read_ins(patient) else Status.VALI


def read_ins(patient: Element) -> Matricule | None:
    """The INS in use: an `official` identifier of an INS system."""
    for identifier in patient.get("identifier", []):
        number = as_ins(identifier)
        if number is not None and identifier.get("use") == "official":
            return number
    return None


def as_ins(identifier: Element) -> Matricule | None:
    system = identifier.get("system", "")
    kind = next((kind for kind in Kind if kind.system == system), None)
    value = identifier.get("value", "")
    return Matricule(value, kind) if kind and value else None


def _name(patient: Element, use: str) -> Element:
    return next((name for name in patient.get("name", []) if name.get("use") == use), {})


def _birth_place(patient: Element) -> str:
    address = _extension(patient, french.BIRTH_PLACE).get("valueAddress", {})
    code: str = _extension(address, french.INSEE_CODE).get("valueCoding", {}).get("code", "")
    return code


def _extensions(element: Element, url: str) -> list[Element]:
    return [item for item in element.get("extension", []) if item.get("url") == url]


def _extension(element: Element, url: str) -> Element:
    return next(iter(_extensions(element, url)), {})


def _first(values: Any) -> str:
    return values[0] if values and isinstance(values[0], str) else ""
