"""Who someone is for the establishment: identifiers, INS, identity status (RNIV)."""

from itertools import pairwise

import msgspec

from hygie.identity.status import Attribute, Reliability, from_codes
from hygie.identity.systems import IDENTITY_STATUS
from hygie.web.present.dates import NBSP
from hygie.web.present.read import Json, child, extension, has_code, objects, text

INS_OIDS = {
    "urn:oid:1.2.250.1.213.1.4.8": "NIR",
    "urn:oid:1.2.250.1.213.1.4.9": "NIA",
    "urn:oid:1.2.250.1.213.1.4.10": "NIR de test",
    "urn:oid:1.2.250.1.213.1.4.11": "NIR de démonstration",
}


class Status(msgspec.Struct, frozen=True):
    """One of the four exclusive statuses of RNIV (EXI SI 07), or unknown."""

    code: str
    words: str
    meaning: str


STATUSES = {
    "PROV": Status("PROV", "Identité provisoire", "Aucune vérification faite."),
    "VALI": Status("VALI", "Identité validée", "Pièce d’identité contrôlée, INS non obtenue."),
    "RECUP": Status("RECUP", "Identité récupérée", "INS obtenue, pièce d’identité à contrôler."),
    "QUAL": Status("QUAL", "Identité qualifiée", "Pièce d’identité contrôlée et INS obtenue."),
}
UNKNOWN = Status("INCONNU", "Statut d’identité inconnu", "À traiter comme une identité provisoire.")

ATTRIBUTES = {
    Attribute.HOMONYM: "homonyme",
    Attribute.DOUBTFUL: "identité douteuse",
    Attribute.FICTITIOUS: "identité fictive",
}


class Identifiers(msgspec.Struct, frozen=True):
    ipp: str = ""
    ins: str = ""
    """Matricule grouped for reading: « 1 51 02 33 063 001 85 »."""
    ins_nature: str = ""


def read_identifiers(patient: Json) -> Identifiers:
    """The establishment's IPP and the INS matricule in force."""
    ipp, ins, nature = "", "", ""
    for identifier in objects(patient.get("identifier")):
        if text(identifier, "use") == "old":
            continue
        system, value = text(identifier, "system"), text(identifier, "value")
        if system in INS_OIDS:
            ins, nature = ins or group_matricule(value), nature or INS_OIDS[system]
        elif not ipp and has_code(child(identifier, "type"), "PI", "MR"):
            ipp = value
    return Identifiers(ipp, ins, nature)


def group_matricule(matricule: str) -> str:
    """15 characters in the groups of the social-security card; anything else as it stands."""
    if len(matricule) != 15:
        return matricule
    edges = (0, 1, 3, 5, 7, 10, 13, 15)
    return NBSP.join(matricule[a:b] for a, b in pairwise(edges))


def read_status(patient: Json) -> Status:
    """The RNIV status: Hygie's own extension first, for FR Core 2.2.0 has one code for two."""
    own = text(extension(patient, IDENTITY_STATUS), "valueCode")
    if own in STATUSES:
        return STATUSES[own]
    given = _reliability(patient)
    return STATUSES[given.status.value] if given.known else UNKNOWN


def read_attributes(patient: Json) -> tuple[str, ...]:
    """Homonyme, douteuse, fictive: what calls for more care than the status says."""
    given = _reliability(patient).attributes
    return tuple(words for attribute, words in ATTRIBUTES.items() if attribute in given)


def _reliability(patient: Json) -> Reliability:
    holder = extension(patient, "fr-core-identity-reliability")
    codes = [text(child(part, "valueCoding"), "code") for part in objects(holder.get("extension"))]
    return from_codes(codes, with_ins=bool(read_identifiers(patient).ins))


def birth_place(patient: Json) -> str:
    """Town of birth, with its INSEE code when there is one."""
    address = child(extension(patient, "patient-birthPlace"), "valueAddress")
    insee = extension(address, "fr-core-address-insee-code")
    code = text(child(insee, "valueCoding"), "code") or text(insee, "valueString")
    town = text(address, "city") or text(address, "text")
    return f"{town} ({code})" if town and code else town or code
