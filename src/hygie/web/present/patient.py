"""The banner that stays in sight: who this record is about."""

from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from hygie.web.present.dates import Moment, read_moment, say_age, say_day
from hygie.web.present.identity import (
    Identifiers,
    Status,
    birth_place,
    read_attributes,
    read_identifiers,
    read_status,
)
from hygie.web.present.names import PersonName, read_name
from hygie.web.present.read import Json, objects, reference_id, text

SEXES = {"male": "Homme", "female": "Femme", "other": "Autre", "unknown": "Sexe inconnu"}
BORN = {"male": "Né le", "female": "Née le"}


class PatientView(msgspec.Struct, frozen=True):
    id: str
    name: PersonName
    sex: str
    born: str
    """« Né le », « Née le », « Né(e) le »."""
    birth: Moment | None
    birth_day: str
    age: str
    deceased: str
    """Empty for the living; otherwise « Décès le 3 févr. 2026 » or « Décès signalé »."""
    birth_place: str
    identifiers: Identifiers
    status: Status
    attributes: tuple[str, ...]
    replaced_by: str
    """Id of the record this one was merged into, or empty."""


def read_patient(patient: Json, today: date, zone: ZoneInfo) -> PatientView:
    gender = text(patient, "gender")
    birth = read_moment(patient.get("birthDate"), zone)
    died = read_moment(patient.get("deceasedDateTime"), zone)
    return PatientView(
        id=text(patient, "id"),
        name=read_name(patient),
        sex=SEXES.get(gender, SEXES["unknown"]),
        born=BORN.get(gender, "Né(e) le"),
        birth=birth,
        birth_day=say_day(birth) if birth else "date de naissance inconnue",
        age=say_age(birth, died.day if died else today) if birth else "",
        deceased=_deceased(patient, died),
        birth_place=birth_place(patient),
        identifiers=read_identifiers(patient),
        status=read_status(patient),
        attributes=read_attributes(patient),
        replaced_by=_replaced_by(patient),
    )


def _deceased(patient: Json, died: Moment | None) -> str:
    if died:
        return f"Décès le {say_day(died)}"
    return "Décès signalé" if patient.get("deceasedBoolean") is True else ""


def _replaced_by(patient: Json) -> str:
    for link in objects(patient.get("link")):
        if link.get("type") == "replaced-by":
            return next((reference_id(o, "Patient") for o in objects(link.get("other"))), "")
    return ""
