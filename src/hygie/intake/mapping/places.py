"""PL and XON to Location and Organization: units (UF) and beds, as the sender names them.

They are made as they are met, with an id that follows from the sender and the code, so that the
same unit is always the same resource.
"""

from functools import lru_cache
from typing import Any

from hygie.fhir.french import names as french
from hygie.hl7v2.message import Dialect, Field, Message
from hygie.identity import systems
from hygie.intake.mapping.engine import context

Ids = context.Ids

_ORGANIZATION_TYPE = f"{french.FR_CORE}/CodeSystem/fr-core-cs-type-organisation"
_PHYSICAL_TYPE = "http://terminology.hl7.org/CodeSystem/location-physical-type"


def unit(field: Field, message: Message, ids: Ids) -> dict[str, Any] | None:
    """The UF that an XON names (ZBE-7, ZBE-8); None when it names none."""
    code = field.text(10) or field.text(3)
    if not code:
        return None
    return _organization(code, field.text(1), _authority(message), ids)


def unit_of_location(field: Field, message: Message, ids: Ids) -> dict[str, Any] | None:
    """The UF that PV1-3 names as point of care."""
    code = field.text(1)
    return _organization(code, "", _authority(message), ids) if code else None


def location(field: Field, message: Message, ids: Ids) -> dict[str, Any] | None:
    """The place PV1-3 (PL) names: unit, room, bed; None when it names none."""
    parts = [field.text(number) for number in (1, 2, 3)]
    if not any(parts):
        return None
    system = _authority(message)
    value = "/".join(parts).rstrip("/")
    resource: dict[str, Any] = {
        "resourceType": "Location",
        "id": ids("Location", f"{system}|{value}"),
        "identifier": [{"system": f"{system}:lieu", "value": value}],
        "status": "active",
        "name": _place_name(*parts),
        "mode": "instance",
        "physicalType": {"coding": [_physical_type(*parts[1:])]},
    }
    owner = unit_of_location(field, message, ids)
    if owner:
        resource["managingOrganization"] = {"reference": f"Organization/{owner['id']}"}
    return resource


def _organization(code: str, name: str, system: str, ids: Ids) -> dict[str, Any]:
    kind = {"system": _ORGANIZATION_TYPE, "code": "UF", "display": "Unité fonctionnelle"}
    return {
        "resourceType": "Organization",
        "id": ids("Organization", f"{system}|{code}"),
        "identifier": [{"system": system, "value": code}],
        "active": True,
        "type": [{"coding": [kind]}],
        "name": name or f"UF {code}",
    }


def _authority(message: Message) -> str:
    """The establishment's naming system of units: always that of the sending facility, because
    ZBE-7 and PV1-3 name one unit with and without authority."""
    return _units_of(message.header.raw(4), message.dialect)


@lru_cache(maxsize=256)
def _units_of(raw: str, dialect: Dialect) -> str:
    """Of MSH-4, an HD with its parts as components. An OID with more behind it would be none: it
    counts as a name here."""
    field = Field(raw, "MSH", 4, dialect)
    system = systems.authority_system(field.text(1), field.text(2), field.text(3))
    if system.startswith("urn:oid:"):
        system = systems.AUTHORITY + system.removeprefix("urn:oid:")
    return f"{system}:uf"


def _place_name(point: str, room: str, bed: str) -> str:
    named = (("UF", point), ("chambre", room), ("lit", bed))
    return ", ".join(f"{word} {value}" for word, value in named if value)


def _physical_type(room: str, bed: str) -> dict[str, str]:
    code, display = ("bd", "Bed") if bed else ("ro", "Room") if room else ("wa", "Ward")
    return {"system": _PHYSICAL_TYPE, "code": code, "display": display}
