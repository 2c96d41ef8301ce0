"""Who someone is for the establishment: identifiers, INS, identity status (RNIV)."""

from itertools import pairwise

import msgspec

from hygie.identity.elements import read_ins, read_reliability
from hygie.identity.ins import Kind
from hygie.identity.status import Attribute
from hygie.identity.systems import IDENTITY_STATUS
from hygie.web.present.dates import NBSP
from hygie.web.present.read import Json, child, extension, has_code, objects, text

NATURES = {
    Kind.NIR: "NIR",
    Kind.NIA: "NIA",
    Kind.TEST: "NIR de test",
    Kind.DEMO: "NIR de démonstration",
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
    """The establishment's IPP and the INS in force."""
    local = (
        text(identifier, "value")
        for identifier in objects(patient.get("identifier"))
        if text(identifier, "use") != "old" and has_code(child(identifier, "type"), "PI", "MR")
    )
    ins = read_ins(patient)
    return Identifiers(
        ipp=next(filter(None, local), ""),
        ins=group_matricule(ins.value) if ins else "",
        ins_nature=NATURES[ins.kind] if ins else "",
    )


def group_matricule(matricule: str) -> str:
    """15 characters in the groups of the social-security card; anything else as it stands."""
    if len(matricule) != 15:
        return matricule
    edges = (0, 1, 3, 5, 7, 10, 13, 15)
    return NBSP.join(matricule[a:b] for a, b in pairwise(edges))


def read_status(patient: Json) -> Status:
    """The RNIV status; unknown when the record says nothing of it."""
    if not any(
        extension(patient, url) for url in (IDENTITY_STATUS, "fr-core-identity-reliability")
    ):
        return UNKNOWN
    return STATUSES[read_reliability(patient).status.value]


def read_attributes(patient: Json) -> tuple[str, ...]:
    """Homonyme, douteuse, fictive: what calls for more care than the status says."""
    given = read_reliability(patient).attributes
    return tuple(words for attribute, words in ATTRIBUTES.items() if attribute in given)


def birth_place(patient: Json) -> str:
    """Town of birth, with its INSEE code when there is one."""
    address = child(extension(patient, "patient-birthPlace"), "valueAddress")
    insee = extension(address, "fr-core-address-insee-code")
    code = text(child(insee, "valueCoding"), "code") or text(insee, "valueString")
    town = text(address, "city") or text(address, "text")
    if town:
        return f"{town} ({code})" if code else town
    return f"code INSEE{NBSP}{code}" if code else ""
