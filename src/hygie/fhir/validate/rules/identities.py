"""The identity of a patient: its status, its birth place, the type of its identifiers.

Status: FR Core 2.2.0 says VALI for a qualified identity (its invariant fr-core-1); what comes
after it says QUAL. Doubtful and fictitious identities are provisional (RNIV 1 v2.0, EXI SI 09).
"""

from typing import Final

from hygie.fhir.french import keys
from hygie.fhir.french.names import BIRTH_PLACE, INS_OIDS, INSEE_CODE, RELIABILITY
from hygie.fhir.validate.reading import Json, text_of
from hygie.fhir.validate.report import Report
from hygie.fhir.validate.rules.reading import codes, extensions

QUALIFIED: Final = frozenset({"VALI", "QUAL"})
FORCING: Final = frozenset({"DOUT", "FICT"})
"""Doubtful, fictitious: provisional, whatever else is said."""
STATUSES: Final = QUALIFIED | FORCING | {"PROV", "RECUP", "VIDE"}
UNKNOWN_PLACE: Final = "99999"


def type_agrees(item: Json, _resource: Json, _report: Report) -> bool:
    """An identifier typed as an INS has the OID of that nature of matricule."""
    if "type" not in item:
        return True
    for code in codes(item["type"]):
        if code in INS_OIDS and text_of(item, "system") != f"urn:oid:{INS_OIDS[code]}":
            return False
    return True


def is_qualified(_item: Json, resource: Json, _report: Report) -> bool:
    """The status, if it is said, is that of a qualified identity."""
    said = _statuses(resource)
    if not FORCING.isdisjoint(said):
        return False
    return not QUALIFIED.isdisjoint(said) or STATUSES.isdisjoint(said)


def has_status(resource: Json, _whole: Json, _report: Report) -> bool:
    """The status is said."""
    return not STATUSES.isdisjoint(_statuses(resource))


def attributes_agree(resource: Json, _whole: Json, _report: Report) -> bool:
    """No identity is both doubtful and fictitious."""
    return "extension" not in resource or not FORCING.issubset(_statuses(resource))


def birth_place_known(resource: Json, _whole: Json, _report: Report) -> bool:
    """The birth place has a code, other than the one that says it is not known."""
    places = extensions(resource, BIRTH_PLACE)
    return any(code != UNKNOWN_PLACE for place in places for code in _communes(place))


def birth_place_shaped(extension: Json, _resource: Json, _report: Report) -> bool:
    """The codes of a birth place have the shape of the COG's."""
    return all(map(keys.is_commune, _communes(extension)))


def _statuses(resource: Json) -> list[str]:
    return [
        _code(part)
        for reliability in extensions(resource, RELIABILITY)
        for part in extensions(reliability, "identityStatus")
    ]


def _communes(place: Json) -> list[str]:
    found = extensions(place.get("valueAddress"), INSEE_CODE)
    return [code for extension in found if (code := _code(extension))]


def _code(extension: Json) -> str:
    coding = extension.get("valueCoding")
    return text_of(coding, "code") if type(coding) is dict else ""
