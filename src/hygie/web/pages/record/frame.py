"""What every page of a record shows besides its own content: whose it is, and allergies."""

import asyncio

import msgspec

from hygie.store.contract import Resource
from hygie.web.desk import Desk, Visit
from hygie.web.present.allergies import Allergies, read_allergies
from hygie.web.present.patient import PatientView, read_patient
from hygie.web.records import Found, Parameters, Records, of_patient

SECTIONS = (
    ("", "Synthèse"),
    ("/chronologie", "Chronologie"),
    ("/resultats", "Résultats"),
    ("/sejours", "Séjours"),
    ("/documents", "Documents"),
    ("/acces", "Accès"),
)
MANY = "200"


class Frame(msgspec.Struct, frozen=True):
    patient: PatientView
    allergies: Allergies
    section: str
    """End of the current section's path, as in `SECTIONS`."""
    printed: str
    """Who prints it, and when: the foot of a paper copy."""
    sections: tuple[tuple[str, str], ...] = SECTIONS

    @property
    def base(self) -> str:
        return f"/patients/{self.patient.id}"


async def open_record(
    desk: Desk, visit: Visit, section: str, *searches: tuple[str, Parameters]
) -> tuple[Frame, list[Found]]:
    """The frame, and the answers to the page's own searches: all asked at once.

    Raises `Refused` (NOT_FOUND, GONE) when there is no such record.
    """
    records, identifier = records_of(desk, visit), visit.request.path_params["patient"]
    allergies = ("AllergyIntolerance", of_patient(identifier, ("_count", MANY)))
    patient = await records.read("Patient", identifier)
    found = await asyncio.gather(*(records.find(*search) for search in (allergies, *searches)))
    return _frame(desk, visit, section, patient, found[0].resources), found[1:]


def records_of(desk: Desk, visit: Visit) -> Records:
    return Records(desk.store, visit.context)


def _frame(
    desk: Desk, visit: Visit, section: str, patient: Resource, allergies: list[Resource]
) -> Frame:
    return Frame(
        patient=read_patient(patient, desk.today, desk.zone),
        allergies=read_allergies(allergies),
        section=section,
        printed=f"{visit.account.display}, {desk.now:%d/%m/%Y %H:%M}",
    )
