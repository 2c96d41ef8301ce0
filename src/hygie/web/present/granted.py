"""What an application is granted, in plain words."""

from typing import Final

import msgspec

from hygie.access.scopes import Grain
from hygie.access.smart.grants import parsed
from hygie.store.interactions.addresses import pairs

TYPES: Final = {
    "*": "tout le dossier",
    "Patient": "l’identité et les coordonnées",
    "Observation": "les résultats et les mesures",
    "DiagnosticReport": "les comptes rendus d’examens",
    "Condition": "les problèmes de santé et diagnostics",
    "AllergyIntolerance": "les allergies",
    "MedicationRequest": "les prescriptions",
    "MedicationStatement": "les traitements en cours",
    "MedicationAdministration": "les médicaments administrés",
    "Encounter": "les séjours et consultations",
    "DocumentReference": "les documents",
    "Procedure": "les actes",
    "Immunization": "les vaccinations",
    "Appointment": "les rendez-vous",
    "Practitioner": "l’annuaire des professionnels",
    "Organization": "l’annuaire des structures",
    "Location": "les lieux",
    "CarePlan": "les plans de soins",
    "ServiceRequest": "les demandes d’examens",
}
LEVELS: Final = {
    "patient": "du patient choisi",
    "user": "de tous les patients que vous pouvez voir",
    "system": "de tous les patients, sans personne devant l’écran",
}


PARAMETERS: Final = {
    "category": "catégorie", "code": "code", "date": "date", "status": "statut", "type": "type",
}  # fmt: skip


class GrantView(msgspec.Struct, frozen=True):
    lines: tuple[str, ...]
    identity: bool
    """Whether it learns who the person is."""
    lasting: str
    """How long it may come back by itself; empty: an hour."""


def read_grant(scopes: str, special: tuple[str, ...]) -> GrantView:
    lasting = ""
    if "offline_access" in special:
        lasting = "même quand vous n’êtes plus là, jusqu’à ce que vous retiriez cette autorisation"
    elif "online_access" in special:
        lasting = "tant que votre session reste ouverte"
    lines = tuple(dict.fromkeys(_line(grain) for grain in parsed(scopes).grains))
    return GrantView(lines, "openid" in special, lasting)


def _line(grain: Grain) -> str:
    what = TYPES.get(grain.type, f"les données de type {grain.type}")
    narrowed = f" (seulement\N{NO-BREAK SPACE}: {_narrowed(grain.query)})" if grain.query else ""
    return f"{_acts(grain.letters)} {what} {LEVELS[grain.level]}{narrowed}"


def _narrowed(query: str) -> str:
    """ "category=http://…|laboratory" is « catégorie laboratory »."""
    said = ((PARAMETERS.get(name, name), value.rpartition("|")[2]) for name, value in pairs(query))
    return ", ".join(f"{name} {value}" for name, value in said)


def _acts(letters: frozenset[str]) -> str:
    acts = []
    if letters & {"r", "s"}:
        acts.append("lire")
    if "c" in letters:
        acts.append("ajouter")
    if "u" in letters:
        acts.append("modifier")
    if "d" in letters:
        acts.append("supprimer")
    text = " et ".join(filter(None, (", ".join(acts[:-1]), acts[-1])))
    return text[0].upper() + text[1:]
